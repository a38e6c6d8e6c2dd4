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
	"time"

	"tenableio/integrations/child"
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
	connection, err := child.Connection(p.Connection) // each time, so that new keys need no restart
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
	stdout, err := child.UnnamedFile()
	if err != nil {
		return nil, err
	}
	command := child.Command(ctx, p.Path, grace)
	command.Stdin = bytes.NewReader(stdin)
	command.Stdout = stdout // the process writes into the file itself
	command.Stderr = os.Stderr
	ended := child.Run(command)
	if command.Process == nil {
		stdout.Close()
		return nil, ended
	}
	if _, err := stdout.Seek(0, io.SeekStart); err != nil {
		return stdout, err
	}
	return stdout, ended
}

// Check tells what is wrong with the connection, without using it.
func (p Plugin) Check(ctx context.Context) error {
	connection, err := child.Connection(p.Connection)
	if err != nil {
		return err
	}
	request, err := json.Marshal(map[string]any{"command": "test_connection", "connection": connection})
	if err != nil {
		return fmt.Errorf("%s holds no connection object", p.Connection)
	}
	refusal, err := child.Validate(ctx, p.Path, grace, request)
	if err != nil {
		return err
	}
	if refusal != nil {
		return fmt.Errorf("%s: %s %s", p.Connection, refusal.Message, refusal.Hint)
	}
	return nil
}
