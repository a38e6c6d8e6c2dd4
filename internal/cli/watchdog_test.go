package cli

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tenableio/internal/fault"
	"tenableio/result"
)

func textOf(text string) result.Rendering {
	return result.Rendering{func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}}
}

// TestWorkThatDoesNotEndIsGivenUp: a moment after the time limit or the signal, and what it
// was doing is told.
func TestWorkThatDoesNotEndIsGivenUp(t *testing.T) {
	for _, tt := range []struct {
		name   string
		limit  time.Duration // 0: the request is never understood
		signal time.Duration
		want   time.Duration
		status int
	}{
		{"the time limit", 5 * time.Second, time.Hour, 5*time.Second + workGrace, 504},
		{"a signal", time.Hour, 3 * time.Second, 3*time.Second + workGrace, 499},
		{"a signal before the request is understood", 0, time.Second, time.Second + workGrace, 499},
	} {
		synctest.Test(t, func(t *testing.T) {
			signalled, signal := context.WithCancelCause(t.Context())
			cancelled := fault.New(fault.StatusCancelled, "The command was cancelled.")
			time.AfterFunc(tt.signal, func() { signal(cancelled) })
			w := newWatchdog(signalled)
			release := make(chan struct{})
			start := time.Now()
			_, finished := w.await(func() result.Rendering {
				if tt.limit > 0 {
					limit := fault.TimedOut("The time limit was reached.")
					limited, cancel := context.WithTimeoutCause(signalled, tt.limit, limit)
					defer cancel()
					w.begins <- begun{limited: limited}
				}
				w.doing("moving a mountain")
				<-release
				return nil
			})
			f := w.failure()
			if spent := time.Since(start); finished || spent != tt.want {
				t.Errorf("%s: finished %t after %v, want to give up after %v", tt.name, finished, spent, tt.want)
			}
			if f.Status != tt.status || !strings.Contains(f.Message, "(while moving a mountain)") {
				t.Errorf("%s: %+v", tt.name, f)
			}
			close(release)
			signal(nil)
			synctest.Wait()
		})
	}
}

// TestNothingWaitsForAReader: no sub-command does, whatever it prints.
func TestNothingWaitsForAReader(t *testing.T) {
	for _, arguments := range [][]string{
		{"describe"}, {"schema", "result"}, {"help"}, {"help", "run"}, {"version"}, {"sample", "list_scans"}, {"completion", "bash"}, {"validate"},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := inMemory([]byte("{}"), nil)
			reader, writer := io.Pipe()
			p.args = arguments
			p.stdout = writer
			start := time.Now()
			if status := p.main(t.Context()); status != exitFailed || time.Since(start) != pagePatience {
				t.Errorf("%q: exit status %d after %v", arguments, status, time.Since(start))
			}
			_ = reader.Close()
			signalled, signal := context.WithCancel(t.Context())
			reader, p.stdout = io.Pipe()
			time.AfterFunc(time.Second, signal)
			start = time.Now()
			if status := p.main(signalled); status != exitFailed || time.Since(start) > time.Second+writeGrace {
				t.Errorf("%q: exit status %d after %v", arguments, status, time.Since(start))
			}
			_ = reader.Close()
			synctest.Wait()
		})
	}
}

// TestWorkThatEndsInTimeIsTaken: in the moment after the signal too.
func TestWorkThatEndsInTimeIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		signalled, signal := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, signal)
		w := newWatchdog(signalled)
		rendering, finished := w.await(func() result.Rendering {
			time.Sleep(time.Second + workGrace/2)
			return textOf("done")
		})
		var out strings.Builder
		if err := w.write(rendering, &out, writePatience); !finished || err != nil || out.String() != "done" {
			t.Errorf("finished %t, wrote %q, %v", finished, out.String(), err)
		}
	})
}

// TestWriteGivesUpAReaderThatDoesNotRead: at the time limit, after ten seconds at least, and
// a second after a signal.
func TestWriteGivesUpAReaderThatDoesNotRead(t *testing.T) {
	for _, tt := range []struct {
		name                string
		limit, signal, want time.Duration
	}{
		{"a short limit", time.Second, time.Hour, writePatience},
		{"a long limit", time.Minute, time.Hour, time.Minute},
		{"a signal", time.Minute, 20 * time.Second, 21 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			signalled, signal := context.WithCancel(t.Context())
			time.AfterFunc(tt.signal, signal)
			w := newWatchdog(signalled)
			limited, cancel := context.WithTimeout(context.WithoutCancel(signalled), tt.limit)
			defer cancel()
			w.known.limited = limited
			reader, writer := io.Pipe()
			start := time.Now()
			err := w.write(textOf("unread"), writer, writePatience)
			if spent := time.Since(start); !errors.Is(err, errUnread) || spent != tt.want {
				t.Errorf("%s: %v after %v, want to give up after %v", tt.name, err, spent, tt.want)
			}
			_ = reader.Close()
			signal()
			synctest.Wait()
		})
	}
}
