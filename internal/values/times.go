// Package values reads values as people and forms write them: moments, lists, hosts
// and networks. It knows nothing of which command takes them.
package values

import (
	"cmp"
	"math/big"
	"strconv"
	"strings"
	"time"

	"tenableio/internal/pattern"
)

// Moment reads a moment: RFC 3339 with or without the colon in its offset, a date, a
// date and a time of day, Unix seconds or milliseconds, "now", and what is counted
// back from now, such as "7 days" and "24 hours ago". Without a zone it is UTC.
func Moment(text string, now time.Time) (time.Time, bool) {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	for _, read := range []func(string, time.Time) (time.Time, bool){unix, calendar, ago} {
		if at, ok := read(text, now); ok {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}

// MomentForms are the forms of a moment, for messages.
const MomentForms = "2024-01-01, 2024-01-01 10:00 (UTC), 2024-01-01T10:00:00Z, Unix seconds or milliseconds, now, 7 " +
	"days, or 24 hours ago"

// The patterns are compiled when the first time is read: most runs read none.
var (
	decimal    = pattern.Lazy(`^([0-9]+)(?:\.[0-9]*)?$`)
	scientific = pattern.Lazy(`^[0-9](?:\.[0-9]{1,18})?e\+?(?:0?9|12)$`) // as some print 1704067200
	written    = pattern.Lazy(`^([0-9]{4}-[0-9]{2}-[0-9]{2})` +
		`(?:[t ]([0-9]{2}:[0-9]{2})(:[0-9]{2}(?:[.,][0-9]{1,9})?)? ?(?:(z|utc|gmt)|([+-][0-9]{2}):?([0-9]{2})?)?)?$`)
	relative = pattern.Lazy(`^(?:(?:last|past) )?([0-9]{1,4}) ?([a-z]+)(?: ago)?$`)
)

// unix reads Unix seconds of 9 or 10 digits, and milliseconds of 13, whole or not, and 0, which forms send for none.
// Fewer digits would be a day before March 1973, when there was nothing to ask for: 7 was meant as days,
// and 20240101 as a date.
func unix(text string, _ time.Time) (time.Time, bool) {
	if scientific().MatchString(text) {
		number, _ := new(big.Rat).SetString(text)
		text = number.FloatString(0)
	}
	digits := decimal().FindStringSubmatch(text)
	if digits == nil {
		return time.Time{}, false
	}
	n, err := strconv.ParseInt(digits[1], 10, 64)
	switch length := len(digits[1]); {
	case err != nil:
		return time.Time{}, false
	case n == 0, length == len("999999999"), length == len("1704067200"):
		return time.Unix(n, 0), true
	case length == len("1704067200000"):
		return time.UnixMilli(n), true
	}
	return time.Time{}, false
}

// calendar reads a date, and a date with a time of day.
func calendar(text string, _ time.Time) (time.Time, bool) {
	part := written().FindStringSubmatch(text)
	if part == nil {
		return time.Time{}, false
	}
	zone := "Z"
	if part[5] != "" {
		zone = part[5] + ":" + cmp.Or(part[6], "00")
	}
	at, err := time.Parse(time.RFC3339Nano, part[1]+"T"+cmp.Or(part[2], "00:00")+cmp.Or(part[3], ":00")+zone)
	return at, err == nil
}

// ago reads what is counted back from now.
func ago(text string, now time.Time) (time.Time, bool) {
	if text == "now" {
		return now, true
	}
	part := relative().FindStringSubmatch(text)
	if part == nil {
		return time.Time{}, false
	}
	n, _ := strconv.Atoi(part[1]) // four digits
	unit := part[2]
	if len(unit) > 1 {
		unit = strings.TrimSuffix(unit, "s")
	}
	var at time.Time
	switch unit {
	case "s", "sec", "second":
		at = now.Add(-time.Duration(n) * time.Second)
	case "min", "minute":
		at = now.Add(-time.Duration(n) * time.Minute)
	case "h", "hr", "hour":
		at = now.Add(-time.Duration(n) * time.Hour)
	case "d", "day":
		at = now.AddDate(0, 0, -n)
	case "w", "week":
		at = now.AddDate(0, 0, -7*n)
	case "month":
		at = now.AddDate(0, -n, 0)
	case "y", "year":
		at = now.AddDate(-n, 0, 0)
	}
	return at, at.Year() > 1
}
