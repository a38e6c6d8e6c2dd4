package cli

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"

	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/result"
)

// The watchdog ends a run that does not end by itself: a call of the disk hangs, which no
// system can interrupt, much is computed, or nobody reads stdout.
//
// The work of a run is in one goroutine, and its envelope in another one, the main one.
// The work hands over one rendering, through a channel. The main goroutine takes it, or
// after the signal or the time limit waits for it a moment longer, and then gives it up and
// renders an envelope of its own. Either way it writes one, and nobody else can: the work
// does not know stdout. What is given up is never looked at again, and it ends with the
// process.
//
// The watchdog shares with the work a channel of what is known once the request is
// understood, and again when the command begins (begun, which never changes), what is being
// done (an atomic), and the client, whose stats have a lock. Everything else belongs to the
// work until it is handed over.
const (
	workGrace     = 700 * time.Millisecond // for the work to tell what came of it
	writeGrace    = time.Second            // after a signal, for the reader
	writePatience = 10 * time.Second       // for the reader of a result, at least
	pagePatience  = 2 * time.Minute        // for the reader of anything else: a person with a pager
)

var errUnread = errors.New("nobody read stdout in time")

// begun describes a run whose request is understood.
type begun struct {
	limited context.Context // ends with the time limit
	task    task
	client  *connection.Client // nil: the command has not begun
}

// watchdog is of one run. Its methods are for the main goroutine, but for doing.
type watchdog struct {
	signalled context.Context // ends with the signal
	begins    chan begun      // two at most
	current   atomic.Pointer[string]

	known begun
	since time.Time // when the signal was seen; zero: there was none
}

func newWatchdog(signalled context.Context) *watchdog {
	w := &watchdog{signalled: signalled, begins: make(chan begun, 2)}
	w.doing("reading the request")
	return w
}

// doing notes what the work does from now on. The returned function notes what it did before.
func (w *watchdog) doing(what string) (done func()) {
	before := w.current.Swap(&what)
	return func() { w.current.Store(before) }
}

// await starts the work and waits for what it renders; false: it was given up.
func (w *watchdog) await(work func() result.Rendering) (result.Rendering, bool) {
	finished := make(chan result.Rendering, 1)
	go func() { finished <- work() }()
	defer w.learn()
	ended := w.signalled.Done()
	var grace <-chan time.Time // nil: the work may take its time
	for {
		select {
		case rendering := <-finished:
			return rendering, true
		case w.known = <-w.begins:
			if grace == nil {
				ended = w.known.limited.Done()
			}
		case <-ended:
			w.noteSignal()
			ended = nil
			grace = time.After(workGrace)
		case <-grace:
			return nil, false
		}
	}
}

// learn takes what is known of the run, if await was not told so far.
func (w *watchdog) learn() {
	for {
		select {
		case w.known = <-w.begins:
		default:
			return
		}
	}
}

func (w *watchdog) noteSignal() {
	if w.signalled.Err() != nil && w.since.IsZero() {
		w.since = time.Now()
	}
}

// failure is that of work that was given up.
func (w *watchdog) failure() *fault.Error {
	ended := w.known.limited
	if ended == nil {
		ended = w.signalled
	}
	f := fault.Stopped(ended, *w.current.Load())
	schema := w.known.task.schema
	switch {
	case schema == nil:
		return f
	case schema.Command.ReadOnly || w.known.client == nil || w.known.client.Stats().Requests == 0:
		return advise(f, schema)
	}
	const message = "%s; outcome unknown: the command was given up before it could tell what it did"
	return advise(f.AsUnknownOutcome().WithMessage(message, f.Message), schema)
}

// write writes the rendering for as long as somebody may read it: until the time limit, at
// least as long as the patience, and a moment after a signal.
func (w *watchdog) write(rendering result.Rendering, out io.Writer, patience time.Duration) error {
	written := make(chan error, 1)
	go func() { written <- rendering.Write(out) }()
	if w.known.limited != nil {
		deadline, _ := w.known.limited.Deadline()
		patience = max(patience, time.Until(deadline))
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	signalled := w.signalled.Done()
	for {
		select {
		case err := <-written:
			return err
		case <-signalled:
			w.noteSignal()
			signalled = nil
			timer.Reset(time.Until(w.since.Add(writeGrace)))
		case <-timer.C:
			return errUnread
		}
	}
}
