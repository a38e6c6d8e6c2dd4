package connection

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The most attempts at one call, the first included.
const (
	maxAttempts         = 4
	badJSONAttempts     = 2 // an answer that is not JSON seldom gets better
	serverErrorAttempts = 2 // HTTP 500: some unknown ids answer it for good
)

// stage tells how far an attempt came. What may be repeated depends on it.
type stage int

const (
	notSent  stage = iota // no connection was made, so nothing was asked
	unclear               // sent, and no complete answer came
	answered              // a complete answer came
)

// failure is one attempt that gave no usable answer.
type failure struct {
	stage     stage
	status    int  // of the answer, complete or not; 0 without one
	permanent bool // asking again cannot help: a wrong name, certificate, redirect
	badJSON   bool // a complete answer that is not the JSON promised
	duplicate bool // 429 because an equal export runs already
	replays   int  // times that net/http sent it again by itself
}

// limited tells whether the API refused the call because there were too many.
func (f failure) limited() bool { return f.status == http.StatusTooManyRequests && !f.duplicate }

// worth is the one judge of repeats: how many attempts in all a failure
// deserves. Reads are repeated when they may get better. A state-changing call
// is repeated only when it is certain that it was not carried out: nothing was
// sent, or the API refused it by a complete 429.
func (f failure) worth(method string) int {
	switch {
	case f.permanent, f.duplicate:
		return 1
	case f.stage == notSent:
		return maxAttempts
	case f.stage == answered && f.status == http.StatusTooManyRequests:
		return maxAttempts
	case method != http.MethodGet:
		return 1
	case f.badJSON:
		return badJSONAttempts
	case f.stage == unclear && f.status < 400:
		return maxAttempts
	}
	switch f.status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return maxAttempts
	case http.StatusInternalServerError:
		return serverErrorAttempts
	}
	return 1
}

// outcomeUnknown tells whether a state-changing call may have been carried out
// although no usable answer came.
func (f failure) outcomeUnknown(method string) bool {
	if method == http.MethodGet || f.stage == notSent {
		return false
	}
	taken := f.status < 300 // and the answer did not say what came of it
	return f.stage == unclear || taken || f.status == http.StatusRequestTimeout || f.status >= 500
}

// backOff is the wait before attempt n+1 where the API named none: full jitter
// under a bound that doubles from 0.5 to 8 s; after a 429 at least 2 s, doubling.
func backOff(n, status int, random func() float64) time.Duration {
	doubled := func(first time.Duration) time.Duration { return first << min(n-1, 8) }
	if status == http.StatusTooManyRequests {
		least := doubled(2 * time.Second)
		return least + time.Duration(random()*float64(least)/2)
	}
	return time.Duration(random() * float64(min(doubled(500*time.Millisecond), 8*time.Second)))
}

// retryAfter reads the Retry-After header: seconds or an HTTP date, the longest
// of several. A date is taken relative to the server's own clock. It is 0 when
// the header is absent, in the past or not understood.
//
// https://developer.tenable.com/docs/rate-limiting
func retryAfter(header http.Header, now time.Time) time.Duration {
	var longest time.Duration
	for _, value := range header.Values("Retry-After") {
		longest = max(longest, parseRetryAfter(strings.TrimSpace(value), header, now))
	}
	return longest
}

func parseRetryAfter(value string, header http.Header, now time.Time) time.Duration {
	const forever = 100 * 365 * 24 * time.Hour
	if value != "" && strings.Trim(value, "0123456789") == "" {
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil || seconds > int64(forever/time.Second) {
			return forever
		}
		return time.Duration(seconds) * time.Second
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if server, err := http.ParseTime(header.Get("Date")); err == nil {
		now = server
	}
	return min(forever, max(0, at.Sub(now)))
}

// Clock is what a client needs of time and chance; tests bring their own.
type Clock struct {
	Now    func() time.Time
	Wait   func(ctx context.Context, d time.Duration) error
	Random func() float64 // in [0, 1)
}

// SystemClock is the real one.
func SystemClock() Clock {
	return Clock{Now: time.Now, Wait: wait, Random: rand.Float64}
}

// wait sleeps for d or until ctx ends.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
