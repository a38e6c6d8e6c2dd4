package command

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// separators part the elements of a list that is written as one text.
const separators = ",;\n"

// Values brings the inputs that are lists and objects into the form in which what came from variables is data there,
// too. TypeOf is the type of an input in JSON Schema's words.
func (c *Command) Values(typeOf func(input string) string) error {
	for _, name := range slices.Sorted(maps.Keys(c.values)) {
		value := c.values[name]
		kind := typeOf(name)
		if kind != "array" && kind != "object" {
			continue
		}
		var err error
		first := value.first()
		whole := !slices.ContainsFunc(value, func(c char) bool { return !c.data }) // as __agent_ids__ is
		switch {
		case whole && (kind == "object" || first.byte == '['):
		case kind == "object", !first.data && first.byte == '[':
			c.Inputs[name], err = value.json(name)
		default:
			c.Inputs[name], err = value.list(name)
		}
		if err == nil && hasNothing(c.Inputs[name]) {
			err = refuse(emptyPart, brief(name))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

const emptyPart = "The input %q has a part that is empty, which would count as not given " +
	"and let the command act on more, or on less, than was meant. " +
	"Leave the part out where it is not meant, and branch on a variable that may be empty before this step."

// list is the elements that the author parted: as they are, or as a JSON list where one holds what may have come from
// a variable, which parts no elements.
func (c chars) list(name string) (string, error) {
	var all []string
	for rest := c; ; {
		end := slices.IndexFunc(rest, func(c char) bool {
			return !c.data && strings.ContainsRune(separators, rune(c.byte))
		})
		element := rest
		if end >= 0 {
			element, rest = rest[:end], rest[end+1:]
		}
		all = append(all, strings.TrimSpace(element.String()))
		if end < 0 {
			break
		}
	}
	if slices.Contains(all, "") {
		return "", refuse(emptyPart, brief(name))
	}
	if !c.hasData() {
		return c.String(), nil
	}
	list, err := json.Marshal(all) // texts alone
	return string(list), err
}

func (c chars) first() char {
	for _, c := range c {
		if !strings.ContainsRune(spaces, rune(c.byte)) {
			return c
		}
	}
	return char{}
}

func (c chars) hasSpace() bool {
	return slices.ContainsFunc(c, func(c char) bool { return c.data && strings.ContainsRune(spaces, rune(c.byte)) })
}

func (c chars) hasData() bool {
	return slices.ContainsFunc(c, func(c char) bool { return c.data })
}

// isEmpty tells whether a value holds nothing: blank text, or JSON such as [], {}, null, "" and [""].
func isEmpty(text string) bool {
	var value any
	if json.Unmarshal([]byte(text), &value) != nil {
		return strings.TrimSpace(text) == ""
	}
	return isNothing(value)
}

func isNothing(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(value) == ""
	case []any:
		return !slices.ContainsFunc(value, func(v any) bool { return !isNothing(v) })
	case map[string]any:
		return len(value) == 0
	}
	return false
}

// hasNothing tells whether any part of JSON holds nothing. What is no JSON has no parts.
func hasNothing(text string) bool {
	var value any
	return json.Unmarshal([]byte(text), &value) == nil && hasNothingIn(value)
}

func hasNothingIn(value any) bool {
	switch value := value.(type) {
	case []any:
		return len(value) == 0 || slices.ContainsFunc(value, hasNothingIn)
	case map[string]any:
		return len(value) == 0 || slices.ContainsFunc(slices.Collect(maps.Values(value)), hasNothingIn)
	}
	return isNothing(value)
}

// named lists the variables of certain values, "" when there are none.
func named(variables map[string]string, is func(value string) bool) string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		if is(strings.TrimSpace(variables[name])) {
			names = append(names, name)
		}
	}
	return brief(strings.Join(names, ", "))
}

// refuseEmpty refuses an input that holds nothing: the plugin would take it for one that
// is not given, and the command would find or change more than its author meant.
func refuseEmpty(input, text string, variables map[string]string) error {
	const message = "The input %q is empty, which would count as not given " +
		"and let the command act on more than was meant. " +
		"Leave the input out where it is not meant, and branch on a variable that may be empty before this step."
	text = strings.TrimSpace(text)
	which := named(variables, func(value string) bool { return value == text })
	if which == "" {
		return refuse(message, brief(input))
	}
	return refuse(message+" Variables that hold %q: %s.", brief(input), brief(text), which)
}

// refuseData refuses a word that names an input or a flag with the value of a variable.
func refuseData(word chars, variables map[string]string) error {
	const message = "The word %q holds what a variable holds, too (%s), " +
		"and that is only ever data: no input and no flag. " +
		"Inputs are given as NAME=__variable__:value; where you wrote the word itself, give the variable another value."
	text := word.String()
	which := named(variables, func(value string) bool { return value != "" && strings.Contains(text, value) })
	return refuse(message, brief(text), which)
}
