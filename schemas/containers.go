package schemas

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"tenableio/internal/names"
	"tenableio/internal/values"
)

// toArray reads the list that a text holds, as JSON or as values between separators.
// It wraps any other scalar in a list.
// A text that begins with "[" is a list with a typing error, not a name; it stays unchanged.
func (p *Property) toArray(value any, now time.Time) any {
	list, ok := toList(value)
	if !ok {
		return value
	}
	if p.Items == nil || p.MaxItems > 0 && len(list) > p.MaxItems { // a longer list is refused anyway
		return list
	}
	for i := range list {
		list[i] = p.Items.coerce(list[i], now)
	}
	if len(p.Items.Enum) > 0 {
		list = distinct(list)
	}
	return list
}

// toList returns the list that a value holds, without a look at its elements.
// A text of separators alone, as a template without values leaves it, is a list of one blank value:
// taken as no list, a call would act on everything.
func toList(value any) (list []any, ok bool) {
	switch v := value.(type) {
	case []any:
		return v, true
	case map[string]any:
		return nil, false
	case string:
		if strings.HasPrefix(v, "[") {
			list, ok = parseText(v).([]any)
			return list, ok
		}
		for _, part := range values.Split(v) {
			list = append(list, part)
		}
		if list == nil {
			list = []any{""}
		}
		return list, true
	}
	return []any{value}, true
}

// distinct drops the texts of a list of choices that occur before: several spellings may name one choice.
func distinct(list []any) []any {
	var once []any
	for _, value := range list {
		if text, ok := value.(string); !ok || !slices.Contains(once, any(text)) {
			once = append(once, value)
		}
	}
	return once
}

// toObject gives each member of an object its known name and converts its value.
// It drops blank members, like blank inputs.
// If two spellings name the same member, one of them stays unchanged; misread finds it.
func (p *Property) toObject(value any, now time.Time) any {
	given, ok := parseText(value).(map[string]any)
	if !ok {
		return value
	}
	if p.MaxProperties > 0 && len(given) > p.MaxProperties { // a larger object is refused anyway
		return given
	}
	object := make(map[string]any, len(given))
	for name, member := range given {
		known, property := p.member(name)
		if _, exact := given[known]; exact {
			known = name
		}
		if _, twice := object[known]; twice {
			known = name
		}
		if property != nil {
			member = property.coerce(member, now)
		}
		inner, nested := member.(map[string]any)
		if !isBlank(member) && (!nested || len(inner) > 0) {
			object[known] = member
		}
	}
	return object
}

// member returns the known name and the schema of an object's member, in whatever spelling it is given.
// For a member that the schema does not have it returns the name unchanged, and nil.
func (p *Property) member(name string) (string, *Property) {
	for known, property := range p.Properties {
		if names.Squash(known) == names.Squash(name) {
			return known, property
		}
	}
	for pattern, property := range p.PatternProperties {
		prefix, rest, _ := strings.Cut(strings.TrimSpace(name), ".")
		known := strings.ToLower(prefix) + "." + strings.TrimSpace(rest)
		if matched, err := regexp.MatchString(pattern, known); err == nil && matched {
			return known, property
		}
	}
	return name, nil
}
