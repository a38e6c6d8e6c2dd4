package sandbox

import (
	"net/netip"
	"slices"
	"strconv"
	"time"
)

// object is a JSON object whose members depend on what is known or asked for.
// What always has the same members is a struct.
type object = map[string]any

// iso writes a time the way most of the API has it: UTC, with milliseconds. As
// text such times sort by time.
func iso(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// isoOrNull is null for a time that is not known.
func isoOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := iso(t)
	return &text
}

// dayText writes a day the way plugins have it; empty when it is not known.
func dayText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// dayOrNull is null for a day that is not known.
func dayOrNull(t time.Time) *string { return orNull(dayText(t)) }

// orNull is null for a text that is not there.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// orEmpty is [] for a list that is not there.
func orEmpty[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// oneOrNone is a list of the text; [] for an empty one.
func oneOrNone(text string) []string {
	return slices.DeleteFunc([]string{text}, func(t string) bool { return t == "" })
}

// addresses are the texts of addresses; [] for none.
func addresses(of []netip.Addr) []string {
	texts := []string{}
	for _, address := range of {
		texts = append(texts, address.String())
	}
	return texts
}

// oneDecimal writes a score.
func oneDecimal(score float64) string { return strconv.FormatFloat(score, 'f', 1, 64) }

// byteCount counts what is written to it.
type byteCount int64

func (n *byteCount) Write(p []byte) (int, error) {
	*n += byteCount(len(p))
	return len(p), nil
}
