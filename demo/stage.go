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
	err        error    // ended the demo
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
func (d *demo) keep(line []byte) (err error) {
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
			const form = `{"server_url": %q, "api_access_key": %q, "api_secret_key": %q}`
			text := fmt.Appendf(nil, form, told.ServerURL, c.AccessKey, c.SecretKey)
			err = os.WriteFile(filepath.Join(d.folder, "basic.json"), text, 0o600)
		}
	}
	return err
}

// The exit statuses of the plugin.
const (
	successful = 0
	failed     = 1
	partly     = 3
)

// fail ends the demo: nothing is run or printed any more. The first error stays.
func (d *demo) fail(err error) {
	if d.err == nil {
		d.err = err
		d.out = io.Discard
	}
}

// run executes the plugin in the demo's folder. Another exit status than the expected one ends the demo.
func (d *demo) run(expected int, output string, arguments ...string) []byte {
	if d.err != nil {
		return nil
	}
	plugin := exec.Command(d.binary, append(arguments, "--output", output)...)
	plugin.Dir = d.folder
	plugin.Env = append(append(os.Environ(), "COLUMNS=110"), d.connection...)
	out, err := plugin.Output()
	if status := plugin.ProcessState.ExitCode(); status != expected { // -1: it was not started
		d.fail(errors.Join(fmt.Errorf("tenableio %v: exit status %d, want %d: %s", arguments, status, expected, out), err))
	}
	return out
}

// show runs a command and shows what an analyst sees: its table, or with whole its envelope.
func (d *demo) show(expected int, arguments ...string) {
	d.command(arguments...)
	if d.whole {
		d.printWhole(d.run(expected, "json", arguments...))
	} else {
		d.printTable(d.run(expected, "table", arguments...))
	}
}

// take runs a command as a playbook does, and returns a member of the record that pick chooses.
func (d *demo) take(pick func([]record) record, member string, arguments ...string) string {
	out := d.run(successful, "json", arguments...)
	value := pick(d.records(out))[member]
	if value == nil {
		d.fail(fmt.Errorf("tenableio %v: the result has no %s", arguments, member))
	}
	if d.whole {
		d.printWhole(out)
	}
	fmt.Fprintf(d.out, "\n  The next step takes %s from context_data: %s\n", member, value)
	return fmt.Sprint(value)
}

// record is one element of context_data.
type record map[string]any

// records returns the records of a result, of which there is at least one.
func (d *demo) records(out []byte) []record {
	var e struct {
		ContextData []record `json:"context_data"`
	}
	decoder := json.NewDecoder(bytes.NewReader(out))
	decoder.UseNumber() // identifiers keep their digits
	if err := decoder.Decode(&e); err != nil || len(e.ContextData) == 0 {
		d.fail(fmt.Errorf("a result without a record: %s", out))
		return []record{{}}
	}
	return e.ContextData
}

func first(records []record) record { return records[0] }

func mostSevere(records []record) record {
	severity := func(r record) string { return fmt.Sprint(r["severity_id"]) } // one digit
	return slices.MaxFunc(records, func(a, b record) int { return strings.Compare(severity(a), severity(b)) })
}

func (d *demo) printWhole(out []byte) {
	var indented bytes.Buffer
	_ = json.Indent(&indented, out, "  ", "  ") // what is no JSON has failed, or fails where it is read
	fmt.Fprintf(d.out, "\n  %s\n", bytes.TrimSpace(indented.Bytes()))
}

// printTable cuts a long table.
func (d *demo) printTable(out []byte) {
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
}
