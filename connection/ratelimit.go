package connection

import (
	"context"
	"net/http"
	"time"

	"tenableio/internal/fault"
)

// rateLimitDelay is the delay after n answers of 429: never less than what the API asked
// for, and a random part above it. Where many processes share a key, those that were
// refused together would come back together, and all but a few of them be refused again.
//
// The part is random within 0 to max(2 x asked, 8 s doubling up to 32 s): of a hundred that
// were refused in one second, some twelve come back in any later one. It ends with the time
// limit, within which the last attempts spread too. If the API asks for nothing, the delay
// begins at 2 s, doubling up to 32 s, or at what is left of the time limit.
func rateLimitDelay(n int, asked, left time.Duration, random func() float64) time.Duration {
	const first, longest = 2 * time.Second, 32 * time.Second
	least := asked
	if asked <= 0 {
		least = min(doubled(first, n, longest), max(left, first))
	}
	spread := max(2*asked, doubled(4*first, n, longest))
	spread = max(0, min(spread, left-least))
	return least + time.Duration(random()*float64(spread))
}

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
		if c.timeLeft(ctx) < d {
			const message = "Tenable limits the rate of calls (HTTP 429), " +
				"and the time limit does not allow to wait for the next one."
			f := fault.New(http.StatusTooManyRequests, message).AsRetryable()
			f.RetryAfter = d
			return f
		}
		c.countWaiting(+1)
		err := c.clock.Wait(ctx, d)
		c.countWaiting(-1)
		if err != nil {
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

// countWaiting notes that calls begin or end to wait. The time during which at least one
// of them waits is in the stats.
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
