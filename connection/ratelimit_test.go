package connection

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tenableio/internal/fault"
)

func TestRetryAfterIsHonoured(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(429)
	}, ok(`{}`))
	c, waits := newClient(t, s.URL)
	if _, err := c.Post(t.Context(), Call{Path: "/x"}); err != nil {
		t.Fatal(err)
	}
	if len(*waits) != 1 || (*waits)[0] != 7*time.Second || c.Stats().RateLimited != 7*time.Second {
		t.Errorf("waits %v, stats %+v, want one wait of 7 s", *waits, c.Stats())
	}
}

// TestNoWaitBeyondTheTimeLimit: a wait that does not fit is not begun, and the hint
// blames Tenable's only where it is that one, not the longer back-off.
func TestNoWaitBeyondTheTimeLimit(t *testing.T) {
	for _, tt := range []struct {
		name  string
		asked time.Duration // by Tenable
		limit time.Duration
		waits int
		hint  string
	}{
		{"what Tenable asked for", 30 * time.Second, 10 * time.Second, 0, "longer than what was left"},
		{"the first back-off", time.Second, 1500 * time.Millisecond, 0, ""},
		{"the second back-off", time.Second, 5 * time.Second, 1, ""},
	} {
		s := newServer(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", fmt.Sprint(tt.asked.Seconds()))
			w.WriteHeader(429)
		})
		c, waits := newClient(t, s.URL)
		ctx, cancel := context.WithTimeout(t.Context(), tt.limit)
		defer cancel()
		_, err := c.Get(ctx, Call{Path: "/x"})
		if f := fault.From(err); f.Status != 429 || f.RetryAfter != tt.asked || len(*waits) != tt.waits {
			t.Errorf("%s: %+v after waits %v, want 429 after %d waits, with %v", tt.name, f, *waits, tt.waits, tt.asked)
		}
		if hint := fault.From(err).Hint; !strings.Contains(hint, tt.hint) || tt.hint == "" && hint != "" {
			t.Errorf("%s: hint %q, want %q in it", tt.name, hint, tt.hint)
		}
	}
}

// A 429 concerns every call of the client, not the one that met it alone.
func TestA429HoldsBackTheNextCallToo(t *testing.T) {
	limited := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "20")
		w.WriteHeader(http.StatusTooManyRequests)
	}
	s := newServer(t, limited, limited, limited, limited, ok(`{}`))
	c, waits := newClient(t, s.URL)
	if _, err := c.Get(t.Context(), Call{Path: "/x"}); fault.From(err).Status != http.StatusTooManyRequests ||
		!c.RateLimited() {
		t.Fatalf("%v, want 429", err)
	}
	short, cancel := context.WithTimeout(t.Context(), 90*time.Second) // of which three waits took 60
	defer cancel()
	if _, err := c.Post(short, Call{Path: "/y"}); err != nil {
		t.Errorf("with the time to wait: %v", err)
	}
	if len(*waits) != 4 || (*waits)[3] != 20*time.Second || c.Stats().RateLimited != 80*time.Second ||
		c.Stats().Retries != 3 {
		t.Errorf("waits %v, %+v, want 4 of 20 s and 3 repeats", *waits, c.Stats())
	}

	s = newServer(t, limited)
	c, _ = newClient(t, s.URL)
	short, cancel = context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for range 2 {
		_, err := c.Post(short, Call{Path: "/x"})
		if f := fault.From(err); f.Status != http.StatusTooManyRequests || f.RetryAfter != 20*time.Second || !f.Retryable ||
			f.OutcomeUnknown {
			t.Errorf("without the time to wait: %+v, want 429 with 20 s", f)
		}
	}
	if n := s.requests.Load(); n != 1 {
		t.Errorf("%d requests, want 1: the second call has no time to wait for its turn", n)
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
