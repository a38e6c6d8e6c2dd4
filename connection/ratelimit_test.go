package connection

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tenableio/internal/fault"
)

func limited(seconds int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", fmt.Sprint(seconds))
		w.WriteHeader(http.StatusTooManyRequests)
	}
}

// TestRetryAfterIsHonoured: newClient's chance is 0.5, so half of twice the time comes on top.
func TestRetryAfterIsHonoured(t *testing.T) {
	s := newServer(t, limited(7), ok(`{}`))
	c, waits := newClient(t, s.URL)
	if _, err := c.Post(t.Context(), Call{Path: "/x"}); err != nil {
		t.Fatal(err)
	}
	if len(*waits) != 1 || (*waits)[0] != 14*time.Second || c.Stats().RateLimited != 14*time.Second {
		t.Errorf("waits %v, stats %+v, want one wait of 7 s and 7 s", *waits, c.Stats())
	}
}

// TestRateLimitWithoutEndEndsWithTheTimeLimit: no count of attempts ends it, and each wait
// is as long as was asked.
func TestRateLimitWithoutEndEndsWithTheTimeLimit(t *testing.T) {
	for _, call := range []func(*Client, context.Context, Call) (Answer, error){(*Client).Get, (*Client).Post} {
		s := newServer(t, limited(5))
		c, waits := newClient(t, s.URL)
		start := c.clock.Now()
		ctx, cancel := context.WithDeadline(t.Context(), start.Add(10*time.Minute))
		defer cancel()
		_, err := call(c, ctx, Call{Path: "/x"})
		f := fault.From(err)
		if f.Status != http.StatusTooManyRequests || !f.Retryable || f.RetryAfter != 5*time.Second || f.OutcomeUnknown {
			t.Errorf("%+v, want 429 and what was asked", f)
		}
		if spent := c.clock.Now().Sub(start); spent > 10*time.Minute || spent < 590*time.Second {
			t.Errorf("ended after %v of 10 min", spent)
		}
		if len(*waits) < 20 || slices.Min(*waits) < 5*time.Second {
			t.Errorf("waits %v, want many of at least 5 s", *waits)
		}
	}
}

// TestRateLimitUsesUpNoAttempt: after any number of 429 a read that fails otherwise is
// repeated as often as ever.
func TestRateLimitUsesUpNoAttempt(t *testing.T) {
	bad := answerWith(http.StatusServiceUnavailable, "text/plain", "later")
	s := newServer(t, limited(1), limited(1), limited(1), limited(1), bad, limited(1), bad, bad, ok(`{}`))
	c, _ := newClient(t, s.URL)
	if _, err := c.Get(t.Context(), Call{Path: "/x"}); err != nil {
		t.Errorf("%v, want what comes after five 429 and three 503", err)
	}
	s = newServer(t, limited(1), limited(1), limited(1), limited(1), bad)
	c, _ = newClient(t, s.URL)
	if _, err := c.Get(t.Context(), Call{Path: "/x"}); fault.From(err).Status != 503 || s.requests.Load() != 8 {
		t.Errorf("%v after %d requests, want 503 after four and four", err, s.requests.Load())
	}
}

// TestNoWaitBeyondTheTimeLimit: a wait that does not fit is not begun, and the hint
// blames Tenable's.
func TestNoWaitBeyondTheTimeLimit(t *testing.T) {
	for _, tt := range []struct {
		name  string
		asked int // seconds, by Tenable
		limit time.Duration
		waits int
	}{
		{"no attempt fits", 30, 10 * time.Second, 0},
		{"one fits, the jitter does not", 8, 10 * time.Second, 1},
	} {
		s := newServer(t, limited(tt.asked))
		c, waits := newClient(t, s.URL)
		ctx, cancel := context.WithDeadline(t.Context(), c.clock.Now().Add(tt.limit))
		defer cancel()
		_, err := c.Get(ctx, Call{Path: "/x"})
		f := fault.From(err)
		if f.Status != 429 || f.RetryAfterSeconds() != int64(tt.asked) || len(*waits) != tt.waits {
			t.Errorf("%s: %+v after waits %v, want 429 after %d waits, with %d s", tt.name, f, *waits, tt.waits, tt.asked)
		}
		if !strings.Contains(f.Hint, "longer than what was left") {
			t.Errorf("%s: hint %q", tt.name, f.Hint)
		}
	}
}

