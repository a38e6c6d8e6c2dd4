package schemas

import (
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenableio/internal/strictjson"
)

// coerce converts a value to the property's type where that loses nothing.
// It returns any other value unchanged; validation then says what is wrong with it.
func (p *Property) coerce(value any) any {
	if text, ok := value.(string); ok {
		value = strings.TrimSpace(text)
	}
	if isBlank(value) || len(p.Type) == 0 {
		return value
	}
	switch p.Type[0] {
	case "string":
		value = p.toText(value)
	case "integer":
		value = toNumber(value)
		if number, ok := value.(json.Number); ok && strings.ContainsAny(number.String(), "eE") {
			value = number.String() // JSON Schema takes 1e2 for an integer, but nobody types a count that way
		}
	case "number":
		value = toNumber(value)
	case "boolean":
		value = toBoolean(value)
	case "array":
		value = p.toArray(value)
	case "object":
		if parsed, ok := parseText(value).(map[string]any); ok {
			value = parsed
		}
	}
	if p.Time {
		value = toTime(value)
	}
	return value
}

// toText turns numbers into their digits, and matches choices by value or label without regard to case.
// A number with a fraction cannot be an identifier: an input with a pattern does not accept it as text.
func (p *Property) toText(value any) any {
	if number, ok := value.(json.Number); ok {
		whole, isWhole := typedWhole(number)
		switch {
		case isWhole && !strings.HasPrefix(number.String(), "-"): // an identifier has no sign; -0 is refused too
			value = whole
		case p.Pattern == "" || slices.Contains(p.Type, "integer"):
			value = number.String()
		}
	}
	text, ok := value.(string)
	if !ok {
		return value
	}
	bare, _, _ := strings.Cut(text, " (") // a label such as "PDF (needs chapters)"
	for _, choice := range p.Enum {
		if strings.EqualFold(text, choice) || strings.EqualFold(bare, choice) {
			return choice
		}
	}
	for label, choice := range p.Labels {
		if strings.EqualFold(text, label) {
			return choice
		}
	}
	return p.toCase(text)
}

// toCase converts a text to the case in which the API expects it.
// A text that is invalid in that case too stays unchanged, so that messages show what the user gave.
func (p *Property) toCase(text string) string {
	changed := text
	switch {
	case p.Lower:
		changed = strings.ToLower(text)
	case p.Upper:
		changed = strings.ToUpper(text)
	}
	if changed == text {
		return text
	}
	if valid, err := regexp.MatchString(p.Pattern, changed); err != nil || !valid {
		return text
	}
	return changed
}

// toArray reads the list that a JSON text holds, and wraps any other scalar in a list.
// A text that begins with "[" is a list with a typing error, not a name; it stays unchanged.
func (p *Property) toArray(value any) any {
	list, ok := parseText(value).([]any)
	if !ok {
		text, _ := value.(string)
		if _, object := value.(map[string]any); object || strings.HasPrefix(text, "[") {
			return value
		}
		list = []any{value}
	}
	if p.Items != nil && (p.MaxItems == 0 || len(list) <= p.MaxItems) { // a longer list is refused anyway
		for i := range list {
			list[i] = p.Items.coerce(list[i])
		}
	}
	return list
}

// toNumber reads a number, or a text that holds one, and drops a fraction of zero.
func toNumber(value any) any {
	number, ok := value.(json.Number)
	if text, isText := value.(string); isText && json.Valid([]byte(text)) && strictjson.SafeNumber(text) {
		number = json.Number(text)
		ok = strings.Trim(text, "+-.0123456789eE") == ""
	}
	if !ok {
		return value
	}
	if whole, ok := typedWhole(number); ok {
		return json.Number(whole)
	}
	return number
}

// toBoolean reads the texts true and false in any case.
func toBoolean(value any) any {
	switch text, _ := value.(string); strings.ToLower(text) {
	case "true":
		return true
	case "false":
		return false
	}
	return value
}

// typedWhole returns the digits of a whole number that a person typed: 32 or 32.0.
// It refuses an exponent, because nobody types an identifier that way.
// (Package wire accepts one from the API.)
func typedWhole(number json.Number) (string, bool) {
	text := number.String()
	if strings.ContainsAny(text, "eE") {
		return "", false
	}
	rational, ok := new(big.Rat).SetString(text)
	if !ok || !rational.IsInt() {
		return "", false
	}
	return rational.Num().String(), true
}

// parseText returns the value that a text holds as JSON. It returns any other value unchanged.
func parseText(value any) any {
	text, ok := value.(string)
	if !ok || strictjson.Check([]byte(text)) != nil {
		return value
	}
	parsed, err := decodeAny([]byte(text))
	if err != nil {
		return value
	}
	return parsed
}

// layouts lists the accepted forms of a time, with a T between date and time.
// A time without a zone is UTC.
var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly,
}

// toTime converts a time to RFC 3339 in UTC. Digits alone are Unix seconds.
func toTime(value any) any {
	text, ok := value.(string)
	if !ok {
		return value
	}
	if seconds, err := strconv.ParseUint(text, 10, 63); err == nil && len(text) <= 10 {
		return time.Unix(int64(seconds), 0).UTC().Format(time.RFC3339)
	}
	joined := strings.Replace(strings.ToUpper(text), " ", "T", 1)
	for _, layout := range layouts {
		if at, err := time.Parse(layout, joined); err == nil {
			return at.UTC().Format(time.RFC3339)
		}
	}
	return value
}
