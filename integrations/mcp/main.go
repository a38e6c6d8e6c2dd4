// Tenableio-mcp offers the plugin's commands to agents, as tools of the Model Context
// Protocol over stdin and stdout. It starts the plugin's binary once for each call.
// docs/agents.md says how it is set up.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"tenableio/integrations/child"
)

// grace is the time that a run has left when nobody wants its answer any more.
const grace = 5 * time.Second

// errMisused is a wrong command line, which has been told on stderr.
var errMisused = errors.New("wrong command line")

// much is from where on the collector runs often, and gives memory back: of an answer with a text of 60 MiB, 230 MiB
// are taken then and not 500, at the same cost, and 14 MiB are left a few calls later and not 500. A GOMEMLIMIT of the
// environment goes before.
const much = 64 << 20

func main() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(much)
	}
	signal.Ignore(syscall.SIGPIPE) // a client that went away is an error of the write
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	stream := newLines(os.Stdin, os.Stdout)
	context.AfterFunc(ctx, func() { _ = stream.Close() }) // it has no error
	go func() {
		<-stream.Ended()
		time.Sleep(grace + 2*time.Second) // the children are gone by then
		os.Exit(1)                        // a stdout that nobody reads holds the answers
	}()
	err := run(ctx, os.Args[1:], stream, os.Stderr)
	stop()
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errMisused):
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "tenableio-mcp:", err)
		os.Exit(1)
	}
}

// settings are the flags.
type settings struct {
	connection, binary, outputDir string
	allowChanges                  bool
	maxRecords                    int
	timeout                       time.Duration
}

// parse reads the flags.
func parse(arguments []string, stderr io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("tenableio-mcp", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.connection, "connection", "", "the connection, a JSON `FILE` (default: the environment's)")
	flags.BoolVar(&s.allowChanges, "allow-changes", false, "also offer the tools that change something at Tenable")
	flags.StringVar(&s.binary, "binary", "", "the plugin, a `PATH` (default: tenableio beside this program, else on PATH)")
	flags.IntVar(&s.maxRecords, "max-records", 100, "how many records an answer holds at most, a `NUMBER`")
	flags.StringVar(&s.outputDir, "output-dir", "", "where files go, a `DIR` (default: tenableio-mcp in the user's cache)")
	flags.DurationVar(&s.timeout, "timeout", 50*time.Second, "how long a call may take; many clients give up after 60s")
	if err := flags.Parse(arguments); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return s, err
		}
		return s, errMisused
	}
	problem := ""
	switch {
	case flags.NArg() > 0:
		problem = fmt.Sprintf("%q is no flag", flags.Arg(0))
	case s.maxRecords < 1:
		problem = "--max-records must be 1 or more"
	case s.timeout < time.Second:
		problem = "--timeout must be 1s or more"
	default:
		return s, nil
	}
	fmt.Fprintf(stderr, "tenableio-mcp: %s\n", problem)
	return s, errMisused
}

// run serves one client until it closes the stream, or until a signal does.
func run(ctx context.Context, arguments []string, stream *lines, stderr io.Writer) error {
	s, err := parse(arguments, stderr)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewJSONHandler(stderr, nil))
	served, err := s.prepare(ctx, log)
	if err != nil {
		return err
	}
	log.Info("ready", "tools", len(served.offered()), "changes", s.allowChanges, "output_dir", served.outputDir)
	return served.server().Run(context.WithoutCancel(ctx), stream) // the end of the stream ends it
}

// prepare checks all that calls need before the first one comes.
func (s settings) prepare(ctx context.Context, log *slog.Logger) (*service, error) {
	path, err := s.findBinary()
	if err != nil {
		return nil, fmt.Errorf("--binary: %w", err)
	}
	folder, err := s.folder()
	if err != nil {
		return nil, fmt.Errorf("--output-dir: %w", err)
	}
	connection, err := openConnection(s.connection, os.Getenv, log)
	if err != nil {
		return nil, err
	}
	binary := plugin{path: path, grace: grace, log: log}
	described, err := child.Describe(ctx, binary.path)
	if err != nil {
		return nil, fmt.Errorf("--binary: %w", err)
	}
	return &service{
		plugin: binary, manifest: described, connection: connection, outputDir: folder,
		allowChanges: s.allowChanges, maxRecords: s.maxRecords, timeout: s.timeout,
		places: make(chan struct{}, atOnce), log: log,
	}, nil
}

// findBinary looks for the plugin beside this program, and then on PATH: clients start
// servers with a PATH of their own.
func (s settings) findBinary() (string, error) {
	if s.binary != "" {
		return exec.LookPath(s.binary)
	}
	name := "tenableio"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if self, err := os.Executable(); err == nil {
		if path, err := exec.LookPath(filepath.Join(filepath.Dir(self), name)); err == nil {
			return path, nil
		}
	}
	return exec.LookPath(name)
}

// folder makes the folder for files, which nobody else may read.
func (s settings) folder() (string, error) {
	folder := s.outputDir
	if folder == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("it is required here: %w", err)
		}
		folder = filepath.Join(cache, "tenableio-mcp")
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	return folder, os.MkdirAll(folder, 0o700)
}
