// Tenableio is a SOAR integration plugin for Tenable.io. One process answers
// one request: a JSON document on stdin, a JSON document on stdout, logs on
// stderr. README.md shows a request and its result; CONTRIBUTING.md walks one
// request through the code.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"math"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/names"
)

// version is the version of the plugin; CHANGELOG.md's newest heading has it too.
const version = "0.1.0"

// The exit statuses. A runner that takes anything but 0 for a crash would throw the
// result away, so the verdict is in the envelope unless --exit-status asks for it.
const (
	exitOK      = 0 // an envelope was written, whatever it says
	exitFailed  = 1 // no envelope could be written; with --exit-status: Failed
	exitMisused = 2 // the command line
	exitPartly  = 3 // with --exit-status: Partially Successful
)

func main() {
	ctx := untilSignal() // first, because a signal before it ends the process without an envelope
	limitMemory()
	hardenProcess()
	log.SetOutput(io.Discard)      // net/http tells there, in the server's own bytes, of answers nobody asked for
	signal.Ignore(syscall.SIGPIPE) // a reader that went away is an error of the write
	p := process{
		args: os.Args[1:], stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		logLevel: os.Getenv("TENABLEIO_LOG_LEVEL"), chunkWorkers: chunkWorkers(os.Getenv("TENABLEIO_CHUNK_WORKERS")),
	}
	os.Exit(p.main(ctx))
}

// chunkWorkers reads how many chunks of an export are fetched at the same time:
// 1 to 4, 2 unless the environment says otherwise. Tenable asks integrations not
// to make many calls at once.
func chunkWorkers(setting string) int {
	const usual, most = 2, 4
	n, err := strconv.Atoi(setting)
	if err != nil || n < 1 {
		return usual
	}
	return min(n, most)
}

// untilSignal returns a context that the first SIGINT, SIGTERM or SIGHUP ends;
// the second one ends the process at once.
func untilSignal() context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		received := <-signals
		signal.Stop(signals)
		f := fault.New(fault.StatusCancelled, "The command was cancelled by a signal (%v).", received)
		f.Retryable = true
		cancel(f)
	}()
	return ctx
}

// process is everything a run has of the outside, so that tests run the very
// code that ships.
type process struct {
	args           []string
	stdin          io.Reader
	stdout, stderr io.Writer
	logLevel       string
	chunkWorkers   int               // chunks of an export fetched at the same time; 0 is 1
	transport      http.RoundTripper // nil: the network
	clock          connection.Clock  // zero: the system's
}

// subCommand is one word after "tenableio".
type subCommand struct {
	name, arguments string
	most            int // arguments
	help            string
	run             func(p process, ctx context.Context, arguments []string) int
}

// usage is the sub-command as it is called.
func (s subCommand) usage() string {
	return strings.TrimSpace("tenableio " + s.name + " " + s.arguments)
}

const anyNumber = math.MaxInt

// subCommands are listed by help in this order.
func subCommands() []subCommand {
	return []subCommand{
		{"run", "[--exit-status]", 1, "answer the request on stdin (the default)", process.runRequest},
		{"check", "", 0, "Test Connection with the connection on stdin; the exit status says the outcome", process.check},
		{"validate", "", 0, "check the request on stdin without any network and show the calls it would begin with", process.validate},
		{"describe", "", 0, "print the manifest with every command's schemas as JSON", process.describe},
		{"schema", "COMMAND [input|output] | request | result", 2, "print one JSON Schema", process.schema},
		{"sample", "COMMAND", 1, "print a request that is valid, ready to edit", process.sample},
		{"sandbox", "[FLAG…]", anyNumber, "serve a Tenable.io of its own on loopback; \"sandbox --help\" lists the flags", process.sandbox},
		{"version", "", 0, "print the version", process.version},
		{"help", "", 0, "print this text", process.help},
	}
}

// main runs the sub-command and returns the exit status.
func (p process) main(ctx context.Context) int {
	name, arguments := "run", p.args
	if len(p.args) > 0 {
		switch {
		case p.args[0] == "-h" || p.args[0] == "--help":
			name, arguments = "help", nil
		case p.args[0] == "--version":
			name, arguments = "version", nil
		case !strings.HasPrefix(p.args[0], "-"):
			name, arguments = p.args[0], p.args[1:]
		}
	}
	var known []string
	for _, sub := range subCommands() {
		if sub.name == name {
			return p.runSub(ctx, sub, arguments)
		}
		known = append(known, sub.name)
	}
	return p.misused("unknown sub-command %q. %s", names.Clip(name), names.Suggest(name, known))
}

func (p process) runSub(ctx context.Context, sub subCommand, arguments []string) int {
	switch {
	case sub.most != anyNumber && slices.ContainsFunc(arguments, func(a string) bool { return a == "-h" || a == "--help" }):
		return p.print(fmt.Sprintf("%s\n  %s\n", sub.usage(), sub.help))
	case len(arguments) > sub.most:
		return p.misused("unexpected argument %q; the usage is: %s", names.Clip(arguments[sub.most]), sub.usage())
	}
	return sub.run(p, ctx, arguments)
}

// misused reports a wrong command line.
func (p process) misused(format string, args ...any) int {
	fmt.Fprintf(p.stderr, "tenableio: "+format+"\nRun \"tenableio help\" for the usage.\n", args...)
	return exitMisused
}

// print writes text to stdout and returns the exit status.
func (p process) print(text string) int {
	if _, err := io.WriteString(p.stdout, text); err != nil {
		fmt.Fprintf(p.stderr, "tenableio: writing to stdout: %v\n", err)
		return exitFailed
	}
	return exitOK
}

// misuse is an error of the command line.
type misuse string

func (m misuse) Error() string { return string(m) }

// failWith reports an error of a sub-command other than run.
func (p process) failWith(err error) int {
	if wrong, ok := errors.AsType[misuse](err); ok {
		return p.misused("%s", wrong)
	}
	f := fault.From(err)
	fmt.Fprintf(p.stderr, "tenableio: %v\n", errors.Join(f, f.Cause))
	return exitFailed
}
