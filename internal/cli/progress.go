package cli

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/rs/zerolog"

	"tenableio/internal/names"
	"tenableio/internal/redact"
)

// How often progress is told.
const (
	barInterval  = 200 * time.Millisecond
	lineInterval = 5 * time.Second
)

// progress tells a person how far a long run is: a bar on one line of a terminal,
// and lines in the log at info elsewhere. It is safe for concurrent use.
type progress struct {
	terminal *outlet // nil: the log
	log      zerolog.Logger
	now      func() time.Time
	redactor *redact.Redactor

	mu    sync.Mutex
	last  time.Time
	shown int // characters of the bar that stand on the terminal
	began time.Time
}

func newProgress(stderr io.Writer, log zerolog.Logger, now func() time.Time, redactor *redact.Redactor) *progress {
	p := &progress{log: log, now: now, redactor: redactor, began: now()}
	if isTerminal(stderr) {
		p.drawOn(stderr)
	} else {
		p.last = p.began
	}
	return p
}

// drawOn makes it a bar, which is there from the first report on.
func (p *progress) drawOn(terminal io.Writer) {
	p.terminal, p.last = newOutlet(terminal), time.Time{}
}

// report is a command.Progress.
func (p *progress) report(done, total int64, unit string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	interval := lineInterval
	if p.terminal != nil {
		interval = barInterval
	}
	now := p.now()
	if now.Sub(p.last) < interval {
		return
	}
	p.last = now
	if p.terminal == nil {
		p.log.Info().Int64("done", done).Int64("total", max(total, 0)).Str("unit", unit).Msg("progress")
		return
	}
	p.draw(bar(done, total, p.plain(unit), now.Sub(p.began)))
}

// plain is a unit, which may hold the server's own words, fit for a terminal: short,
// without secrets and without what would steer the terminal.
func (p *progress) plain(unit string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, names.Clip(p.redactor.Text(unit)))
}

// draw replaces what stands on the terminal's line.
func (p *progress) draw(text string) {
	blank := strings.Repeat(" ", max(0, p.shown-len(text)))
	p.terminal.put([]byte("\r" + text + blank))
	p.shown = len(text)
}

// end clears the terminal's line, unless the terminal does not take it in time. It
// is called once, and after the last report.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.terminal == nil {
		return
	}
	if p.shown > 0 {
		p.draw("") // blanks
		p.draw("") // and the cursor back at the start of the line
	}
	p.terminal.close()
}

// bar is one line: [#####.....] 3 of 6 chunks, 12 s.
func bar(done, total int64, unit string, elapsed time.Duration) string {
	const width = 30
	seconds := int(elapsed.Seconds())
	switch {
	case total <= 0 && done == 0:
		return fmt.Sprintf("%s, %d s", unit, seconds)
	case total <= 0:
		return fmt.Sprintf("%d %s, %d s", done, unit, seconds)
	}
	filled := int(min(done, total) * width / total)
	return fmt.Sprintf("[%s%s] %d of %d %s, %d s", strings.Repeat("#", filled), strings.Repeat(".", width-filled), done, total, unit, seconds)
}
