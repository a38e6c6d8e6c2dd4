// Demo starts the plugin's sandbox, plays a playbook through the plugin, and
// shows each request with its result.
//
// usage: demo BINARY; `make demo` builds the binary and runs it.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: demo BINARY")
		os.Exit(2)
	}
	if err := play(os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// play runs the whole demo with the given binary.
func play(binary string, out io.Writer) error {
	d := &demo{binary: binary, out: out}
	fmt.Fprintf(out, "Starting a Tenable.io of our own: %s sandbox\n", binary)
	stop, err := d.startSandbox()
	if err != nil {
		return err
	}
	defer stop()
	fmt.Fprintf(out, "It answers on %s and has a user for each role.\n", d.told.ServerURL)
	fmt.Fprintln(out, "Each request below goes to the stdin of one run of the binary, and its result comes from stdout.")
	if d.files, err = os.MkdirTemp("", "tenableio-demo-"); err != nil {
		return err
	}
	defer os.RemoveAll(d.files)
	return d.playbook()
}

// demo is one run against one sandbox.
type demo struct {
	binary string
	out    io.Writer
	told   announcement
	files  string // the folder for downloads
	steps  int
}

// announcement is the one line that the sandbox writes.
type announcement struct {
	ServerURL   string `json:"server_url"`
	Connections []struct {
		Role      string `json:"role"`
		AccessKey string `json:"api_access_key"`
		SecretKey string `json:"api_secret_key"`
	} `json:"connections"`
}

// startSandbox starts the sandbox and reads its line. What it returns ends it.
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
		_ = sandbox.Wait() // it ends as it was told
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

// result is what a playbook reads of an envelope.
type result struct {
	ReturnData  string            `json:"return_data"`
	RawData     json.RawMessage   `json:"raw_data"`
	Error       json.RawMessage   `json:"error"`
	ContextData []json.RawMessage `json:"context_data"`
	KeyFields   json.RawMessage   `json:"key_fields"`
	Files       json.RawMessage   `json:"files"`
	Warnings    json.RawMessage   `json:"warnings"`
	Stats       json.RawMessage   `json:"stats"`
}

// run sends one request with the keys of a role.
func (d *demo) run(role, command string, inputs map[string]any) (result, error) {
	var r result
	for _, c := range d.told.Connections {
		if c.Role != role {
			continue
		}
		request, err := json.Marshal(map[string]any{
			"connection": map[string]string{"server_url": d.told.ServerURL, "api_access_key": c.AccessKey, "api_secret_key": c.SecretKey},
			"command":    command, "inputs": inputs, "options": map[string]string{"output_dir": d.files},
		})
		if err != nil {
			return r, err
		}
		plugin := exec.Command(d.binary)
		plugin.Stdin = bytes.NewReader(request)
		out, err := plugin.Output()
		if err != nil {
			return r, fmt.Errorf("%s: %w", command, err)
		}
		return r, json.Unmarshal(out, &r)
	}
	return r, fmt.Errorf("the sandbox has no user of role %s", role)
}

// step explains, runs and shows one request, and reads its raw data into into.
// A result other than the expected one ends the demo.
func (d *demo) step(why, role, command string, inputs map[string]any, expected string, into any) error {
	d.steps++
	asked, err := json.Marshal(inputs)
	if err != nil {
		return err
	}
	fmt.Fprintf(d.out, "\n%d. %s\n", d.steps, why)
	fmt.Fprintf(d.out, "   request      {\"connection\": {the keys of %s}, \"command\": %q, \"inputs\": %s}\n", role, command, asked)
	start := time.Now()
	r, err := d.run(role, command, inputs)
	if err != nil {
		return err
	}
	d.show(r, time.Since(start))
	if r.ReturnData != expected {
		return fmt.Errorf("%s is %s, want %s", command, r.ReturnData, expected)
	}
	return json.Unmarshal(r.RawData, into)
}

// show writes the members of an envelope that say something, long ones cut.
func (d *demo) show(r result, took time.Duration) {
	fmt.Fprintf(d.out, "   return_data  %s (%d ms)\n", r.ReturnData, took.Milliseconds())
	if string(r.Error) != "null" {
		fmt.Fprintf(d.out, "   error        %s\n", r.Error)
	}
	if len(r.ContextData) > 0 {
		fmt.Fprintf(d.out, "   context_data %d, the first: %s\n", len(r.ContextData), cut(r.ContextData[0]))
	}
	for _, member := range []struct {
		name string
		text json.RawMessage
	}{{"key_fields", r.KeyFields}, {"raw_data", r.RawData}, {"files", r.Files}, {"warnings", r.Warnings}, {"stats", r.Stats}} {
		if text := string(member.text); text != "null" && text != "[]" && text != "{}" {
			fmt.Fprintf(d.out, "   %-12s %s\n", member.name, cut(member.text))
		}
	}
}

// cut shortens a text to what can be read at a glance.
func cut(text []byte) string {
	const most = 260
	runes := []rune(string(text))
	if len(runes) <= most {
		return string(text)
	}
	return fmt.Sprintf("%s … (%d bytes in all)", string(runes[:most]), len(text))
}
