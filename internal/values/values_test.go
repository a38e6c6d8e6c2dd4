package values

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMoment (row C5): every form of a time, and nothing that only looks like one.
func TestMoment(t *testing.T) {
	now := time.Date(2024, 3, 31, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"2024-01-01": "2024-01-01T00:00:00Z", "2024-01-01 10:00": "2024-01-01T10:00:00Z", "2024-01-01T10:00:30": "2024-01-01T10:00:30Z",
		"2024-01-01T10:00:30.5Z": "2024-01-01T10:00:30.5Z", "2024-01-01T10:00:30,5z": "2024-01-01T10:00:30.5Z", " 2024-01-01  10:00 ": "2024-01-01T10:00:00Z",
		"2024-01-01T10:00:00+0530": "2024-01-01T04:30:00Z", "2024-01-01T10:00:00+05:30": "2024-01-01T04:30:00Z", "2024-01-01 10:00-08": "2024-01-01T18:00:00Z",
		"2024-01-01 10:00:00 +0530": "2024-01-01T04:30:00Z", "2024-01-01 10:00:00 UTC": "2024-01-01T10:00:00Z",
		"1704067200": "2024-01-01T00:00:00Z", "1704067200.0": "2024-01-01T00:00:00Z", "1704067200.": "2024-01-01T00:00:00Z", "1704067200000": "2024-01-01T00:00:00Z",
		"1.7040672e9": "2024-01-01T00:00:00Z", "1.7040672E+09": "2024-01-01T00:00:00Z", "1.7040672e+12": "2024-01-01T00:00:00Z", "0": "1970-01-01T00:00:00Z", "100000000": "1973-03-03T09:46:40Z",
		"now": "2024-03-31T12:00:00Z", "NOW": "2024-03-31T12:00:00Z", "7 days": "2024-03-24T12:00:00Z", "7 days ago": "2024-03-24T12:00:00Z", "24 hours ago": "2024-03-30T12:00:00Z",
		"1 day": "2024-03-30T12:00:00Z", "last 2 weeks": "2024-03-17T12:00:00Z", "30 Minutes": "2024-03-31T11:30:00Z", "90 secs": "2024-03-31T11:58:30Z",
		"7d": "2024-03-24T12:00:00Z", "24h": "2024-03-30T12:00:00Z", "1 year ago": "2023-03-31T12:00:00Z", "2 months": "2024-01-31T12:00:00Z",
	} {
		at, ok := Moment(text, now)
		if got := at.Format(time.RFC3339Nano); !ok || got != want {
			t.Errorf("%q: %s, %t, want %s", text, got, ok, want)
		}
	}
	for _, text := range []string{
		"", "soon", "2024-02-30", "2024-1-1", "01/02/2024", "2024-01-01T24:00:00Z", "2024-01-01T10", "2024-01-01 10:00:00 +99:00", "2024-01-01Z",
		"7", "30", "86400", "20240101", "20240101100000", "17040672000", "170406720000", "1704067200000000", "-1", "1e2", "1e99", "1.5e400", "0x10", "1_000", "１",
		"days", "7 fortnights", "in 7 days", "7 days from now", "-7 days", "1.5 hours", "9999 years", "99999 days",
	} {
		if at, ok := Moment(text, now); ok {
			t.Errorf("%q is taken for %v", text, at)
		}
	}
}

// TestSplit (row C2): commas, semicolons and line breaks separate values.
func TestSplit(t *testing.T) {
	for text, want := range map[string][]string{
		"": nil, " , ;\n": nil, "a": {"a"}, "a, b": {"a", "b"}, "a;b;": {"a", "b"}, "a\r\nb\n\n c d ": {"a", "b", "c d"}, "a\tb": {"a\tb"},
	} {
		if got := Split(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestHost (row C3): what a text names on a network.
func TestHost(t *testing.T) {
	for kind, texts := range map[Kind][]string{
		Address: {"192.0.2.1", "0.0.0.0", "2001:db8::1", "::", "::ffff:192.0.2.1"},
		Range:   {"192.0.2.1-192.0.2.9", "192.0.2.1 - 192.0.2.1", "2001:db8::1-2001:db8::9"},
		Network: {"192.0.2.0/24", "0.0.0.0/0", "192.0.2.1/32", "192.0.2.7/24", "2001:db8::/32"},
		Name: {
			"localhost", "web-01", "web-01.example.com", "WEB_01", "3com.example.com", "büro.example.com", "x", "a.b-2", "192.0.2.1a",
			strings.Repeat("x", 63), "10-0-0-1.example.com",
		},
		Nothing: {
			"", " ", "192.0.2.999", "192.0.2", "192.0.2.1.", "192.0.2.1.1", "010.1.1.1", "192.0.2.0/33", "192.0.2.0/", "2001:db8::/129", "2001:db8:::1", "[2001:db8::1]",
			"fe80::1%eth0", "192.0.2.9-192.0.2.1", "192.0.2.1-2001:db8::1", "192.0.2.1-9", "192.0.2.1-", "https://192.0.2.1", "example.com/x", "example.com:443",
			"user@example.com", "-web", "web-", "a..b", ".a", "a.", "a b", "*.example.com", "3221225985", "0xc0000201", "web.01", "a,b", "a\x00", "1-100",
			strings.Repeat("x", 64), strings.Repeat("x.", 127) + "x",
		},
	} {
		for _, text := range texts {
			if got := Host(text); got != kind {
				t.Errorf("%q: kind %d, want %d", text, got, kind)
			}
		}
	}
}
