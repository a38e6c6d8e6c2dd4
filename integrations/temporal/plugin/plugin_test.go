package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tenableio/integrations/child"
	"tenableio/integrations/temporal/envelope"
)

// TestMain makes the test's own binary the plugin: PLAY says how it behaves.
func TestMain(m *testing.M) {
	if play := plays[os.Getenv("PLAY")]; play != nil {
		play()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const good = `{"version": "1", "command": "List Scans", "return_data": "Successful", "error": null, "context_data": [{"id": 1}]}`

var plays = map[string]func(){
	"echo": func() {
		stdin, _ := io.ReadAll(os.Stdin)
		fmt.Fprintf(os.Stderr, `{"level": "warn", "message": %q}`+"\n", stdin)
		fmt.Fprintln(os.Stderr, `{"level": "info", "done": 3, "total": 9, "unit": "chunks", "message": "progress"}`)
		fmt.Fprintf(os.Stderr, "panic: not JSON, keys of Temporal: %s", os.Getenv("TEMPORAL_API_KEY"))
		fmt.Println(good)
	},
	"torn":   func() { fmt.Print(good[:50]) },
	"silent": func() {},
	"twice":  func() { fmt.Println(good + good) },
	"killed": func() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL) },
	"written, then killed": func() {
		fmt.Println(good)
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	},
	"cancelled": func() {
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, syscall.SIGTERM)
		fmt.Fprintln(os.Stderr, `{"message": "progress"}`)
		<-signals
		fmt.Println(`{"version": "1", "return_data": "Failed", "error": {"status_code": 499, "message": "cancelled", "retryable": true}}`)
	},
	"deaf": func() {
		signal.Ignore(syscall.SIGTERM)
		fmt.Fprintln(os.Stderr, `{"message": "progress"}`)
		time.Sleep(time.Minute)
	},
}

func self(t *testing.T, play string) Plugin {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	script := filepath.Join(t.TempDir(), "plugin") // the plugin gets few of the worker's variables
	text := fmt.Sprintf("#!/bin/sh\nPLAY='%s' exec '%s'\n", play, os.Args[0])
	if err := os.WriteFile(script, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return Plugin{Path: script, Grace: 300 * time.Millisecond}
}

func TestRun(t *testing.T) {
	t.Setenv("TEMPORAL_API_KEY", "secret-of-temporal")
	p := self(t, "echo")
	var mu sync.Mutex
	var lines []string
	var last Progress
	answer, err := p.Run(t.Context(), envelope.Request{Version: "1", Connection: json.RawMessage(`{"api_access_key": "k"}`), Command: "List Scans"}, Listener{
		Progress: func(p Progress) { last = p },
		Log: func(line json.RawMessage) {
			mu.Lock()
			defer mu.Unlock()
			lines = append(lines, string(line))
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Close()
	if last != (Progress{3, 9, "chunks"}) || len(lines) != 2 || !strings.Contains(lines[0], "List Scans") || !strings.Contains(lines[1], "panic") {
		t.Errorf("heard %v and %q", last, lines)
	}
	if strings.Contains(strings.Join(lines, ""), "secret-of-temporal") {
		t.Error("the plugin was given the keys to Temporal")
	}
	var whole bytes.Buffer
	if err := answer.CopyTo(&whole); err != nil || whole.String() != good+"\n" {
		t.Errorf("the whole envelope is %q, %v", whole.String(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(os.Getenv("TMPDIR"), "*")); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

// TestNoEnvelope: whatever is not one whole envelope is none.
func TestNoEnvelope(t *testing.T) {
	for _, play := range []string{"torn", "silent", "twice", "killed"} {
		_, err := self(t, play).Run(t.Context(), envelope.Request{}, Listener{})
		if _, ok := errors.AsType[*NoEnvelopeError](err); !ok {
			t.Errorf("%s: %v, want no envelope", play, err)
		}
	}
	answer, err := self(t, "written, then killed").Run(t.Context(), envelope.Request{}, Listener{})
	if err != nil || answer.Result.ReturnData != envelope.Successful {
		t.Errorf("an envelope that was written is lost: %v", err)
	}
}

func TestValidate(t *testing.T) {
	for _, tt := range []struct {
		said, then string
		status     int
		broken     bool
	}{
		{`{"valid": true, "error": null}`, "exit 0", 0, false},
		{`{"valid": false, "error": {"status_code": 400}}`, "exit 1", 400, false},
		{`{"valid": false}`, "exit 1", 0, true},
		{`{}`, "exit 0", 0, true},
		{`{"valid": `, "kill -9 $$", 0, true},
	} {
		path := filepath.Join(t.TempDir(), "plugin")
		script := "#!/bin/sh\ncat >/dev/null\necho '" + tt.said + "'\n" + tt.then
		if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
		invalid, err := Plugin{Path: path, Grace: time.Second}.Validate(t.Context(), envelope.Request{})
		status := 0
		if invalid != nil {
			status = invalid.StatusCode
		}
		if (err != nil) != tt.broken || status != tt.status {
			t.Errorf("%s: %v, %v", tt.said, invalid, err)
		}
	}
}

func TestNotStarted(t *testing.T) {
	_, err := Plugin{Path: "/nowhere/tenableio"}.Run(t.Context(), envelope.Request{}, Listener{})
	if _, ok := errors.AsType[*child.NotStartedError](err); !ok {
		t.Errorf("got %v, want that nothing was started", err)
	}
}

// TestCancellation: SIGTERM first, and the envelope that it brings; SIGKILL for one
// that does not hear.
func TestCancellation(t *testing.T) {
	for play, want := range map[string]string{"cancelled": "", "deaf": "no usable result"} {
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now()
		answer, err := self(t, play).Run(ctx, envelope.Request{}, Listener{Progress: func(Progress) { cancel() }})
		cancel()
		switch {
		case want == "" && (err != nil || answer.Result.Problem().StatusCode != 499):
			t.Errorf("%s: %v, want its envelope", play, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want %s", play, err, want)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s took %v", play, took)
		}
	}
}
