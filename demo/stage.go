package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// demo is one run against one sandbox.
type demo struct {
	binary string
	whole  bool   // shows whole envelopes instead of tables
	folder string // for downloads
	out    io.Writer
	told   announcement
}

// announcement is the line that the sandbox prints.
type announcement struct {
	ServerURL   string `json:"server_url"`
	Connections []struct {
		Role      string `json:"role"`
		AccessKey string `json:"api_access_key"`
		SecretKey string `json:"api_secret_key"`
	} `json:"connections"`
}

// startSandbox starts the sandbox and reads its line. The function that it returns ends the sandbox.
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
		err = json.Unmarshal(line, &d.told)
	}
	if err != nil {
		stop()
		return nil, fmt.Errorf("the sandbox: %w", err)
	}
	return stop, nil
}

// say prints a paragraph of the story.
func (d *demo) say(text string) { fmt.Fprintf(d.out, "\n%s\n", text) }

// What a result says of a whole command.
const (
	successful = "Successful"
	partly     = "Partially Successful"
	failed     = "Failed"
)

// inputs are the inputs of a command.
type inputs = map[string]any

// record is one element of context_data.
type record map[string]any

// envelope is the part of a result that the demo reads.
type envelope struct {
	ReturnData  string   `json:"return_data"`
	ContextData []record `json:"context_data"`
	Result      string   `json:"result"`
	whole       []byte
}

// ask shows a request, sends it with the keys of a role, and shows what comes back.
// Another outcome than the expected one ends the demo.
func (d *demo) ask(role, command string, in inputs, expected string) (envelope, error) {
	asked, err := json.Marshal(map[string]any{"command": command, "inputs": in})
	if err != nil {
		return envelope{}, err
	}
	fmt.Fprintf(d.out, "\n  > %s\n\n", asked)
	e, err := d.send(role, command, in, expected)
	if err != nil {
		return e, err
	}
	return e, d.show(e)
}

// send runs the plugin once.
func (d *demo) send(role, command string, in inputs, expected string) (envelope, error) {
	var e envelope
	request := map[string]any{
		"connection": d.connection(role),
		"command":    command,
		"inputs":     in,
		"options":    map[string]string{"output_dir": d.folder},
	}
	text, err := json.Marshal(request)
	if err != nil {
		return e, err
	}
	plugin := exec.Command(d.binary)
	plugin.Stdin = bytes.NewReader(text)
	if e.whole, err = plugin.Output(); err != nil {
		return e, fmt.Errorf("%s: %w", command, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(e.whole))
	decoder.UseNumber() // identifiers keep their digits
	if err := decoder.Decode(&e); err != nil {
		return e, fmt.Errorf("%s: %w", command, err)
	}
	if e.ReturnData != expected {
		return e, fmt.Errorf("%s is %s, want %s: %s", command, e.ReturnData, expected, e.whole)
	}
	return e, nil
}

func (d *demo) connection(role string) map[string]string {
	for _, c := range d.told.Connections {
		if c.Role == role {
			return map[string]string{
				"server_url":     d.told.ServerURL,
				"api_access_key": c.AccessKey,
				"api_secret_key": c.SecretKey,
			}
		}
	}
	return nil
}

// show prints the table of a result, or with whole its envelope.
func (d *demo) show(e envelope) error {
	if d.whole {
		var indented bytes.Buffer
		if err := json.Indent(&indented, e.whole, "  ", "  "); err != nil {
			return err
		}
		fmt.Fprintf(d.out, "  %s\n", bytes.TrimSpace(indented.Bytes()))
		return nil
	}
	const most = 12 // lines
	lines := strings.Split(strings.TrimRight(table(e.Result), "\n"), "\n")
	for _, line := range lines[:min(most, len(lines))] {
		fmt.Fprintf(d.out, "  %s\n", strings.TrimRight(line, " "))
	}
	if len(lines) > most {
		fmt.Fprintf(d.out, "  … %d more\n", len(lines)-most)
	}
	return nil
}

// take returns a member of a record of context_data, and says that the next step takes it.
func (d *demo) take(e envelope, pick func([]record) record, member string) (any, error) {
	if len(e.ContextData) == 0 || pick(e.ContextData)[member] == nil {
		return nil, fmt.Errorf("the result has no %s: %s", member, e.whole)
	}
	value := pick(e.ContextData)[member]
	fmt.Fprintf(d.out, "\n  The next step takes %s from context_data: %v\n", member, value)
	return value, nil
}

func first(records []record) record { return records[0] }

func mostSevere(records []record) record {
	severity := func(r record) string { return fmt.Sprint(r["severity_id"]) } // one digit
	return slices.MaxFunc(records, func(a, b record) int { return strings.Compare(severity(a), severity(b)) })
}
