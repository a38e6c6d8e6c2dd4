// Package plugin runs the binary: one process for one request, from its stdin to the
// one envelope on its stdout. Whatever happens to the worker, the process ends.
package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"tenableio/integrations/child"
	"tenableio/integrations/temporal/envelope"
)

// Plugin is the binary and how it is treated.
type Plugin struct {
	Path  string        // of the binary
	Grace time.Duration // between SIGTERM, which the plugin answers with an envelope, and SIGKILL
}

// NoEnvelopeError says that a process ran and left no usable envelope.
type NoEnvelopeError struct{ Cause error }

func (e *NoEnvelopeError) Error() string {
	return "the plugin left no usable result: " + e.Cause.Error()
}

// Unwrap gives errors.Is and errors.As the cause.
func (e *NoEnvelopeError) Unwrap() error { return e.Cause }

// Answer is what one run left.
type Answer struct {
	Result envelope.Result
	Cut    bool     // parts of the envelope are not in Result
	stdout *os.File // the whole envelope
}

// CopyTo writes the whole envelope.
func (a *Answer) CopyTo(w io.Writer) error {
	if _, err := a.stdout.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.Copy(w, a.stdout)
	return err
}

// Close lets go of the envelope.
func (a *Answer) Close() error { return a.stdout.Close() }

// Run starts the plugin with a request and waits for its end. When ctx is done the
// process gets SIGTERM, and SIGKILL after the grace; an envelope that it writes
// meanwhile is an answer like any other. Each progress of the run and each line of
// its log goes to the listener.
func (p Plugin) Run(ctx context.Context, request envelope.Request, listener Listener) (*Answer, error) {
	stdin, err := json.Marshal(request)
	if err != nil {
		return nil, &child.NotStartedError{Cause: err}
	}
	stdout, err := child.UnnamedFile()
	if err != nil {
		return nil, &child.NotStartedError{Cause: err}
	}
	log := &logReader{listener: listener}
	command := child.Command(ctx, p.Path, p.Grace)
	command.Stdin = bytes.NewReader(stdin)
	command.Stdout = stdout // the process writes into the file itself
	command.Stderr = log
	if os.Getenv("TENABLEIO_LOG_LEVEL") == "" {
		child.TellProgress(command)
	}
	ended := child.Run(command)
	if _, never := errors.AsType[*child.NotStartedError](ended); never {
		return nil, errors.Join(ended, stdout.Close())
	}
	log.flush()
	answer := &Answer{stdout: stdout}
	if answer.Result, answer.Cut, err = read(stdout); err != nil {
		return nil, errors.Join(&NoEnvelopeError{fmt.Errorf("%w (the process: %w)", err, orExited(ended))}, stdout.Close())
	}
	return answer, nil
}

// Validate returns what is wrong with a request that the plugin refuses, and nil for one that it takes. It uses no
// network.
func (p Plugin) Validate(ctx context.Context, request envelope.Request) (*child.Refusal, error) {
	stdin, err := json.Marshal(request)
	if err != nil {
		return nil, &child.NotStartedError{Cause: err}
	}
	refusal, err := child.Validate(ctx, p.Path, p.Grace, stdin)
	if _, never := errors.AsType[*child.NotStartedError](err); err != nil && !never {
		err = &NoEnvelopeError{err}
	}
	return refusal, err
}

// read reads the envelope from its beginning.
func read(stdout *os.File) (result envelope.Result, cut bool, err error) {
	if _, err := stdout.Seek(0, io.SeekStart); err != nil {
		return result, false, err
	}
	result, whole, err := envelope.Read(stdout)
	return result, !whole, err
}

// orExited words how the process ended.
func orExited(ended error) error {
	if ended == nil {
		return errors.New("exit status 0")
	}
	return ended
}
