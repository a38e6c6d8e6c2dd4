package connection

import (
	"net/http"
	"testing"
	"time"
)

// TestRetryRule is the whole rule: how many attempts a call gets that failed like
// this, and whether a state-changing one may have been carried out.
func TestRetryRule(t *testing.T) {
	const again, once = maxAttempts, 1
	for _, tt := range []struct {
		name      string
		attempt   attempt
		get, post int  // attempts
		unknown   bool // the outcome of the POST
	}{
		{"nothing sent", attempt{stage: notSent}, again, again, false},
		{"nothing sent, for good", attempt{stage: notSent, permanent: true}, once, once, false},

		{"no answer", attempt{stage: incomplete}, again, once, true},
		{"accepted, then cut", attempt{stage: incomplete, status: 200}, again, once, true},
		{"404, cut", attempt{stage: incomplete, status: 404}, once, once, true},
		{"429, cut", attempt{stage: incomplete, status: 429}, again, once, true},
		{"500, cut", attempt{stage: incomplete, status: 500}, 2, once, true},
		{"503, cut", attempt{stage: incomplete, status: 503}, again, once, true},

		{"400", attempt{stage: answered, status: 400}, once, once, false},
		{"401", attempt{stage: answered, status: 401}, once, once, false},
		{"403", attempt{stage: answered, status: 403}, once, once, false},
		{"404", attempt{stage: answered, status: 404}, once, once, false},
		{"408", attempt{stage: answered, status: 408}, again, once, true},
		{"409", attempt{stage: answered, status: 409}, once, once, false},
		{"429", attempt{stage: answered, status: 429}, again, again, false},
		{"429 for an equal export", attempt{stage: answered, status: 429, permanent: true}, once, once, false},
		{"500", attempt{stage: answered, status: 500}, 2, once, true},
		{"501", attempt{stage: answered, status: 501}, once, once, true},
		{"502", attempt{stage: answered, status: 502}, again, once, true},
		{"503", attempt{stage: answered, status: 503}, again, once, true},
		{"504", attempt{stage: answered, status: 504}, again, once, true},

		{"not JSON", attempt{stage: answered, status: 200, malformed: true}, 2, once, true},
		{"a page", attempt{stage: answered, status: 200, permanent: true}, once, once, true},
		{"redirect", attempt{stage: answered, status: 302, permanent: true}, once, once, false},
	} {
		if got := tt.attempt.maxAttempts(http.MethodGet); got != tt.get {
			t.Errorf("%s: a GET gets %d attempts, want %d", tt.name, got, tt.get)
		}
		if got := tt.attempt.maxAttempts(http.MethodPost); got != tt.post {
			t.Errorf("%s: a POST gets %d attempts, want %d", tt.name, got, tt.post)
		}
		if got := tt.attempt.outcomeUnknown(http.MethodPost); got != tt.unknown {
			t.Errorf("%s: outcome of a POST unknown = %t, want %t", tt.name, got, tt.unknown)
		}
		if tt.attempt.outcomeUnknown(http.MethodGet) {
			t.Errorf("%s: a GET has no outcome that could be unknown", tt.name)
		}
		if tt.unknown && tt.post > once {
			t.Errorf("%s: a POST is repeated although its outcome is unknown", tt.name)
		}
	}
}

func TestBackoff(t *testing.T) {
	least, most := func() float64 { return 0 }, func() float64 { return 0.999999 }
	for n, want := range map[int]time.Duration{1: 500 * time.Millisecond, 2: time.Second, 5: 8 * time.Second, 40: 8 * time.Second} {
		if got := backoff(n, 503, most); got > want || got < want*9/10 {
			t.Errorf("attempt %d: at most %v, want just under %v", n, got, want)
		}
		if got := backoff(n, 503, least); got != 0 {
			t.Errorf("attempt %d: at least %v, want 0: full jitter", n, got)
		}
	}
	for n, want := range map[int]time.Duration{1: 2 * time.Second, 2: 4 * time.Second, 3: 8 * time.Second} {
		if got := backoff(n, 429, least); got != want {
			t.Errorf("attempt %d after 429: at least %v, want %v", n, got, want)
		}
	}
}
