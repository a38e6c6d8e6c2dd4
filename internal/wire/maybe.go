package wire

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Maybe is a value, or none where Tenable said nothing: null, "" or no such member.
type Maybe[T any] struct {
	Value T
	Known bool
}

// MarshalJSON prints the value, or null.
func (m Maybe[T]) MarshalJSON() ([]byte, error) {
	if !m.Known {
		return []byte("null"), nil
	}
	return json.Marshal(m.Value)
}

// read reads the text of a JSON scalar, without its quotes.
func (m *Maybe[T]) read(data []byte, parse func(text string) (T, bool)) error {
	*m = Maybe[T]{}
	text := scalarText(data)
	if text == "" {
		return nil
	}
	m.Value, m.Known = parse(text)
	if !m.Known {
		return mismatch(data)
	}
	return nil
}

// scalarText returns the text of a JSON scalar without its quotes and the white space around it; "" is that of null.
func scalarText(data []byte) string {
	text := strings.TrimSpace(strings.Trim(string(data), `"`))
	if text == "null" {
		return ""
	}
	return text
}

// Int is a whole number: 3, 3.0, "3".
type Int struct{ Maybe[int64] }

// IntOf is a number that is known.
func IntOf(n int) Int { return Int{Maybe[int64]{int64(n), true}} }

// UnmarshalJSON reads a number, a string that holds one, or none.
func (n *Int) UnmarshalJSON(data []byte) error {
	return n.read(data, func(text string) (int64, bool) {
		whole, ok := wholeNumber(text)
		v, err := strconv.ParseInt(whole, 10, 64)
		return v, ok && err == nil
	})
}

// Plus returns the sum. A number that is not known adds nothing.
func (n Int) Plus(other Int) Int {
	return Int{Maybe[int64]{n.Value + other.Value, n.Known || other.Known}}
}

// String returns the digits, or "" for none.
func (n Int) String() string {
	if !n.Known {
		return ""
	}
	return strconv.FormatInt(n.Value, 10)
}

// Float is a number such as a score: 7.5, "7.5".
type Float struct{ Maybe[float64] }

// UnmarshalJSON reads a number, a string that holds one, or none.
func (f *Float) UnmarshalJSON(data []byte) error { return f.read(data, number) }

// String returns the number with one decimal, as scores are written, or "" for none.
func (f Float) String() string {
	if !f.Known {
		return ""
	}
	return strconv.FormatFloat(f.Value, 'f', 1, 64)
}

// Bool is a boolean. It reads 1 and 0, and texts of all four, too.
type Bool struct{ Maybe[bool] }

// BoolOf is a boolean that is known.
func BoolOf(b bool) Bool { return Bool{Maybe[bool]{b, true}} }

// UnmarshalJSON reads a boolean, 0, 1, a string that holds one, or none.
func (b *Bool) UnmarshalJSON(data []byte) error {
	return b.read(data, func(text string) (value, ok bool) {
		switch strings.ToLower(text) {
		case "true", "1":
			return true, true
		case "false", "0":
			return false, true
		}
		return false, false
	})
}

// YesNo returns the boolean as an analyst reads it, or "" for none.
func (b Bool) YesNo() string {
	switch {
	case !b.Known:
		return ""
	case b.Value:
		return "yes"
	}
	return "no"
}

// severityWords lists Tenable's severities by their number.
var severityWords = []string{"info", "low", "medium", "high", "critical"}

// Severity is a severity as a number, from 0 (info) to 4 (critical).
// Records print it twice, as a word and as the number.
type Severity struct{ Maybe[int] }

// Word returns Tenable's word for the severity in lower case, or "" for none.
func (s Severity) Word() Text {
	if !s.Known {
		return ""
	}
	return Text(severityWords[s.Value])
}

// UnmarshalJSON reads the number, the word in any case, or none.
func (s *Severity) UnmarshalJSON(data []byte) error {
	return s.read(data, func(text string) (int, bool) {
		if i := slices.Index(severityWords, strings.ToLower(text)); i >= 0 {
			return i, true
		}
		whole, ok := wholeNumber(text)
		n, err := strconv.Atoi(whole)
		return n, ok && err == nil && n >= 0 && n < len(severityWords)
	})
}
