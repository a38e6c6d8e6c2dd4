package connection

import (
	"context"
	"net/http"
	"time"

	"tenableio/internal/fault"
)

// holdBack keeps every call of the client from beginning an attempt before d has
// passed. A 429 is about the user, not about the one call that met it.
func (c *Client) holdBack(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if until := c.clock.Now().Add(d); until.After(c.notBefore) {
		c.notBefore = until
	}
}

// awaitTurn waits until an attempt may begin. A wait that the time limit would cut
// short is not begun.
func (c *Client) awaitTurn(ctx context.Context) error {
	for {
		d := c.heldFor()
		if d <= 0 {
			return nil
		}
		if c.lacksTime(ctx, d) {
			f := fault.New(http.StatusTooManyRequests, "Tenable limits the rate of calls (HTTP 429), and the time limit does not allow to wait for the next one.")
			f.RetryAfter, f.Retryable = d, true
			return f
		}
		if c.waitHeld(ctx, d) != nil {
			return fault.Stopped(ctx, "waiting because Tenable limits the rate of calls")
		}
	}
}

// heldFor is how long no attempt may begin yet.
func (c *Client) heldFor() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.notBefore.Sub(c.clock.Now())
}

// waitHeld waits, and counts the time from the first of those who wait to the last.
func (c *Client) waitHeld(ctx context.Context, d time.Duration) error {
	c.hold(+1)
	defer c.hold(-1)
	return c.clock.Wait(ctx, d)
}

// hold notes that calls begin to wait, or end.
func (c *Client) hold(calls int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.clock.Now()
	if c.held > 0 {
		c.stats.RateLimited += now.Sub(c.counted)
	}
	c.held += calls
	c.counted = now
}
