package connection

import (
	"context"
	"time"

	"tenableio/internal/fault"
)

// Pauses lie between the polls of one thing. They grow from First to Last: by Step, or
// to the double if Step is 0.
type Pauses struct{ First, Step, Last time.Duration }

func (p Pauses) after(pause time.Duration) time.Duration {
	if p.Step == 0 {
		return min(2*pause, p.Last)
	}
	return min(pause+p.Step, p.Last)
}

// Poll paces the polls of one thing that Tenable has not finished.
type Poll struct {
	client *Client
	what   string
	pauses Pauses
	next   time.Duration
}

// Poll returns the poll of what, such as "the export". The first look needs no Wait.
func (c *Client) Poll(what string, pauses Pauses) *Poll {
	return &Poll{client: c, what: what, pauses: pauses, next: pauses.First}
}

// Wait pauses before the next look, which must still fit into the time limit: the last
// pause is shortened for it. If none fits, Wait fails at once as unfinished says, and
// the same request may work later. A signal that ends the run is another failure.
func (p *Poll) Wait(ctx context.Context, unfinished *fault.Error) error {
	const lastLook = time.Second // the time that a look may take
	pause := p.next
	p.next = p.pauses.after(pause)
	left := p.client.timeLeft(ctx) - lastLook
	if left < min(pause, lastLook) {
		return unfinished.AsRetryable()
	}
	if p.client.clock.Wait(ctx, min(pause, left)) != nil {
		return fault.Stopped(ctx, "waiting for "+p.what)
	}
	return nil
}

// Restart lets the pauses grow from the first one again, because something came.
func (p *Poll) Restart() { p.next = p.pauses.First }
