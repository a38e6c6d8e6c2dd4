package cli

import (
	"bytes"
	"io"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"tenableio/result"
)

// The rules of stderr: one JSON object a line; lines are dropped before a full pipe
// holds up the result; no known secret gets through.

const (
	maxPendingLines = 1024
	flushPatience   = 200 * time.Millisecond
)

// lineLog is the writer under the logger. It passes lines on from a goroutine
// of its own, so that a stderr which nobody reads blocks nothing.
type lineLog struct {
	lines chan []byte
	done  chan struct{}

	mu  sync.Mutex
	net result.Net
}

func newLineLog(out io.Writer) *lineLog {
	l := &lineLog{lines: make(chan []byte, maxPendingLines), done: make(chan struct{})}
	go func() {
		defer close(l.done)
		for line := range l.lines {
			if _, err := out.Write(line); err != nil {
				continue // a stderr that cannot be written changes no result
			}
		}
	}()
	return l
}

// logger returns the logger of the given level on l; warn is the default.
func (l *lineLog) logger(level string) zerolog.Logger {
	parsed, err := zerolog.ParseLevel(level)
	if err != nil || level == "" {
		parsed = zerolog.WarnLevel
	}
	return zerolog.New(l).Level(parsed).With().Timestamp().Logger()
}

// hide sets the values that no line may hold from now on. Nothing logs a secret on
// purpose; this is the second lock.
func (l *lineLog) hide(secrets []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.net = result.NewNet(secrets)
}

// Write takes one line.
func (l *lineLog) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept := l.net.Clean(bytes.Clone(line))
	select {
	case l.lines <- kept:
	default: // dropped
	}
	return len(line), nil
}

// close writes what is pending, for as long as stderr takes it.
func (l *lineLog) close() {
	close(l.lines)
	select {
	case <-l.done:
	case <-time.After(flushPatience):
	}
}
