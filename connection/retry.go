package connection

import (
	"context"
	"math"
	"net/http"
	"time"

	"tenableio/internal/fault"
)

// The most attempts at one call, the first included. Those that the API refused by 429 do
// not count: they end with the time limit alone.
const (
	maxAttempts            = 4
	maxAttemptsMalformed   = 2 // an answer that is empty or not JSON seldom gets better
	maxAttemptsServerError = 2 // HTTP 500: some unknown ids answer it for good
	unlimited              = math.MaxInt
)

// maxAttempts is the retry rule: how many attempts a call gets that failed like this.
// A read is repeated if that may help. A state-changing call is repeated only if it
// certainly was not carried out: nothing was sent, or the API refused it by a complete
// 429.
func (a attempt) maxAttempts(method string) int {
	switch {
	case a.permanent:
		return 1
	case a.stage == notSent:
		return maxAttempts
	case a.rateLimited() && (a.stage == answered || method == http.MethodGet):
		return unlimited
	case method != http.MethodGet:
		return 1
	case a.malformed:
		return maxAttemptsMalformed
	case a.stage == incomplete && a.status < 400:
		return maxAttempts
	}
	switch a.status {
	case http.StatusRequestTimeout, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return maxAttempts
	case http.StatusInternalServerError:
		return maxAttemptsServerError
	case 520, 521, 522, 523, 524, 525, 526:
		// Cloudflare, which stands in front of Tenable, got no usable answer from it. These statuses are its own.
		// https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/
		return maxAttempts
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

// delay is the time until the next attempt, after n that failed like this one: as long as
// the API asked for, or the backoff if that is longer.
func (a attempt) delay(n int, left time.Duration, random func() float64) time.Duration {
	if a.rateLimited() {
		return rateLimitDelay(n, a.fault.RetryAfter, left, random)
	}
	return max(a.fault.RetryAfter, backoff(n, random))
}

// backoff is the delay after n attempts that failed: full jitter under a bound that
// doubles from 0.5 to 8 s.
func backoff(n int, random func() float64) time.Duration {
	bound := doubled(500*time.Millisecond, n, 8*time.Second)
	return time.Duration(random() * float64(bound))
}

// doubled is first, doubled for each n after 1, and at most most.
func doubled(first time.Duration, n int, most time.Duration) time.Duration {
	return min(first<<min(n-1, 8), most)
}

// pause waits for the delay after attempt n. It does not begin to wait if that is longer
// than what is left of the time limit without the next attempt: the call has failed then.
// After a 429 awaitRateLimit does the waiting.
func (c *Client) pause(ctx context.Context, a attempt, n int, delay, left time.Duration) error {
	if delay > left {
		if a.fault.RetryAfter > 0 && c.timeLeft(ctx) < a.fault.RetryAfter {
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
