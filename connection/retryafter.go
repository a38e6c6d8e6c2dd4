package connection

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

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
