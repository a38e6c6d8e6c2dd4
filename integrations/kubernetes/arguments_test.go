package kubernetes

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// program is a program that make built.
func program(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(os.Getenv("TENABLEIO_BIN"), name)
	if _, err := os.Stat(path); err != nil || os.Getenv("TENABLEIO_BIN") == "" {
		t.Skipf("not run: TENABLEIO_BIN names no folder with %s (make integrations does)", name)
	}
	return path
}

// TestHealthCheckArguments runs the check as the CronJob does: silent and 0 when the
// connection works, one line and 1 when it does not.
func TestHealthCheckArguments(t *testing.T) {
	plugin := program(t, "tenableio")
	sandbox := exec.CommandContext(t.Context(), plugin, "sandbox")
	stdout, err := sandbox.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := sandbox.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = sandbox.Process.Kill()
		_ = sandbox.Wait()
	}()
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var told struct {
		ServerURL   string `json:"server_url"`
		Connections []struct {
			AccessKey string `json:"api_access_key"`
			SecretKey string `json:"api_secret_key"`
		}
	}
	if err := json.Unmarshal(line, &told); err != nil {
		t.Fatal(err)
	}
	for secret, status := range map[string]int{told.Connections[0].SecretKey: 0, strings.Repeat("0", 64): 1} {
		connection := map[string]string{
			"server_url": told.ServerURL, "api_access_key": told.Connections[0].AccessKey, "api_secret_key": secret,
		}
		text, err := json.Marshal(connection)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "connection.json")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		var arguments []string
		for _, argument := range templates(t)["tenableio-health-check"].Spec.Containers[0].Args {
			arguments = append(arguments, strings.Replace(argument, "/connection/connection.json", file, 1))
		}
		check := exec.Command(plugin, arguments...)
		var said, logged bytes.Buffer
		check.Stdout = &said
		check.Stderr = &logged
		if err := check.Run(); check.ProcessState == nil || check.ProcessState.ExitCode() != status {
			t.Errorf("%q: %v, want exit status %d\n%s", arguments, err, status, logged.String())
		}
		if lines := strings.Count(logged.String(), "\n"); said.Len() > 0 || lines != status {
			t.Errorf("%q prints %q and %q", arguments, said.String(), logged.String())
		}
	}
}

// TestWorkerArguments: the worker knows the flags of the Deployment, and no others.
func TestWorkerArguments(t *testing.T) {
	worker := program(t, "tenableio-worker")
	arguments := templates(t)["tenableio-worker"].Spec.Containers[0].Args
	if out, err := exec.Command(worker, append(arguments, "--help")...).CombinedOutput(); err != nil {
		t.Errorf("%q: %v\n%s", arguments, err, out)
	}
	err := exec.Command(worker, append(arguments, "--no-such-flag", "--help")...).Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 2 {
		t.Errorf("an unknown flag: %v, want exit status 2", err)
	}
}
