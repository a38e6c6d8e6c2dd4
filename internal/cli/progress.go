package cli

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/rs/zerolog"

	"tenableio/internal/redact"
)

// When progress is told.
const (
	barPatience  = time.Second // what is done sooner needs no bar
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
	ended    chan struct{} // closed at the end of the run

	mu     sync.Mutex
	last   time.Time // when it was told
	latest report
	shown  int // characters of the bar that stand on the terminal
	began  time.Time
	over   bool // a tick may come after the end
}

type report struct {
	done, total int64
	unit        string
}

func newProgress(stderr io.Writer, log zerolog.Logger, now func() time.Time, redactor *redact.Redactor) *progress {
	p := &progress{log: log, now: now, redactor: redactor, began: now(), ended: make(chan struct{})}
	p.last = p.began
	p.latest.unit = "waiting for Tenable.io"
	if isTerminal(stderr) {
		p.drawOn(stderr)
	}
	return p
}

// drawOn makes it a bar, which goes on while nothing is reported: a single call may take
// long.
func (p *progress) drawOn(terminal io.Writer) {
	p.terminal = newOutlet(terminal)
	go func() {
		ticks := time.NewTicker(barPatience)
		defer ticks.Stop()
		for {
			select {
			case <-p.ended:
				return
			case <-ticks.C:
				p.tick()
			}
		}
	}()
}

// report is a command.Progress.
func (p *progress) report(done, total int64, unit string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.latest = report{done, total, unit}
	p.tell()
}

// tick tells how far the run is, though nothing new was reported.
func (p *progress) tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tell()
}

// tell tells the latest report, where it is time to.
func (p *progress) tell() {
	now := p.now()
	if p.over {
		return
	}
	if p.terminal == nil {
		if now.Sub(p.last) >= lineInterval {
			p.last = now
			p.log.Info().Int64("done", p.latest.done).Int64("total", max(p.latest.total, 0)).
				Str("unit", p.latest.unit).Msg("progress")
		}
		return
	}
	if now.Sub(p.began) < barPatience || p.shown > 0 && now.Sub(p.last) < barInterval {
		return
	}
	p.last = now
	p.draw(bar(p.latest.done, p.latest.total, p.plain(p.latest.unit), now.Sub(p.began)))
}

// plain is a unit, which may hold the server's own words, fit for a terminal: short,
// without secrets and without what would steer the terminal.
func (p *progress) plain(unit string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, p.redactor.Quote(unit))
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
	close(p.ended)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
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
	drawn := strings.Repeat("#", filled) + strings.Repeat(".", width-filled)
	return fmt.Sprintf("[%s] %d of %d %s, %d s", drawn, done, total, unit, seconds)
}
