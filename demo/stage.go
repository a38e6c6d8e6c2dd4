package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// demo is one run against one sandbox.
type demo struct {
	binary string
	whole  bool   // shows whole envelopes instead of tables
	folder string // for a connection and downloads
	out    io.Writer

	connection []string // of the administrator, as variables of the environment
}

// say prints a paragraph of the story.
func (d *demo) say(text string) { fmt.Fprintf(d.out, "\n%s\n", text) }

// command prints a command as a person types it.
func (d *demo) command(arguments ...string) {
	fmt.Fprintf(d.out, "\n  $ tenableio %s\n", strings.Join(arguments, " "))
}

// startSandbox starts the sandbox and keeps its connections. The function that it returns ends it.
func (d *demo) startSandbox() (stop func(), err error) {
	sandbox := exec.Command(d.binary, "sandbox")
	sandbox.Stderr = os.Stderr
	stdout, err := sandbox.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := sandbox.Start(); err != nil {
		return nil, err
	}
	stop = func() {
		if err := sandbox.Process.Signal(os.Interrupt); err != nil {
			_ = sandbox.Process.Kill() // a system without signals
		}
		_ = sandbox.Wait() // its exit status is that of the signal
	}
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err == nil {
		err = d.keep(line)
	}
	if err != nil {
		stop()
		return nil, fmt.Errorf("the sandbox: %w", err)
	}
	return stop, nil
}

// keep reads the line that the sandbox prints. The administrator's connection goes into the environment,
// and that of the Basic user into basic.json.
func (d *demo) keep(line []byte) error {
	var told struct {
		ServerURL   string `json:"server_url"`
		Connections []struct {
			Role      string `json:"role"`
			AccessKey string `json:"api_access_key"`
			SecretKey string `json:"api_secret_key"`
		} `json:"connections"`
	}
	if err := json.Unmarshal(line, &told); err != nil {
		return err
	}
	for _, c := range told.Connections {
		switch c.Role {
		case "administrator":
			d.connection = []string{
				"TENABLEIO_SERVER_URL=" + told.ServerURL,
				"TENABLEIO_ACCESS_KEY=" + c.AccessKey,
				"TENABLEIO_SECRET_KEY=" + c.SecretKey,
			}
		case "basic":
			text, err := json.Marshal(map[string]string{
				"server_url":     told.ServerURL,
				"api_access_key": c.AccessKey,
				"api_secret_key": c.SecretKey,
			})
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(d.folder, "basic.json"), text, 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}

// The exit statuses of the plugin.
const (
	successful = 0
	failed     = 1
	partly     = 3
)

// run executes the plugin in the demo's folder. Another exit status than the expected one ends the demo.
func (d *demo) run(expected int, arguments ...string) ([]byte, error) {
	plugin := exec.Command(d.binary, arguments...)
	plugin.Dir = d.folder
	plugin.Env = append(append(os.Environ(), "COLUMNS=110"), d.connection...)
	var stdout bytes.Buffer
	plugin.Stdout = &stdout
	err := plugin.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		return nil, err
	}
	if status := plugin.ProcessState.ExitCode(); status != expected {
		return nil, fmt.Errorf("tenableio %v: exit status %d, want %d: %s", arguments, status, expected, stdout.Bytes())
	}
	return stdout.Bytes(), nil
}

// show runs a command and shows what an analyst sees: its table, or with whole its envelope.
func (d *demo) show(expected int, arguments ...string) error {
	d.command(arguments...)
	output := "table"
	if d.whole {
		output = "json"
	}
	out, err := d.run(expected, append(arguments, "--output", output)...)
	if err != nil {
		return err
	}
	return d.print(out)
}

// take runs a command as a playbook does, and returns a member of the record that pick chooses.
func (d *demo) take(pick func([]record) record, member string, arguments ...string) (string, error) {
	out, err := d.run(successful, append(arguments, "--output", "json")...)
	if err != nil {
		return "", err
	}
	var e struct {
		ContextData []record `json:"context_data"`
	}
	decoder := json.NewDecoder(bytes.NewReader(out))
	decoder.UseNumber() // identifiers keep their digits
	if err := decoder.Decode(&e); err != nil {
		return "", err
	}
	if len(e.ContextData) == 0 || pick(e.ContextData)[member] == nil {
		return "", fmt.Errorf("tenableio %v: the result has no %s", arguments, member)
	}
	value := fmt.Sprint(pick(e.ContextData)[member])
	if d.whole {
		if err := d.print(out); err != nil {
			return "", err
		}
	}
	fmt.Fprintf(d.out, "\n  The next step takes %s from context_data: %s\n", member, value)
	return value, nil
}

// record is one element of context_data.
type record map[string]any

func first(records []record) record { return records[0] }

func mostSevere(records []record) record {
	severity := func(r record) string { return fmt.Sprint(r["severity_id"]) } // one digit
	return slices.MaxFunc(records, func(a, b record) int { return strings.Compare(severity(a), severity(b)) })
}

// print indents the output and cuts a long table.
func (d *demo) print(out []byte) error {
	if d.whole {
		var indented bytes.Buffer
		if err := json.Indent(&indented, out, "  ", "  "); err != nil {
			return err
		}
		fmt.Fprintf(d.out, "\n  %s\n", bytes.TrimSpace(indented.Bytes()))
		return nil
	}
	fmt.Fprintln(d.out)
	const most = 16 // lines
	lines := strings.Split(strings.TrimRight(string(out), "\n"), "\n")
	for i, line := range lines {
		if i == most && len(lines) > most+2 {
			fmt.Fprintf(d.out, "  … %d more lines\n", len(lines)-most)
			break
		}
		fmt.Fprintln(d.out, strings.TrimRight("  "+line, " "))
	}
	return nil
}
