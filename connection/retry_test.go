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
		{"429, cut", attempt{stage: incomplete, status: 429}, unlimited, once, true},
		{"500, cut", attempt{stage: incomplete, status: 500}, 2, once, true},
		{"503, cut", attempt{stage: incomplete, status: 503}, again, once, true},

		{"400", attempt{stage: answered, status: 400}, once, once, false},
		{"401", attempt{stage: answered, status: 401}, once, once, false},
		{"403", attempt{stage: answered, status: 403}, once, once, false},
		{"404", attempt{stage: answered, status: 404}, once, once, false},
		{"408", attempt{stage: answered, status: 408}, again, once, true},
		{"409", attempt{stage: answered, status: 409}, once, once, false},
		{"429", attempt{stage: answered, status: 429}, unlimited, unlimited, false},
		{"429 for an equal export", attempt{stage: answered, status: 429, permanent: true}, once, once, false},
		{"500", attempt{stage: answered, status: 500}, 2, once, true},
		{"501", attempt{stage: answered, status: 501}, once, once, true},
		{"502", attempt{stage: answered, status: 502}, again, once, true},
		{"503", attempt{stage: answered, status: 503}, again, once, true},
		{"504", attempt{stage: answered, status: 504}, again, once, true},
		{"519", attempt{stage: answered, status: 519}, once, once, true},
		{"A9: 520 of Cloudflare", attempt{stage: answered, status: 520}, again, once, true},
		{"A9: 526 of Cloudflare", attempt{stage: answered, status: 526}, again, once, true},
		{"A9: 520, cut", attempt{stage: incomplete, status: 520}, again, once, true},
		{"527", attempt{stage: answered, status: 527}, once, once, true},

		{"A8: empty, or not JSON", attempt{stage: answered, status: 200, malformed: true}, 2, once, true},
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
	for n, want := range map[int]time.Duration{
		1: 500 * time.Millisecond, 2: time.Second, 5: 8 * time.Second, 40: 8 * time.Second,
	} {
		if got := backoff(n, most); got > want || got < want*9/10 {
			t.Errorf("attempt %d: at most %v, want just under %v", n, got, want)
		}
		if got := backoff(n, least); got != 0 {
			t.Errorf("attempt %d: at least %v, want 0: full jitter", n, got)
		}
	}
}

func least() float64 { return 0 }
func most() float64  { return 0.999999 }

// TestRateLimitDelay: never earlier than asked, spread widely above it, and never over the
// time limit unless what the API asked for is.
func TestRateLimitDelay(t *testing.T) {
	const s = time.Second
	const long = time.Hour
	for _, tt := range []struct {
		name         string
		n            int
		asked, left  time.Duration
		first, final time.Duration
	}{
		{"what the API asks for, and twice that", 1, 30 * s, long, 30 * s, 90 * s},
		{"a short time, the first time", 1, s, long, s, 9 * s},
		{"a short time, the second time", 2, s, long, s, 17 * s},
		{"a short time, at last", 9, s, long, s, 33 * s},
		{"no time, the first time", 1, 0, long, 2 * s, 10 * s},
		{"no time, the third time", 3, 0, long, 8 * s, 40 * s},
		{"no time, at last", 99, 0, long, 32 * s, 64 * s},
		{"cut to what is left", 1, 30 * s, 45 * s, 30 * s, 45 * s},
		{"just fits", 5, 30 * s, 30 * s, 30 * s, 30 * s},
		{"does not fit", 1, 30 * s, 10 * s, 30 * s, 30 * s},
		{"no time, cut to what is left", 4, 0, 5 * s, 5 * s, 5 * s},
		{"no time, and none left", 1, 0, s, 2 * s, 2 * s},
		{"for ever", 1, 100 * 365 * 24 * time.Hour, s, 100 * 365 * 24 * time.Hour, 100 * 365 * 24 * time.Hour},
	} {
		if got := rateLimitDelay(tt.n, tt.asked, tt.left, least); got != tt.first {
			t.Errorf("%s: at least %v, want %v", tt.name, got, tt.first)
		}
		if got := rateLimitDelay(tt.n, tt.asked, tt.left, most); got > tt.final || tt.final-got > s/10 {
			t.Errorf("%s: at most %v, want %v", tt.name, got, tt.final)
		}
	}
}
