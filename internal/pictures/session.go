package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/creack/pty"
)

// commands are what a person types in the picture. Nothing in their output depends on the day.
var commands = []string{
	"tenableio run test_connection",
	"tenableio run query_vulnerability_details host_names_or_ips=192.0.2.1 plugin_name=Injection",
	"tenableio run get_scan_status scan_id=weekly",
}

// terminalColumns is the width of the terminal in which they are typed.
const terminalColumns = 96

// recordSession builds the plugin and runs the commands in a terminal against a sandbox.
// It returns what stands on the screen.
func recordSession(root, folder string) (string, error) {
	binary := filepath.Join(folder, "tenableio")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	environment, stop, err := startSandbox(binary)
	if err != nil {
		return "", err
	}
	defer stop()
	var screen strings.Builder
	for i, line := range commands {
		if i > 0 {
			screen.WriteString("\n")
		}
		fmt.Fprintf(&screen, "\x1b[32m$\x1b[0m \x1b[1m%s\x1b[0m\n", line)
		out, err := inTerminal(binary, environment, strings.Fields(line)[1:])
		if err != nil {
			return "", err
		}
		screen.WriteString(out)
	}
	return screen.String(), nil
}

// startSandbox starts a sandbox and returns the administrator's connection as variables of the environment.
// The function that it returns ends the sandbox.
func startSandbox(binary string) (environment []string, stop func(), err error) {
	sandbox := exec.Command(binary, "sandbox")
	stdout, err := sandbox.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := sandbox.Start(); err != nil {
		return nil, nil, err
	}
	stop = func() {
		_ = sandbox.Process.Signal(os.Interrupt)
		_ = sandbox.Wait()
	}
	var told struct {
		ServerURL   string `json:"server_url"`
		Connections []struct {
			Role      string `json:"role"`
			AccessKey string `json:"api_access_key"`
			SecretKey string `json:"api_secret_key"`
		} `json:"connections"`
	}
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err := errors.Join(err, json.Unmarshal(line, &told)); err != nil {
		stop()
		return nil, nil, err
	}
	for _, c := range told.Connections {
		if c.Role == "administrator" {
			return []string{
				"TENABLEIO_SERVER_URL=" + told.ServerURL,
				"TENABLEIO_ACCESS_KEY=" + c.AccessKey,
				"TENABLEIO_SECRET_KEY=" + c.SecretKey,
				"TERM=xterm-256color",
			}, stop, nil
		}
	}
	stop()
	return nil, nil, errors.New("the sandbox has no administrator")
}

// inTerminal runs the plugin in a terminal of its own and returns what it writes there.
func inTerminal(binary string, environment, arguments []string) (string, error) {
	command := exec.Command(binary, arguments...)
	command.Env = environment
	terminal, err := pty.StartWithSize(command, &pty.Winsize{Cols: terminalColumns, Rows: 40})
	if err != nil {
		return "", err
	}
	defer terminal.Close()
	out, err := io.ReadAll(terminal)
	if err != nil && !errors.Is(err, syscall.EIO) { // EIO is how Linux ends a terminal
		return "", err
	}
	_ = command.Wait() // the picture shows a failure too
	return strings.ReplaceAll(string(out), "\r\n", "\n"), nil
}
