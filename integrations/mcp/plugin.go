package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"tenableio/integrations/child"
)

// plugin is the binary: one process for one request.
type plugin struct {
	path  string
	grace time.Duration // between SIGTERM, which the plugin answers with an envelope, and SIGKILL
	log   *slog.Logger
}

// request is what the plugin reads from stdin. It holds keys and goes nowhere else.
type request struct {
	Connection json.RawMessage `json:"connection"`
	Command    string          `json:"command"`
	Inputs     json.RawMessage `json:"inputs,omitempty"`
	Options    map[string]any  `json:"options"`
}

// run runs one request to its end, hands the envelope to read and each line of the log to
// listen. When ctx is done the process gets SIGTERM, and SIGKILL after the grace.
func (p plugin) run(ctx context.Context, r request, read func(io.Reader) error, listen func(line []byte)) error {
	stdin, err := json.Marshal(r)
	if err != nil {
		return &child.NotStartedError{Cause: err}
	}
	process := child.Command(ctx, p.path, p.grace)
	process.Stdin = bytes.NewReader(stdin)
	child.TellProgress(process)
	envelope, stdout := io.Pipe()
	log, stderr := io.Pipe()
	process.Stdout, process.Stderr = stdout, stderr
	reading := make(chan error, 1)
	go func() {
		err := read(envelope)
		_, _ = io.Copy(io.Discard, envelope) // the rest, so that the process can end
		reading <- err
	}()
	listening := make(chan struct{})
	go func() {
		eachLine(log, longestLogLine, func(line []byte, _ bool) { listen(line) })
		close(listening)
	}()
	ended := child.Run(process)
	_, _ = stdout.Close(), stderr.Close() // a pipe's Close has no error
	<-listening
	err = <-reading
	if _, never := errors.AsType[*child.NotStartedError](ended); never {
		return ended
	}
	if err != nil {
		return fmt.Errorf("the plugin left no usable result (%w; it ended with %s)", err, process.ProcessState)
	}
	return nil
}

// longestLogLine bounds what a line of the log may take.
const longestLogLine = 64 << 10
