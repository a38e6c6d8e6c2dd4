package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
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

// errNotStarted says that no process was started, so that nothing was sent to Tenable.
var errNotStarted = errors.New("the plugin could not be started")

// run runs one request to its end, hands the envelope to read and each line of the log to
// listen. When ctx is done the process gets SIGTERM, and SIGKILL after the grace.
func (p plugin) run(ctx context.Context, r request, read func(io.Reader) error, listen func(line []byte)) error {
	stdin, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("%w: %w", errNotStarted, err)
	}
	child := exec.CommandContext(ctx, p.path)
	child.Stdin = bytes.NewReader(stdin)
	child.Env = environment(os.Environ())
	child.SysProcAttr = attributes()
	child.Cancel = func() error { return interrupt(child.Process) }
	child.WaitDelay = p.grace
	envelope, stdout := io.Pipe()
	log, stderr := io.Pipe()
	child.Stdout, child.Stderr = stdout, stderr
	reading := make(chan error, 1)
	go func() {
		err := read(envelope)
		_, _ = io.Copy(io.Discard, envelope) // the rest, so that the process can end
		reading <- err
	}()
	listening := make(chan struct{})
	go func() {
		eachLine(log, longestLogLine, func(line []byte, whole bool) { listen(line) })
		close(listening)
	}()
	ended := onOneThread(child)
	_, _ = stdout.Close(), stderr.Close() // a pipe's Close has no error
	<-listening
	err = <-reading
	switch {
	case errors.Is(ended, errNotStarted):
		return ended
	case err != nil:
		return fmt.Errorf("the plugin left no usable result (%w; it ended with %s)", err, child.ProcessState)
	}
	return nil
}

// longestLogLine bounds what a line of the log may take.
const longestLogLine = 64 << 10

// onOneThread starts a process and waits for it. The signal of a parent's death is sent
// when the thread that started the process ends, and Go ends threads when it likes: the
// goroutine keeps its thread until the process is gone.
func onOneThread(child *exec.Cmd) error {
	ended := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := child.Start(); err != nil {
			ended <- fmt.Errorf("%w: %w", errNotStarted, err)
			return
		}
		err := child.Wait()
		sweep(child.Process)
		ended <- err
	}()
	return <-ended
}

// passed are the variables that the plugin gets of this program's: where it finds the
// network, its authorities and a temporary folder. Keys are not among them.
var passed = []string{
	"HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "TMPDIR", "TMP", "TEMP", "TZ", "GODEBUG",
	"SYSTEMROOT", "TENABLEIO_CHUNK_WORKERS",
}

// environment is the environment of the plugin. The log tells how far a run is at info.
func environment(ours []string) []string {
	theirs := []string{"TENABLEIO_LOG_LEVEL=info"}
	for _, variable := range ours {
		if name, _, _ := strings.Cut(variable, "="); slices.Contains(passed, strings.ToUpper(name)) {
			theirs = append(theirs, variable)
		}
	}
	return theirs
}

// command is what the plugin says of one of its commands.
type command struct {
	Key         string   `json:"key"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Role        string   `json:"role"`
	Permission  string   `json:"permission"`
	Notes       []string `json:"notes"`
	ReadOnly    bool     `json:"read_only"`
	Destructive bool     `json:"destructive"`
	Idempotent  bool     `json:"idempotent"`
	LongRunning bool     `json:"long_running"`
	MakesFiles  bool     `json:"makes_files"`
	Rules       []struct {
		Required []string `json:"required"`
		Message  string   `json:"message"`
	} `json:"rules"`
	Input   map[string]any `json:"input"`
	Outputs struct {
		ContextData []struct {
			Key string `json:"key"`
		} `json:"context_data"`
	} `json:"outputs"`
}

// unknownOutcome is what to do when nobody knows what became of the command.
func (c command) unknownOutcome() string {
	extra, _ := c.Input["x-command"].(map[string]any)
	hints, _ := extra["hints"].(map[string]any)
	hint, _ := hints["unknown_outcome"].(string)
	return hint
}

// manifest is what the plugin says of itself.
type manifest struct {
	Version  string    `json:"version"`
	Commands []command `json:"commands"`
}

// describe asks the plugin for its commands.
func (p plugin) describe(ctx context.Context) (manifest, error) {
	var m manifest
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	child := exec.CommandContext(ctx, p.path, "describe")
	child.Env = environment(os.Environ())
	child.WaitDelay = time.Second
	text, err := child.Output()
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	if err == nil && len(m.Commands) == 0 {
		err = errors.New("it describes no commands")
	}
	if err != nil {
		return m, fmt.Errorf("%s describe: %w", p.path, err)
	}
	return m, nil
}
