package cli

import (
	"cmp"
	"io"
	"time"

	"github.com/rs/zerolog"

	"tenableio/internal/redact"
)

// The rules of stderr: one JSON object a line; lines are dropped before a full pipe
// holds up the result; no known secret gets through.

const (
	maxPending    = 1024                   // texts that wait for the writer; more are dropped
	flushPatience = 200 * time.Millisecond // for the writer to take them, when the run has ended
)

// outlet writes texts in its own goroutine, so that an unread stderr or a stopped terminal
// blocks nothing.
type outlet struct {
	texts chan []byte
	done  chan struct{}
}

func newOutlet(out io.Writer) *outlet {
	o := &outlet{texts: make(chan []byte, maxPending), done: make(chan struct{})}
	go func() {
		defer close(o.done)
		for text := range o.texts {
			_, _ = out.Write(text) // a stderr that cannot be written changes no result
		}
	}()
	return o
}

// put passes text on, which it owns from then on, or drops it where too much waits.
func (o *outlet) put(text []byte) {
	select {
	case o.texts <- text:
	default: // dropped
	}
}

// close writes what is pending, for as long as the writer takes it.
func (o *outlet) close() {
	close(o.texts)
	select {
	case <-o.done:
	case <-time.After(flushPatience):
	}
}

// lineLog is the writer under the logger.
type lineLog struct {
	*outlet
	redactor *redact.Redactor
}

// logger returns the logger of the given level on l; warn is the default.
func (l *lineLog) logger(level string) zerolog.Logger {
	parsed, _ := zerolog.ParseLevel(cmp.Or(level, "warn")) // readSettings lets no other word through
	return zerolog.New(l).Level(parsed).With().Timestamp().Logger()
}

// Write takes one line. Nothing logs a secret on purpose; the redactor is the second lock.
func (l *lineLog) Write(line []byte) (int, error) {
	l.put(l.redactor.JSON(line)) // a copy: the logger uses the line again
	return len(line), nil
}
