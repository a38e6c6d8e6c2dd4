package connection

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestWorth(t *testing.T) {
	for _, tt := range []struct {
		name      string
		f         failure
		get, post int
	}{
		{"nothing sent", failure{stage: notSent}, 4, 4},
		{"nothing sent, for good", failure{stage: notSent, permanent: true}, 1, 1},
		{"no answer", failure{stage: unclear}, 4, 1},
		{"accepted, then cut", failure{stage: unclear, status: 200}, 4, 1},
		{"400", failure{stage: answered, status: 400}, 1, 1},
		{"401", failure{stage: answered, status: 401}, 1, 1},
		{"403", failure{stage: answered, status: 403}, 1, 1},
		{"404", failure{stage: answered, status: 404}, 1, 1},
		{"408", failure{stage: answered, status: 408}, 4, 1},
		{"409", failure{stage: answered, status: 409}, 1, 1},
		{"429", failure{stage: answered, status: 429}, 4, 4},
		{"429 for an equal export", failure{stage: answered, status: 429, duplicate: true}, 1, 1},
		{"500", failure{stage: answered, status: 500}, 2, 1},
		{"501", failure{stage: answered, status: 501}, 1, 1},
		{"502", failure{stage: answered, status: 502}, 4, 1},
		{"503", failure{stage: answered, status: 503}, 4, 1},
		{"504", failure{stage: answered, status: 504}, 4, 1},
		{"not JSON", failure{stage: answered, status: 200, badJSON: true}, 2, 1},
		{"redirect", failure{stage: answered, status: 302, permanent: true}, 1, 1},
		{"404, cut", failure{stage: unclear, status: 404}, 1, 1},
		{"429, cut", failure{stage: unclear, status: 429}, 4, 1},
		{"500, cut", failure{stage: unclear, status: 500}, 2, 1},
		{"503, cut", failure{stage: unclear, status: 503}, 4, 1},
	} {
		if got := tt.f.worth(http.MethodGet); got != tt.get {
			t.Errorf("%s: a GET is worth %d attempts, want %d", tt.name, got, tt.get)
		}
		if got := tt.f.worth(http.MethodPost); got != tt.post {
			t.Errorf("%s: a POST is worth %d attempts, want %d", tt.name, got, tt.post)
		}
	}
}

func TestOutcomeUnknown(t *testing.T) {
	for _, tt := range []struct {
		name string
		f    failure
		want bool
	}{
		{"nothing sent", failure{stage: notSent}, false},
		{"no answer", failure{stage: unclear}, true},
		{"accepted, then cut", failure{stage: unclear, status: 200}, true},
		{"400", failure{stage: answered, status: 400}, false},
		{"408", failure{stage: answered, status: 408}, true},
		{"429", failure{stage: answered, status: 429}, false},
		{"429, cut", failure{stage: unclear, status: 429}, true},
		{"503", failure{stage: answered, status: 503}, true},
		{"redirect", failure{stage: answered, status: 307}, false},
		{"a page in the place of the answer", failure{stage: answered, status: 200, permanent: true}, true},
	} {
		if got := tt.f.outcomeUnknown(http.MethodPost); got != tt.want {
			t.Errorf("%s: outcome of a POST unknown = %t, want %t", tt.name, got, tt.want)
		}
		if tt.f.outcomeUnknown(http.MethodGet) {
			t.Errorf("%s: the outcome of a GET is never in doubt", tt.name)
		}
	}
}

func TestBackOff(t *testing.T) {
	least, most := func() float64 { return 0 }, func() float64 { return 0.999999 }
	for n, want := range map[int]time.Duration{1: 500 * time.Millisecond, 2: time.Second, 5: 8 * time.Second, 40: 8 * time.Second} {
		if got := backOff(n, 503, most); got > want || got < want*9/10 {
			t.Errorf("attempt %d: at most %v, want just under %v", n, got, want)
		}
		if got := backOff(n, 503, least); got != 0 {
			t.Errorf("attempt %d: at least %v, want 0: full jitter", n, got)
		}
	}
	for n, want := range map[int]time.Duration{1: 2 * time.Second, 2: 4 * time.Second, 3: 8 * time.Second} {
		if got := backOff(n, 429, least); got != want {
			t.Errorf("attempt %d after 429: at least %v, want %v", n, got, want)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	const century = 100 * 365 * 24 * time.Hour
	for _, tt := range []struct {
		values []string
		date   string
		want   time.Duration
	}{
		{nil, "", 0},
		{[]string{"2"}, "", 2 * time.Second},
		{[]string{" 30 "}, "", 30 * time.Second},
		{[]string{"0"}, "", 0},
		{[]string{"86400"}, "", 24 * time.Hour},
		{[]string{"99999999999999999999"}, "", century},
		{[]string{"9223372036854775807"}, "", century},
		{[]string{"-5"}, "", 0},
		{[]string{"soon"}, "", 0},
		{[]string{"1.5"}, "", 0},
		{[]string{""}, "", 0},
		{[]string{"3", "7"}, "", 7 * time.Second},
		{[]string{"soon", "4"}, "", 4 * time.Second},
		{[]string{"Fri, 02 Jan 2026 03:04:35 GMT"}, "", 30 * time.Second},
		{[]string{"Fri, 02 Jan 2026 03:04:35 GMT"}, "Fri, 02 Jan 2026 03:04:30 GMT", 5 * time.Second}, // this machine's clock is off
		{[]string{"Fri, 02 Jan 2015 03:04:35 GMT"}, "", 0},
		{[]string{"Fri, 02 Jan 9999 03:04:35 GMT"}, "", century},
	} {
		header := http.Header{"Retry-After": tt.values}
		if tt.date != "" {
			header.Set("Date", tt.date)
		}
		if got := retryAfter(header, now); got != tt.want {
			t.Errorf("Retry-After %q (Date %q) = %v, want %v", tt.values, tt.date, got, tt.want)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("30", "Fri, 02 Jan 2026 03:04:30 GMT")
	f.Fuzz(func(t *testing.T, value, date string) {
		header := http.Header{"Retry-After": {value}, "Date": {date}}
		if got := retryAfter(header, time.Unix(0, 0)); got < 0 || got > 100*365*24*time.Hour {
			t.Errorf("Retry-After %q gave %v", value, got)
		}
	})
}

// TestClockIsMonotonic: a clock that is set while a command runs makes no wait
// longer or shorter (FAULTS row 89).
func TestClockIsMonotonic(t *testing.T) {
	if now := SystemClock().Now(); !strings.Contains(now.String(), " m=+") {
		t.Errorf("%v holds no monotonic reading", now)
	}
}
