// Package wire holds the loose types of Tenable's JSON.
// The API writes 0, 0.0 or "0" for the same number, null for a missing text,
// and times in seconds, milliseconds or ISO 8601.
// These types read all of these forms and print one, and none where Tenable gave none.
// Read reads answers into them, so that a value of any other form costs its member alone.
// Raw data never passes through them.
package wire

import (
	"encoding/json"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenableio/internal/pattern"
)

// ID is an identifier: a number, whose digits are kept exactly, or a text such as a UUID.
// It is empty when the API gave none.
type ID string

// UnmarshalJSON reads a string, a whole number or null.
func (id *ID) UnmarshalJSON(data []byte) error {
	switch {
	case string(data) == "null":
		*id = ""
	case data[0] == '"':
		return json.Unmarshal(data, (*string)(id))
	default:
		whole, ok := wholeNumber(string(data))
		if !ok {
			return mismatch(data)
		}
		*id = ID(whole)
	}
	return nil
}

// IsUUID reports whether an identifier that is a UUID or a number is a UUID.
func (id ID) IsUUID() bool { return strings.Contains(string(id), "-") }

// Split returns the identifier as the number or the UUID that it is, and the other one empty.
func (id ID) Split() (number NumericID, uuid Text) {
	if id.IsUUID() {
		return "", Text(id)
	}
	return NumericID(id), ""
}

// MarshalJSON prints digits as a number and anything else as a string.
func (id ID) MarshalJSON() ([]byte, error) {
	if id == "" {
		return []byte("null"), nil
	}
	digits := strings.TrimPrefix(string(id), "-")
	if digits == "0" || digits != "" && strings.Trim(digits, "0123456789") == "" && digits[0] != '0' {
		return []byte(id), nil
	}
	return json.Marshal(string(id))
}

// NumericID is an ID that is always a whole number, whose digits are kept exactly.
// It is empty when the API gave none, and negative where the API writes -1 for none.
type NumericID string

// UnmarshalJSON reads a whole number, a string of digits or null.
func (id *NumericID) UnmarshalJSON(data []byte) error {
	var read ID
	if err := read.UnmarshalJSON(data); err != nil {
		return err
	}
	if read == "-" || strings.Trim(strings.TrimPrefix(string(read), "-"), "0123456789") != "" {
		return mismatch(data)
	}
	*id = NumericID(read)
	return nil
}

// MarshalJSON prints a number, or null.
func (id NumericID) MarshalJSON() ([]byte, error) { return ID(id).MarshalJSON() }

// Text is a string. null reads as "", and a number as its own text. A boolean is no text: "true" would be a name then.
type Text string

// UnmarshalJSON reads a string, a number or null.
func (t *Text) UnmarshalJSON(data []byte) error {
	switch {
	case string(data) == "null":
		*t = ""
		return nil
	case data[0] == '"':
		return json.Unmarshal(data, (*string)(t))
	case strings.IndexByte("{[tf", data[0]) >= 0:
		return mismatch(data)
	}
	*t = Text(data)
	return nil
}

// Word returns a word of Tenable's, such as a status, in lower case and without white space around it.
func (t Text) Word() string { return strings.ToLower(strings.TrimSpace(string(t))) }

// Texts is a list of texts. null reads as an empty list, and one text as a list of one.
type Texts []string

// UnmarshalJSON reads an array of scalars, one scalar, or null.
func (l *Texts) UnmarshalJSON(data []byte) error {
	*l = nil
	if data[0] != '[' { // one value stands for a list of one
		data = slices.Concat([]byte("["), data, []byte("]"))
	}
	var items []Text
	if err := json.Unmarshal(data, &items); err != nil {
		return err
	}
	for _, item := range items {
		if item != "" {
			*l = append(*l, string(item))
		}
	}
	return nil
}

// Time is a moment. Texts are ISO 8601. Numbers are Unix seconds, or milliseconds from 100 billion on;
// seconds reach that number in the year 5138. 0, and what is below it, is none.
// A Time prints as RFC 3339 in UTC, and as null when the API gave none or 0.
type Time struct{ time.Time }

// timeLayouts lists the forms of a text in which the API writes a time.
var timeLayouts = []string{
	time.RFC3339Nano,
	"2006-01-02T15:04:05.999Z0700",
	"2006-01-02T15:04:05",
	"2006-01-02 15:04:05",
	"2006/01/02",
	time.DateOnly,
}

// UnmarshalJSON reads seconds, milliseconds, ISO 8601 or null.
func (t *Time) UnmarshalJSON(data []byte) error {
	*t = Time{}
	text := scalarText(data)
	if text == "" {
		return nil
	}
	if unix, ok := number(text); ok {
		switch {
		case unix >= firstImpossible:
			return mismatch(data)
		case unix >= firstMilliseconds:
			t.Time = time.UnixMilli(int64(unix)).UTC()
		case unix > 0:
			t.Time = time.Unix(int64(unix), 0).UTC()
		}
		return nil
	}
	for _, layout := range timeLayouts {
		if parsed, err := time.Parse(layout, text); err == nil {
			t.Time = parsed.UTC()
			return nil
		}
	}
	return mismatch(data)
}

// MarshalJSON prints RFC 3339 in UTC, or null.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + t.String() + `"`), nil
}

// String formats the time as RFC 3339 in UTC to the second. It returns "" for no time.
func (t Time) String() string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// Unix times from these numbers on are milliseconds, or none at all.
const (
	firstMilliseconds = 1e11
	firstImpossible   = 1e14
)

// jsonNumber matches a number in JSON with an exponent of at most three digits.
var jsonNumber = pattern.Lazy(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$`)

// number reads the text of a JSON number.
// It refuses other forms that strconv accepts, such as "NaN", "inf" and "0x10", because JSON cannot print them.
// It checks the length itself, because strictjson limits numbers but not texts.
func number(text string) (float64, bool) {
	const longest = 32
	if len(text) > longest || !jsonNumber().MatchString(text) {
		return 0, false
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil
}

// wholeNumber returns the digits of a whole number in any form that JSON allows: 32, 32.0, 3.2e1.
func wholeNumber(text string) (string, bool) {
	if strings.Trim(text, "0123456789") == "" && text != "" {
		return text, true
	}
	if _, ok := number(text); !ok {
		return "", false
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok || !r.IsInt() {
		return "", false
	}
	return r.Num().String(), true
}

// mismatch returns the error to which encoding/json adds the field's name.
func mismatch(data []byte) error {
	return &json.UnmarshalTypeError{Value: kind(data), Type: reflect.TypeFor[string]()}
}

// kind names the JSON type of data, so that messages never quote it.
func kind(data []byte) string {
	switch data[0] {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "text"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	}
	return "number"
}
