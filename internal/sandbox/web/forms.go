package web

import (
	"bytes"
	"math"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"time"
)

// Object is a JSON object of one or two members, or one whose members depend on what is
// known or asked for. Its members are sorted by name.
type Object = map[string]any

// Members is a JSON object whose members keep the order in which they stand.
type Members []member

type member = struct {
	Name  string
	Value any
}

// With has one member more.
func (m Members) With(name string, value any) Members { return append(m, member{name, value}) }

// Without leaves out the members of these names.
func (m Members) Without(names ...string) Members {
	return slices.DeleteFunc(m, func(each member) bool { return slices.Contains(names, each.Name) })
}

// MarshalJSON implements json.Marshaler.
func (m Members) MarshalJSON() ([]byte, error) {
	parts := make([][]byte, len(m))
	for i, each := range m {
		parts[i] = slices.Concat(Marshal(each.Name), []byte(":"), Marshal(each.Value))
	}
	return slices.Concat([]byte("{"), bytes.Join(parts, []byte(",")), []byte("}")), nil
}

// Filled leaves out the texts, lists, objects and scores that are empty. Whole numbers and flags stay.
func (m Members) Filled() Members {
	return slices.DeleteFunc(m, func(each member) bool {
		switch v := reflect.ValueOf(each.Value); v.Kind() {
		case reflect.String, reflect.Float64, reflect.Pointer:
			return v.IsZero()
		case reflect.Slice, reflect.Map:
			return v.Len() == 0
		default:
			return false
		}
	})
}

// ISO writes a time the way most of the API has it: UTC, with milliseconds. As
// text such times sort by time.
func ISO(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// ISOOrNull is null for a time that is not known.
func ISOOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return new(ISO(t))
}

// DayText writes a day the way plugins have it; empty when it is not known.
func DayText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// DayOrNull is null for a day that is not known.
func DayOrNull(t time.Time) *string { return OrNull(DayText(t)) }

// OrNull is null for a text that is not there.
func OrNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// OrEmpty is [] for a list that is not there.
func OrEmpty[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// OneOrNone is a list of the text; [] for an empty one.
func OneOrNone(text string) []string {
	return slices.DeleteFunc([]string{text}, func(t string) bool { return t == "" })
}

// Addresses are the texts of addresses; [] for none.
func Addresses(of []netip.Addr) []string {
	texts := []string{}
	for _, address := range of {
		texts = append(texts, address.String())
	}
	return texts
}

// Score is written with a decimal even where it is whole: 10.0.
type Score float64

// MarshalJSON implements json.Marshaler.
func (s Score) MarshalJSON() ([]byte, error) {
	if math.Trunc(float64(s)) == float64(s) {
		return strconv.AppendFloat(nil, float64(s), 'f', 1, 64), nil
	}
	return strconv.AppendFloat(nil, float64(s), 'f', -1, 64), nil
}

// ScoreText writes a score with one decimal; empty for what has none.
func ScoreText(score float64) string {
	if score == 0 {
		return ""
	}
	return strconv.FormatFloat(score, 'f', 1, 64)
}

// ByteCount counts what is written to it.
type ByteCount int64

func (n *ByteCount) Write(p []byte) (int, error) {
	*n += ByteCount(len(p))
	return len(p), nil
}
