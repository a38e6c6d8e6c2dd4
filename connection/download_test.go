package connection

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"tenableio/internal/fault"
)

func TestDownloadStreamsBytesUntouched(t *testing.T) {
	content := strings.Repeat("\x00\xff<b>&", 100000)
	for name, handler := range map[string]http.HandlerFunc{
		"with its length": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(content)))
			w.Header().Set("Content-Disposition", "attachment; filename=a b.nessus")
			_, _ = io.WriteString(w, content)
		},
		"without": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Disposition", "attachment; filename=a b.nessus")
			w.(http.Flusher).Flush()
			_, _ = io.WriteString(w, content)
		},
		"packed on the way": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Disposition", "attachment; filename=a b.nessus")
			w.Header().Set("Content-Encoding", "gzip")
			packed := gzip.NewWriter(w)
			_, _ = io.WriteString(packed, content)
			_ = packed.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			client, _ := newClient(t, newServer(t, handler).URL)
			var got []byte
			err := client.Download(t.Context(), Call{Path: "/file"}, func(d Download) (err error) {
				if d.Disposition != "attachment; filename=a b.nessus" {
					t.Errorf("disposition %q", d.Disposition)
				}
				got, err = io.ReadAll(d.Body)
				return err
			})
			if err != nil || string(got) != content {
				t.Errorf("%d bytes came of %d (%v)", len(got), len(content), err)
			}
		})
	}
}

// A report of thousands of chunks is as many calls, within seconds.
func TestAnsweredCallsLeaveNothingInMemory(t *testing.T) {
	client, _ := newClient(t, newServer(t, ok(`{}`)).URL)
	const calls = 1000
	heap := func() int64 {
		for range calls {
			if _, err := client.Get(t.Context(), Call{Path: "/x"}); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		return int64(memory.HeapAlloc)
	}
	if before, after := heap(), heap(); after-before > 100<<10 {
		t.Errorf("%d calls leave %d bytes", calls, after-before)
	}
}

// FAULTS rows 56, 57, 105: what was cut is fetched again, from the start.
func TestDownloadBeginsAgainAfterACut(t *testing.T) {
	s := newServer(t, reset(10), reset(0), answerWith(200, "application/octet-stream", "whole"))
	client, _ := newClient(t, s.URL)
	calls, got := 0, ""
	err := client.Download(t.Context(), Call{Path: "/file"}, func(d Download) error {
		calls++
		content, err := io.ReadAll(d.Body)
		got = string(content)
		return err
	})
	if err != nil || got != "whole" || calls != 3 || s.requests.Load() != 3 {
		t.Errorf("got %q after %d calls and %d requests (%v)", got, calls, s.requests.Load(), err)
	}
}

// An error of the network counts, even where save ends content without error.
func TestDownloadNeverTakesACutForTheEnd(t *testing.T) {
	s := newServer(t, reset(10))
	client, _ := newClient(t, s.URL)
	err := client.Download(t.Context(), Call{Path: "/file"}, func(d Download) error {
		_, _ = io.CopyN(io.Discard, d.Body, 5)
		return nil
	})
	if f := fault.From(err); f == nil || f.Status != 502 || s.requests.Load() != maxAttempts {
		t.Errorf("err %v after %d requests, want 502 after %d", err, s.requests.Load(), maxAttempts)
	}
}

func TestDownloadClassifiesTheErrorsOfSave(t *testing.T) {
	for name, c := range map[string]struct {
		err      error
		requests int32
		status   int
	}{
		"a fault is final":            {fault.Defect("The disk is full."), 1, 500},
		"other content is asked anew": {errors.New("it is not a list"), maxAttemptsMalformed, 502},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, ok("[]"))
			client, _ := newClient(t, s.URL)
			err := client.Download(t.Context(), Call{Path: "/file"}, func(Download) error { return c.err })
			if f := fault.From(err); f == nil || f.Status != c.status || s.requests.Load() != c.requests {
				t.Errorf("err %v after %d requests, want %d after %d", err, s.requests.Load(), c.status, c.requests)
			}
		})
	}
}

// The Server URL is right where other calls worked; what came is not.
func TestDownloadBlamesTheServerURLOnlyWhereNothingWorked(t *testing.T) {
	for name, bad := range map[string]http.HandlerFunc{"cut": reset(10), "other content": ok("[]")} {
		for _, worked := range []bool{false, true} {
			handlers := []http.HandlerFunc{bad}
			if worked {
				handlers = []http.HandlerFunc{ok(`{}`), bad}
			}
			client, _ := newClient(t, newServer(t, handlers...).URL)
			if worked {
				if _, err := client.Get(t.Context(), Call{Path: "/status"}); err != nil {
					t.Fatal(err)
				}
			}
			err := client.Download(t.Context(), Call{Path: "/file"}, func(d Download) error {
				_, _ = io.Copy(io.Discard, d.Body)
				return errors.New("it is not a list")
			})
			f := fault.From(err)
			if f == nil || f.Status != 502 || strings.Contains(f.Hint, "Server URL") == worked ||
				strings.Contains(f.Hint, "proxy in between") != worked {
				t.Errorf("%s, after a call that worked %t: %+v", name, worked, f)
			}
		}
	}
}

// An error page is never handed to save.
func TestDownloadSavesNoErrorPage(t *testing.T) {
	s := newServer(t, answerWith(404, "application/json", `{"error":"The requested file was not found"}`))
	client, _ := newClient(t, s.URL)
	err := client.Download(t.Context(), Call{Path: "/file"}, func(Download) error {
		t.Error("save was called")
		return nil
	})
	if f := fault.From(err); f == nil || f.Status != 404 || f.Message != "The requested file was not found" {
		t.Errorf("err %v", err)
	}
}