// TestAReadAtTheTimeLimitAfterA429: what ended it is the 429, though one more read was under
// way. A change that was under way may have been carried out.
func TestAReadAtTheTimeLimitAfterA429(t *testing.T) {
	stall := func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or the server would not notice that the client leaves
		<-r.Context().Done()
	}
	for name, tt := range map[string]struct {
		call    func(*Client, context.Context, Call) (Answer, error)
		status  int
		unknown bool
	}{"read": {(*Client).Get, 429, false}, "change": {(*Client).Post, 504, true}} {
		s := newServer(t, limited(1), stall)
		c, _ := newClient(t, s.URL)
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		_, err := tt.call(c, ctx, Call{Path: "/x"})
		cancel()
		f := fault.From(err)
		if f.Status != tt.status || f.OutcomeUnknown != tt.unknown || s.requests.Load() != 2 {
			t.Errorf("%s: %+v after %d requests, want %d, unknown %t", name, f, s.requests.Load(), tt.status, tt.unknown)
		}
	}
}

// A 429 concerns every call of the client, not the one that met it alone.
func TestA429HoldsBackTheNextCallToo(t *testing.T) {
	s := newServer(t, limited(20), ok(`{}`))
	c, _ := newClient(t, s.URL)
	short, cancel := context.WithDeadline(t.Context(), c.clock.Now().Add(10*time.Second))
	defer cancel()
	for range 2 {
		_, err := c.Post(short, Call{Path: "/x"})
		if f := fault.From(err); f.Status != http.StatusTooManyRequests || f.RetryAfter != 20*time.Second || !f.Retryable ||
			f.OutcomeUnknown {
			t.Errorf("without the time to wait: %+v, want 429 with 20 s", f)
		}
	}
	if n := s.requests.Load(); n != 1 || !c.RateLimited() {
		t.Errorf("%d requests, want 1: the second call has no time to wait for its turn", n)
	}
	if _, err := c.Post(t.Context(), Call{Path: "/y"}); err != nil || c.Stats().RateLimited != 20*time.Second {
		t.Errorf("with the time to wait: %v, %+v", err, c.Stats())
	}
}

// An export that runs already says nothing of the rate.
func TestADuplicateExportHoldsBackNothing(t *testing.T) {
	c, waits := newClient(t, newServer(t, answerWith(429, "application/json", `{"error":"Duplicate export not allowed"}`), ok(`{}`)).URL)
	_, refused := c.Post(t.Context(), Call{Path: "/x"})
	_, err := c.Get(t.Context(), Call{Path: "/x"})
	if refused == nil || err != nil || len(*waits) > 0 || c.RateLimited() {
		t.Errorf("%v, then %v after waits %v", refused, err, *waits)
	}
}

// TestLastWaitIsShortenedToFit: on a clock that goes on, as real ones do.
func TestLastWaitIsShortenedToFit(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) })
	c, waits := newClient(t, s.URL)
	stopped := c.clock.Now
	ticks := time.Duration(0)
	c.clock.Now = func() time.Time {
		ticks += time.Microsecond
		return stopped().Add(ticks)
	}
	c.clock.Random = func() float64 { return 0 }
	start := c.clock.Now()
	ctx, cancel := context.WithDeadline(t.Context(), start.Add(12*time.Second))
	defer cancel()
	_, err := c.Get(ctx, Call{Path: "/x"})
	if f := fault.From(err); f.Status != http.StatusTooManyRequests {
		t.Errorf("%+v, want 429", f)
	}
	if spent := c.clock.Now().Sub(start); spent < 11*time.Second {
		t.Errorf("ended after %v of 12 s; it waited %v", spent, *waits)
	}
}
