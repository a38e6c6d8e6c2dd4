//go:build unix

package child

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// binary writes a shell script in the place of the plugin.
func binary(t *testing.T, script string) string {
	t.Helper()
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("not run: no shell")
	}
	path := filepath.Join(t.TempDir(), "tenableio")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestNotStarted(t *testing.T) {
	err := Run(Command(t.Context(), "/nowhere/tenableio", time.Second))
	if _, ok := errors.AsType[*NotStartedError](err); !ok || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want that nothing was started", err)
	}
}

// TestCancellation: SIGTERM first, SIGKILL for one that does not hear, and nothing that it started stays.
func TestCancellation(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("not run: only Linux has the group of a process")
	}
	for name, c := range map[string]struct{ script, want string }{
		"asked": {`trap 'echo asked >> "$1"; exit' TERM; sleep 600 & echo $! > "$1"; wait`, "asked"},
		"deaf":  {`trap '' TERM; sleep 600 & echo $! > "$1"; while :; do sleep 0.1; done`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			said := filepath.Join(t.TempDir(), "said")
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- Run(Command(ctx, binary(t, c.script), 300*time.Millisecond, said)) }()
			var below int
			for end := time.Now().Add(10 * time.Second); below == 0 && time.Now().Before(end); {
				text, _ := os.ReadFile(said)
				_, _ = fmt.Sscanf(string(text), "%d\n", &below)
				time.Sleep(10 * time.Millisecond)
			}
			cancel()
			if err := <-ended; err == nil && c.want == "" {
				t.Error("one that does not hear ended well")
			}
			if text, _ := os.ReadFile(said); !strings.HasSuffix(strings.TrimSpace(string(text)), c.want) {
				t.Errorf("it said %q, want %q", text, c.want)
			}
			for range 100 {
				if errors.Is(syscall.Kill(below, 0), syscall.ESRCH) || zombie(below) {
					return
				}
				time.Sleep(10 * time.Millisecond)
			}
			t.Errorf("process %d, which it had started, goes on", below)
		})
	}
}

// zombie tells a process that has ended and that nobody waited for.
func zombie(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && strings.Contains(string(text), ") Z ")
}

// TestThread: the kernel sends the signal of the parent's death when the thread ends that
// started the process. Threads that end meanwhile must not be that one.
func TestThread(t *testing.T) {
	began := make(chan os.Signal, 1)
	signal.Notify(began, syscall.SIGUSR1)
	defer signal.Stop(began)
	path := binary(t, fmt.Sprintf("kill -USR1 %d; sleep 1", os.Getpid()))
	ended := make(chan error, 1)
	go func() { ended <- Run(Command(t.Context(), path, time.Second)) }()
	select {
	case <-began:
	case <-time.After(10 * time.Second):
		t.Fatal("the process does not begin")
	}
	var threads sync.WaitGroup
	for range 50 {
		threads.Go(runtime.LockOSThread) // a goroutine that ends while it is locked ends its thread
	}
	threads.Wait()
	if err := <-ended; err != nil {
		t.Errorf("the process was lost with a thread: %v", err)
	}
}

func TestEnvironment(t *testing.T) {
	got := strings.Join(environment([]string{
		"TENABLEIO_SECRET_KEY=s", "TIO_ACCESS_KEY=a", "TEMPORAL_API_KEY=t", "MQTT_PASSWORD=m", "HOME=/root",
		"https_proxy=http://192.0.2.1:3128", "SSL_CERT_FILE=/ca.pem", "GOMEMLIMIT=96MiB", "TENABLEIO_LOG_LEVEL=debug",
	}), " ")
	const want = "https_proxy=http://192.0.2.1:3128 SSL_CERT_FILE=/ca.pem GOMEMLIMIT=96MiB TENABLEIO_LOG_LEVEL=debug"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestDescribe(t *testing.T) {
	path := binary(t, `test "$1" = describe && echo '{"version": "1.2.3", "commands": [
		{"key": "list_scans", "title": "List Scans", "read_only": true, "inputs": [{"key": "folder_id", "type": "integer"}]},
		{"key": "add_agents_to_groups", "inputs": [{"key": "agent_ids", "type": "array"}],
		 "input": {"x-command": {"hints": {"unknown_outcome": "Look first."}}}}]}'`)
	manifest, err := Describe(t.Context(), path)
	if err != nil || manifest.Version != "1.2.3" {
		t.Fatalf("%+v, %v", manifest, err)
	}
	for _, name := range []string{"Add Agents to Groups", "add-agents-to-groups", "ADDAGENTSTOGROUPS"} {
		got := manifest.Find(name)
		if got.ReadOnly || got.Unknown != "Look first." || got.TypeOf("Agent IDs") != "array" || got.TypeOf("folder_id") == "array" {
			t.Errorf("%s is %+v", name, got)
		}
	}
	if got := manifest.Find("Erase Everything"); got.ReadOnly || got.Title != "Erase Everything" {
		t.Errorf("an unknown command is %+v", got)
	}
	for _, script := range []string{"exit 1", "echo '{}'", "echo no JSON"} {
		if _, err := Describe(t.Context(), binary(t, script)); err == nil {
			t.Errorf("%s: no error", script)
		}
	}
}

func TestFailureIndicator(t *testing.T) {
	for title, want := range map[string]string{
		"List Scans":      "List Scans failed.",
		"Test Connection": "Test Connection failed. Failed to check the connector.",
	} {
		if got := FailureIndicator(title); got != want {
			t.Errorf("%s: %q", title, got)
		}
	}
}

func TestReadOne(t *testing.T) {
	for text, want := range map[string]string{
		`{"a": [1, 2], "b": null}`: "a 1 2 b",
		`{"a": [], "b": [3]} `:     "a b 3",
		``:                         "error",
		`null`:                     "error",
		`[1]`:                      "error",
		`{"a": 1}`:                 "error",
		`{"a": [1]`:                "error",
		`{"a": [1`:                 "error",
		`{"a": nul}`:               "error",
		`{"a": [1]} {}`:            "error",
	} {
		in := jsontext.NewDecoder(strings.NewReader(text))
		var heard []string
		err := ReadOne(in, func(name string) error {
			heard = append(heard, name)
			return ReadArray(in, func() error {
				value, err := in.ReadValue()
				heard = append(heard, string(value))
				return err
			})
		})
		got := strings.Join(heard, " ")
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%s: got %s, %v, want %s", text, got, err, want)
		}
	}
}
