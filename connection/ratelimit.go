package connection

import (
	"context"
	"net/http"
	"time"

	"tenableio/internal/fault"
)

// holdBack delays the next attempt of every call of the client by d. A 429 is about the
// user, not about the one call that met it.
func (c *Client) holdBack(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if until := c.clock.Now().Add(d); until.After(c.notBefore) {
		c.notBefore = until
	}
}

// awaitRateLimit waits until an attempt may begin. It does not begin a wait that the
// time limit would cut short.
func (c *Client) awaitRateLimit(ctx context.Context) error {
	for {
		d := c.rateLimitLeft()
		if d <= 0 {
			return nil
		}
		if c.deadlineWithin(ctx, d) {
			const message = "Tenable limits the rate of calls (HTTP 429), " +
				"and the time limit does not allow to wait for the next one."
			f := fault.New(http.StatusTooManyRequests, message).AsRetryable()
			f.RetryAfter = d
			return f
		}
		if c.waitCounted(ctx, d) != nil {
			return fault.Stopped(ctx, "waiting because Tenable limits the rate of calls")
		}
	}
}

// rateLimitLeft is how long no attempt may begin yet.
func (c *Client) rateLimitLeft() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.notBefore.Sub(c.clock.Now())
}

// waitCounted waits. The time during which at least one call waits is in the stats.
func (c *Client) waitCounted(ctx context.Context, d time.Duration) error {
	c.countWaiting(+1)
	defer c.countWaiting(-1)
	return c.clock.Wait(ctx, d)
}

// countWaiting notes that calls begin or end to wait.
func (c *Client) countWaiting(calls int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.clock.Now()
	if c.waiting > 0 {
		c.stats.RateLimited += now.Sub(c.counted)
	}
	c.waiting += calls
	c.counted = now
}
