package main

import (
	"bufio"
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
	connection := filepath.Join(folder, "connection.json")
	stop, err := startSandbox(binary, connection)
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
		out, err := inTerminal(binary, append(strings.Fields(line)[1:], "--connection", connection))
		if err != nil {
			return "", err
		}
		screen.WriteString(out)
	}
	return screen.String(), nil
}

// startSandbox starts a sandbox, which writes the administrator's connection to a file.
// The function that it returns ends the sandbox.
func startSandbox(binary, connection string) (stop func(), err error) {
	sandbox := exec.Command(binary, "sandbox", "--write-connection", connection)
	stdout, err := sandbox.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := sandbox.Start(); err != nil {
		return nil, err
	}
	stop = func() {
		_ = sandbox.Process.Signal(os.Interrupt)
		_ = sandbox.Wait()
	}
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil { // the line that says that it serves
		stop()
		return nil, err
	}
	return stop, nil
}

// inTerminal runs the plugin in a terminal of its own and returns what it writes there.
func inTerminal(binary string, arguments []string) (string, error) {
	command := exec.Command(binary, arguments...)
	command.Env = []string{"TERM=xterm-256color"}
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
