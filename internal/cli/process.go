// Package cli is the process around a request: its arguments, streams, signals and
// exit status, the sub-commands, and the straight line from stdin to stdout. It
// knows the order of the steps and nothing of endpoints.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/result"
)

// version is the version of the plugin; CHANGELOG.md's newest heading has it too.
const version = "0.2.0"

// The exit statuses. A runner that takes anything but 0 for a crash would throw the
// result away, so the verdict is in the envelope unless --exit-status asks for it.
const (
	exitOK      = 0 // an envelope was written, whatever it says
	exitFailed  = 1 // no envelope could be written; with --exit-status: Failed
	exitMisused = 2 // the command line
	exitPartly  = 3 // with --exit-status: Partially Successful
)

// Main runs the process and returns its exit status.
func Main() int {
	ctx := untilSignal() // first, because a signal before it ends the process without an envelope
	if len(os.Args) < 2 || os.Args[1] != "sandbox" {
		saveMemory() // a sandbox is a server, which may hold a large account
	}
	hardenProcess()
	log.SetOutput(io.Discard)      // net/http logs unrequested answers there, with the server's own bytes
	signal.Ignore(syscall.SIGPIPE) // a reader that went away is an error of the write
	p := process{
		args: os.Args[1:], stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		environment: os.Getenv,
	}
	p.readSettings(os.Getenv)
	return p.main(ctx)
}

// untilSignal returns a context that the first SIGINT, SIGTERM, SIGHUP or SIGQUIT
// ends; the second one ends the process at once. A second SIGQUIT alone does nothing:
// Go's answer to it is the stacks of all goroutines on stderr. One that was ignored when the
// process started, as nohup does, stays ignored.
func untilSignal() context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	heard := slices.DeleteFunc([]os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}, signal.Ignored)
	signal.Notify(signals, append(heard, syscall.SIGQUIT)...)
	go func() {
		received := <-signals
		signal.Reset(heard...)
		cancel(fault.New(fault.StatusCancelled, "The command was cancelled by a signal (%v).", received).AsRetryable())
	}()
	return ctx
}

// process is all that a run takes from outside, so that tests run the very code
// that ships.
type process struct {
	args           []string
	stdin          io.Reader
	stdout, stderr io.Writer
	environment    func(name string) string // nil: empty
	logLevel       string
	misset         []*fault.Error    // warnings about settings that were replaced
	chunkWorkers   int               // chunks of an export fetched at the same time; 0 is 1
	transport      http.RoundTripper // nil: the network
	clock          connection.Clock  // zero: the system's
}

func (p process) variable(name string) string {
	if p.environment == nil {
		return ""
	}
	return p.environment(name)
}

// misused reports a wrong command line.
func (p process) misused(format string, args ...any) int { return p.failWith(misused(format, args...)) }

// print writes text to stdout and returns the exit status. It gives up after pagePatience.
func (p process) print(ctx context.Context, text string) int {
	if err := newWatchdog(ctx).write(result.Plain(text), p.stdout, pagePatience); err != nil {
		p.say("tenableio: writing to stdout: %v\n", err)
		return exitFailed
	}
	return exitOK
}

// say writes to stderr, unless nobody reads it.
func (p process) say(format string, args ...any) {
	out := newOutlet(p.stderr)
	out.put(fmt.Appendf(nil, format, args...))
	out.close()
}

// misuse is an error of the command line.
type misuse struct{ why *fault.Error }

func (m misuse) Error() string { return m.why.Message }

func misused(format string, args ...any) error {
	return misuse{fault.New(http.StatusBadRequest, format, args...)}
}

// failWith reports an error of the command line, or of a sub-command other than run.
func (p process) failWith(err error) int {
	if wrong, ok := errors.AsType[misuse](err); ok {
		redactor := p.redactor()
		message := redactor.Text(fault.Fill(wrong.why.Message, wrong.why.Quotes, redactor.Quote))
		p.say("tenableio: %s\nRun \"tenableio help\" for the usage.\n", message)
		return exitMisused
	}
	f := fault.From(err)
	p.say("tenableio: %v\n", errors.Join(f, f.Cause))
	return exitFailed
}
