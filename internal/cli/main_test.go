package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"tenableio/commands"
	"tenableio/connection"
	"tenableio/internal/canned"
	"tenableio/schemas"
)

var update = flag.Bool("update", false, "rewrite golden results and rendered documents")

// The keys of the cases. They must appear nowhere but in the request header.
const (
	accessCanary = "access-canary-5f1c9e77"
	secretCanary = "secret-canary-a20d43b1"
)

// fakeClock passes time only by waiting.
type fakeClock struct{ now time.Time }

func (c *fakeClock) clock() connection.Clock {
	return connection.Clock{
		Now:    func() time.Time { return c.now },
		Random: func() float64 { return 0.5 },
		Wait: func(ctx context.Context, d time.Duration) error {
			c.now = c.now.Add(d)
			return context.Cause(ctx)
		},
	}
}

// logBuffer is a stderr in memory. The log is written beside the run, and on a busy
// machine it may still be when the run has ended.
type logBuffer struct {
	mu   sync.Mutex
	text []byte
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = append(b.text, p...)
	return len(p), nil
}

// Bytes is what was written so far.
func (b *logBuffer) Bytes() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bytes.Clone(b.text)
}

// answering answers every request with a JSON text made for it.
type answering func(r *http.Request) string

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(a(r))), ContentLength: -1, Request: r,
	}, nil
}

// always answers every request with the same text.
func always(text string) answering { return func(*http.Request) string { return text } }

// memoryProcess is the shipped code with its streams in memory.
type memoryProcess struct {
	process
	out *bytes.Buffer
	log *logBuffer
}

// inMemory is a process with a request on stdin, where no wait takes any time.
func inMemory(request []byte, transport http.RoundTripper) memoryProcess {
	out, log, clock := new(bytes.Buffer), new(logBuffer), &fakeClock{now: time.Now()}
	return memoryProcess{process{
		stdin: bytes.NewReader(request), stdout: out, stderr: log, transport: transport, clock: clock.clock(),
	}, out, log}
}

// runCase runs the shipped code over a request in memory.
func runCase(t *testing.T, request []byte, transport http.RoundTripper, arguments ...string) (stdout []byte, status int) {
	t.Helper()
	p := inMemory(request, transport)
	p.args, p.logLevel = arguments, "debug"
	status = p.main(t.Context())
	checkStreams(t, p.out.Bytes(), p.log.Bytes())
	return p.out.Bytes(), status
}

// checkGoroutines: a run leaves no goroutine behind, or one that is about to end.
func checkGoroutines(t *testing.T, before int) {
	t.Helper()
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	var stacks bytes.Buffer
	_ = pprof.Lookup("goroutine").WriteTo(&stacks, 1)
	t.Errorf("%d goroutines before the run, %d after it:\n%s", before, runtime.NumGoroutine(), stacks.Bytes())
}

// checkStreams holds what must hold of every run: one JSON document on stdout,
// JSON lines on stderr, and no key on either.
func checkStreams(t *testing.T, stdout, stderr []byte) {
	t.Helper()
	surrogates := jsontext.AllowInvalidUTF8(true) // which outputs of plugins may hold
	if !utf8.Valid(stdout) || !jsontext.Value(stdout).IsValid(surrogates) || !bytes.HasSuffix(stdout, []byte("\n")) {
		t.Errorf("stdout is not one JSON document in UTF-8, without duplicate names, and a newline: %.200q", stdout)
	}
	for line := range bytes.Lines(stderr) {
		if !json.Valid(line) {
			t.Errorf("stderr line is not JSON: %q", line)
		}
	}
	for _, canary := range []string{accessCanary, secretCanary} {
		if bytes.Contains(stdout, []byte(canary)) || bytes.Contains(stderr, []byte(canary)) {
			t.Errorf("the key %s left the process", canary)
		}
	}
}

// TestCases runs every folder testdata/COMMAND/CASE through the process: its
// request.json, played against its exchanges.json, must give its result.json.
func TestCases(t *testing.T) {
	cases, err := filepath.Glob("testdata/*/*/request.json")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range cases {
		folder := filepath.Dir(name)
		t.Run(strings.TrimPrefix(filepath.ToSlash(folder), "testdata/"), func(t *testing.T) {
			request, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			exchanges, err := canned.Load(filepath.Join(folder, "exchanges.json"))
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
			player := canned.NewPlayer(exchanges)
			before := runtime.NumGoroutine()
			stdout, status := runCase(t, request, player)
			checkGoroutines(t, before)
			if status != exitOK {
				t.Errorf("exit status %d, want %d", status, exitOK)
			}
			if err := player.Done(); err != nil {
				t.Error(err)
			}
			checkEnvelope(t, filepath.Base(filepath.Dir(folder)), stdout)
			checkGolden(t, filepath.Join(folder, "result.json"), normalise(t, stdout))
		})
	}
}

// normalise indents a result, its numbers and order kept, without what varies.
func normalise(t *testing.T, stdout []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, stdout, "", "  "); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func checkGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("%v; run \"make docs\" to write it", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs; run \"make docs\" if that is meant (-want +got):\n%s", name, diff)
	}
}

// checkEnvelope holds the result of a command, by either of its names, to the published
// schemas.
func checkEnvelope(t *testing.T, name string, stdout []byte) {
	t.Helper()
	schema := schemas.Envelope("result")
	validate(t, "result", schema, stdout)
	command, known := commands.Lookup(name)
	got := envelopeOf(t, stdout)
	if !known || got.ReturnData == "Failed" {
		return
	}
	document := command.Schema()
	output := document.Output()
	parts, err := json.Marshal(map[string]any{"raw_data": got.RawData, "context_data": got.ContextData, "key_fields": got.KeyFields})
	if err != nil {
		t.Fatal(err)
	}
	validate(t, command.Key+" output", output, parts)
}

// compiledSchemas are the schemas that were used, by name: to compile them for
// each of some thousand results would take most of the tests' time.
var compiledSchemas sync.Map

func validate(t *testing.T, name string, schema, document []byte) {
	t.Helper()
	compiled, known := compiledSchemas.Load(name)
	if !known {
		fresh, err := schemas.Compile("test", schema)
		if err != nil {
			t.Fatalf("schema %s: %v", name, err)
		}
		compiled, _ = compiledSchemas.LoadOrStore(name, fresh)
	}
	if err := compiled.(interface{ Validate(v any) error }).Validate(decode(t, document)); err != nil {
		t.Errorf("the output does not follow schema %s: %#v", name, err)
	}
}
