package schemas

import (
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenableio/internal/names"
	"tenableio/internal/strictjson"
	"tenableio/internal/values"
)

// coerce converts a value to the property's type where that loses nothing.
// It returns any other value unchanged; validation then says what is wrong with it.
// A time such as "7 days" is counted back from now.
func (p *Property) coerce(value any, now time.Time) any {
	if text, ok := value.(string); ok {
		value = strings.TrimSpace(text)
	}
	if isBlank(value) || len(p.Type) == 0 {
		return value
	}
	kind := p.Kind()
	if kind != "array" {
		value = p.single(value)
	}
	switch {
	case p.Time:
		value = p.toTime(value, now)
	case kind == "string":
		value = p.toText(value)
	case kind == "integer":
		value = toNumber(value)
		if number, ok := value.(json.Number); ok && strings.ContainsAny(number.String(), "eE") {
			value = number.String() // JSON Schema takes 1e2 for an integer, but nobody types a count that way
		}
	case kind == "number":
		value = toNumber(value)
	case kind == "boolean":
		value = toBoolean(value)
	case kind == "array":
		value = p.toArray(value, now)
	case kind == "object":
		value = p.toObject(value, now)
	}
	if p.ZeroIsNone && isZero(value) {
		return nil
	}
	return value
}

// Kind is the type to which a value is converted, and in which the property is described: a list where it has elements.
func (p *Property) Kind() string {
	if p.Items != nil {
		return "array"
	}
	return p.Type[0]
}

// single returns the only element of a list, for an input that takes a single value.
// The list of a choice may also be a JSON text; any other text may be meant as it is.
func (p *Property) single(value any) any {
	list, ok := value.([]any)
	if text, isText := value.(string); isText && len(p.Enum) > 0 && strings.HasPrefix(text, "[") {
		list, ok = parseText(text).([]any)
	}
	if !ok || len(list) != 1 {
		return value
	}
	switch element := list[0].(type) {
	case string:
		return strings.TrimSpace(element)
	case map[string]any:
		if p.Kind() == "object" {
			return element
		}
	case json.Number, bool:
		if p.Kind() != "object" {
			return element
		}
	}
	return value
}

// toText turns numbers into their digits, and matches choices by value or label in any spelling.
// A number with a fraction cannot be an identifier: an input with a pattern does not accept it as text.
func (p *Property) toText(value any) any {
	if number, ok := value.(json.Number); ok {
		whole, isWhole := typedWhole(number)
		switch {
		case isWhole && !strings.HasPrefix(number.String(), "-"): // an identifier has no sign; -0 is refused too
			value = whole
		case p.Pattern == "" && p.Format == "" || slices.Contains(p.Type, "integer"):
			value = number.String()
		}
	}
	text, ok := value.(string)
	if !ok {
		return value
	}
	if choice, known := p.choice(text); known {
		return choice
	}
	if p.Format == "target" && values.Host(text) == values.Range {
		return strings.Join(strings.Fields(text), "") // Tenable writes no spaces in a range
	}
	return p.toCase(text)
}

// choice returns the choice that a text names by its value or by its label.
func (p *Property) choice(text string) (string, bool) {
	bare, _, _ := strings.Cut(text, " (") // a label such as "PDF (needs chapters)"
	for _, given := range []string{text, bare} {
		if choice, known := names.Match(given, p.Enum); known {
			return choice, true
		}
	}
	for label, choice := range p.Labels {
		if names.Squash(text) == names.Squash(label) {
			return choice, true
		}
	}
	return "", false
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

// toTime converts a time to the form that is sent: Unix seconds for an integer, RFC 3339 in UTC for a text.
// A value that is no time becomes or stays a text, which the format of a time refuses.
func (p *Property) toTime(value any, now time.Time) any {
	if number, ok := value.(json.Number); ok {
		value = number.String()
	}
	text, ok := value.(string)
	if !ok {
		return value
	}
	at, ok := values.Moment(text, now)
	if !ok {
		return text
	}
	if p.Kind() == "integer" {
		seconds := max(0, at.Unix()) // a form that holds no date may send one long before 1970
		return json.Number(strconv.FormatInt(seconds, 10))
	}
	return at.Format(time.RFC3339)
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

// isZero reports whether a value is the number 0, however it is written.
func isZero(value any) bool {
	number, ok := value.(json.Number)
	return ok && strings.Trim(number.String(), "-.0") == ""
}

// parseText returns the value that a text holds as JSON. It returns any other value unchanged.
func parseText(value any) any {
	text, ok := value.(string)
	if !ok || strictjson.Check([]byte(text)) != nil {
		return value
	}
	parsed, _ := decodeAny([]byte(text)) // it was checked to be JSON
	return parsed
}
