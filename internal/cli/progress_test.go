package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"tenableio/internal/redact"
)

func TestBar(t *testing.T) {
	for want, got := range map[string]string{
		"[###############...............] 3 of 6 chunks, 12 s": bar(3, 6, "chunks", 12*time.Second),
		"[##############################] 7 of 6 chunks, 0 s":  bar(7, 6, "chunks", 0),
		"500 bytes, 1 s":         bar(500, -1, "bytes", time.Second),
		"report is loading, 2 s": bar(0, 0, "report is loading", 2*time.Second),
		"[..............................] 0 of 2000 agents, 0 s": bar(0, 2000, "agents", 0),
	} {
		if got != want {
			t.Errorf("bar is %q, want %q", got, want)
		}
	}
}

// On a terminal there is one line, rewritten and at last cleared, and none for what is done
// within a second.
func TestProgressOnATerminal(t *testing.T) {
	now := time.Now()
	var terminal bytes.Buffer
	p := newProgress(&terminal, zerolog.Nop(), func() time.Time { return now }, nil)
	p.drawOn(&terminal)
	for done := range int64(200) {
		p.report(done, 200, "chunks")
		now = now.Add(10 * time.Millisecond)
	}
	p.end()
	if drawn := strings.Count(terminal.String(), " of 200 chunks"); drawn != 5 {
		t.Errorf("200 reports within two seconds drew %d bars, want 5 in the second of them", drawn)
	}
	if strings.Contains(terminal.String(), "\n") || !strings.HasSuffix(terminal.String(), "\r") {
		t.Errorf("the terminal shows %q", terminal.String())
	}
}

// A single call that takes long is told too.
func TestProgressWithoutReports(t *testing.T) {
	now := time.Now()
	var terminal bytes.Buffer
	p := newProgress(&terminal, zerolog.Nop(), func() time.Time { return now }, nil)
	p.drawOn(&terminal)
	for range 4 {
		p.tick()
		now = now.Add(900 * time.Millisecond)
	}
	p.end()
	p.tick() // one that was on its way
	if shown := terminal.String(); !strings.Contains(shown, "waiting for Tenable.io, 1 s") || !strings.Contains(shown, "waiting for Tenable.io, 2 s") || strings.Contains(shown, "0 s") {
		t.Errorf("the terminal shows %q", shown)
	}
}

// What a server says reaches the terminal as text, and without the keys.
func TestProgressShowsPlainText(t *testing.T) {
	var terminal bytes.Buffer
	redactor := new(redact.Redactor)
	redactor.Hide(accessCanary)
	now := time.Now()
	p := newProgress(&terminal, zerolog.Nop(), func() time.Time { return now }, redactor)
	p.drawOn(&terminal)
	now = now.Add(time.Second)
	p.report(0, 0, "report is \x1b[2J\u009b2J "+accessCanary+strings.Repeat(".", 1000))
	p.end()
	shown := terminal.String()
	if strings.ContainsAny(shown, "\x1b\u009b") || strings.Contains(shown, accessCanary) || len(shown) > 300 {
		t.Errorf("the terminal shows %q", shown)
	}
}

// A terminal that was stopped (Ctrl-S) takes nothing, and holds up nothing.
func TestProgressOnAStoppedTerminal(t *testing.T) {
	stopped, slave := io.Pipe() // a write to it waits for a reader
	defer stopped.Close()
	now := time.Now()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p := newProgress(slave, zerolog.Nop(), func() time.Time { return now }, nil)
		p.drawOn(slave)
		for done := range int64(2 * maxPending) {
			p.report(done, 2*maxPending, "chunks")
			now = now.Add(barInterval)
		}
		p.end()
	}()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Error("the run waits for its terminal")
	}
}

// Elsewhere there are lines at info, and none for short work.
func TestProgressInTheLog(t *testing.T) {
	now := time.Now()
	var log bytes.Buffer
	p := newProgress(&bytes.Buffer{}, zerolog.New(&log), func() time.Time { return now }, nil)
	for done := range int64(13) {
		p.report(done, 13, "chunks")
		now = now.Add(time.Second)
	}
	p.end()
	var lines []int64
	for line := range bytes.Lines(log.Bytes()) {
		var entry struct {
			Level, Unit string
			Done        int64
		}
		if err := json.Unmarshal(line, &entry); err != nil || entry.Level != "info" || entry.Unit != "chunks" {
			t.Errorf("line %s (%v)", line, err)
		}
		lines = append(lines, entry.Done)
	}
	if len(lines) != 2 || lines[0] != 5 || lines[1] != 10 {
		t.Errorf("lines after %v seconds, want after 5 and 10", lines)
	}
}
