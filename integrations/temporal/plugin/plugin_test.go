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
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

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
	t.Setenv("PLAY", play)
	t.Setenv("TMPDIR", t.TempDir())
	return Plugin{Path: os.Args[0], Grace: 300 * time.Millisecond}
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

func TestNotStarted(t *testing.T) {
	_, err := Plugin{Path: "/nowhere/tenableio"}.Run(t.Context(), envelope.Request{}, Listener{})
	if _, ok := errors.AsType[*NotStartedError](err); !ok {
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

// TestThreadOfAChild: the kernel sends the signal of the parent's death when the thread
// ends that started the child. Threads that end meanwhile must not be that one.
func TestThreadOfAChild(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	heard := make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		answer, err := self(t, "cancelled").Run(ctx, envelope.Request{}, Listener{Progress: func(Progress) { close(heard) }})
		if err == nil {
			answer.Close()
		}
		ended <- err
	}()
	<-heard
	var threads sync.WaitGroup
	for range 50 {
		threads.Go(runtime.LockOSThread) // a goroutine that ends while it is locked ends its thread
	}
	threads.Wait()
	if err := <-ended; err != nil {
		t.Errorf("the child was lost with a thread: %v", err)
	}
}

func TestFind(t *testing.T) {
	commands := Commands{"launch_scan": {Key: "launch_scan", Title: "Launch Scan"}, "list_scans": {Key: "list_scans", ReadOnly: true}}
	for _, name := range []string{"Launch Scan", "launch_scan", "launch-scan", "LAUNCHSCAN"} {
		if got := commands.Find(name); got.Key != "launch_scan" {
			t.Errorf("%s is %+v", name, got)
		}
	}
	if got := commands.Find("Erase Everything"); got.ReadOnly || got.Title != "Erase Everything" {
		t.Errorf("an unknown command is %+v", got)
	}
}
