package connection

import (
	"context"
	"net/http"
	"time"

	"tenableio/internal/fault"
)

// The most attempts at one call, the first included.
const (
	maxAttempts            = 4
	maxAttemptsMalformed   = 2 // an answer that is not JSON seldom gets better
	maxAttemptsServerError = 2 // HTTP 500: some unknown ids answer it for good
)

// maxAttempts is the retry rule: how many attempts a call gets that failed like this.
// A read is repeated if that may help. A state-changing call is repeated only if it
// certainly was not carried out: nothing was sent, or the API refused it by a complete
// 429.
func (a attempt) maxAttempts(method string) int {
	switch {
	case a.permanent:
		return 1
	case a.stage == notSent, a.stage == answered && a.rateLimited():
		return maxAttempts
	case method != http.MethodGet:
		return 1
	case a.malformed:
		return maxAttemptsMalformed
	case a.stage == incomplete && a.status < 400:
		return maxAttempts
	}
	switch a.status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return maxAttempts
	case http.StatusInternalServerError:
		return maxAttemptsServerError
	}
	return 1
}

// outcomeUnknown tells whether a state-changing call may have been carried out
// although no usable answer came.
func (a attempt) outcomeUnknown(method string) bool {
	switch {
	case method == http.MethodGet, a.stage == notSent:
		return false
	case a.stage == incomplete, a.status == http.StatusRequestTimeout:
		return true
	}
	accepted := a.status < 300 // and the answer does not say what came of it
	return accepted || a.status >= 500
}

// rateLimited tells whether the API refused the call because there were too many.
func (a attempt) rateLimited() bool {
	return a.status == http.StatusTooManyRequests && !a.permanent
}

// delay is the time between attempt n, which was a, and the next: as long as the API
// asked for, or the backoff if that is longer.
func (a attempt) delay(n int, random func() float64) time.Duration {
	return max(a.fault.RetryAfter, backoff(n, a.status, random))
}

// backoff is the delay after attempt n if the API asks for none: full jitter under a
// bound that doubles from 0.5 to 8 s. After a 429 it is at least 2 s, doubling.
func backoff(n, status int, random func() float64) time.Duration {
	doubled := func(first time.Duration) time.Duration { return first << min(n-1, 8) }
	if status == http.StatusTooManyRequests {
		least := doubled(2 * time.Second)
		return least + time.Duration(random()*float64(least)/2)
	}
	bound := min(doubled(500*time.Millisecond), 8*time.Second)
	return time.Duration(random() * float64(bound))
}

// pause waits for the delay after attempt n, which took so long. It does not begin to
// wait if the deadline would cut the delay short, or the next attempt (which may take
// as long as the last one, up to a second): the call has failed then. After a 429
// awaitRateLimit does the waiting.
func (c *Client) pause(ctx context.Context, a attempt, n int, delay, took time.Duration) error {
	if c.deadlineWithin(ctx, delay+min(took, time.Second)) {
		if a.fault.RetryAfter > 0 && c.deadlineWithin(ctx, a.fault.RetryAfter) {
			const hint = "Try again in %d s, as Tenable asked; that is longer than what was left of options.timeout_seconds."
			return a.fault.WithHint(hint, a.fault.RetryAfterSeconds())
		}
		return a.fault
	}
	c.log.Info().Int("attempt", n).Int("status", a.status).Int64("wait_ms", delay.Milliseconds()).
		Msg("waiting before the next attempt")
	if a.rateLimited() {
		return nil
	}
	if c.clock.Wait(ctx, delay) != nil {
		return fault.Stopped(ctx, "waiting to repeat a call")
	}
	return nil
}
