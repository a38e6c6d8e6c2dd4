// Package plugin runs the binary: one process for one request, from its stdin to the
// one envelope on its stdout.
package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// grace is the time between SIGTERM, which the plugin answers with an envelope, and SIGKILL.
const grace = 5 * time.Second

// Plugin is the binary, and what every request to it holds.
type Plugin struct {
	Path       string // of the binary
	Connection string // a file with a connection object or a request
	OutputDir  string // where files go
}

// Request is what a process is asked for.
type Request struct {
	Command string            `json:"command"`
	Inputs  map[string]string `json:"inputs"`
	Options Options           `json:"options"`
}

// Options are the options of a request.
type Options struct {
	Wait           bool   `json:"wait"`
	TimeoutSeconds int    `json:"timeout_seconds,omitempty"`
	OutputDir      string `json:"output_dir"`
}

// Run starts a process and waits for its end, and returns what it wrote: a file without
// a name, at its beginning. When ctx is done the process gets SIGTERM, and SIGKILL after
// the grace. An error with a file says how the process ended, one without that there was none.
func (p Plugin) Run(ctx context.Context, request Request) (envelope *os.File, err error) {
	connection, err := p.connection()
	if err != nil {
		return nil, err
	}
	request.Options.OutputDir = p.OutputDir
	stdin, err := json.Marshal(struct {
		Request
		Connection json.RawMessage `json:"connection"`
	}{request, connection})
	if err != nil {
		return nil, err
	}
	stdout, err := unnamedFile()
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, p.Path)
	command.Stdin = bytes.NewReader(stdin)
	command.Stdout = stdout // the process writes into the file itself
	command.Stderr = os.Stderr
	command.Env = environment()
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = grace
	command.SysProcAttr = bound()
	ended := onOneThread(command)
	if command.Process == nil {
		stdout.Close()
		return nil, ended
	}
	if _, err := stdout.Seek(0, io.SeekStart); err != nil {
		return stdout, err
	}
	return stdout, ended
}

// onOneThread starts a command and waits for it. The signal of a parent's death is
// sent when the thread that started the process ends, and Go ends threads when it
// likes: the goroutine keeps its thread until the process is gone.
func onOneThread(command *exec.Cmd) error {
	ended := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		ended <- command.Run()
	}()
	return <-ended
}

// connection reads the connection each time, so that new keys need no restart.
func (p Plugin) connection() (json.RawMessage, error) {
	text, err := os.ReadFile(p.Connection)
	if err != nil {
		return nil, err
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil || object == nil {
		return nil, fmt.Errorf("%s holds no JSON object", p.Connection) // its text holds keys
	}
	if within, ok := object["connection"]; ok {
		return within, nil
	}
	return text, nil
}

// Check tells what is wrong with the connection, without using it.
func (p Plugin) Check(ctx context.Context) error {
	connection, err := p.connection()
	if err != nil {
		return err
	}
	request, err := json.Marshal(map[string]any{"command": "test_connection", "connection": connection})
	if err != nil {
		return fmt.Errorf("%s holds no connection object", p.Connection)
	}
	validate := exec.CommandContext(ctx, p.Path, "validate")
	validate.Stdin = bytes.NewReader(request)
	validate.Env = environment()
	said, err := validate.Output()
	var verdict struct {
		Valid bool
		Error struct{ Message, Hint string }
	}
	if broken := json.Unmarshal(said, &verdict); broken != nil {
		return fmt.Errorf("%s validate: %w", p.Path, err)
	}
	if !verdict.Valid {
		return fmt.Errorf("%s: %s %s", p.Connection, verdict.Error.Message, verdict.Error.Hint)
	}
	return nil
}

// unnamedFile returns a file that is gone as soon as it is closed, or the fin ends.
func unnamedFile() (*os.File, error) {
	file, err := os.CreateTemp("", "tenableio-envelope-")
	if err != nil {
		return nil, err
	}
	return file, os.Remove(file.Name())
}

// environment is what the plugin gets of the fin's: not the password of the broker.
func environment() []string {
	var theirs []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "MQTT_") {
			theirs = append(theirs, variable)
		}
	}
	return theirs
}
