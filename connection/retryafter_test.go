package connection

import (
	"net/http"
	"testing"
	"time"
)

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
