package command

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// separators part the elements of a list that is written as one text.
const separators = ",;\r\n"

// Lists makes JSON lists of the inputs that are lists and hold the value of a variable,
// which parts no elements. A value that begins with [ is a JSON list, as __agent_ids__ holds it.
func (c *Command) Lists(isList func(input string) bool) {
	for name, value := range c.values {
		isJSON := strings.HasPrefix(strings.TrimSpace(value.String()), "[")
		if !isList(name) || isJSON || !value.hasData() {
			continue
		}
		if elements := value.elements(); len(elements) > 0 {
			text, _ := json.Marshal(elements) // texts alone
			c.Inputs[name] = string(text)
		}
	}
}

// elements parts a value at the separators that the author wrote.
func (c chars) elements() []string {
	var all []string
	for len(c) > 0 {
		end := slices.IndexFunc(c, func(c char) bool {
			return !c.data && strings.ContainsRune(separators, rune(c.byte))
		})
		if end < 0 {
			end = len(c)
		}
		if element := strings.TrimSpace(c[:end].String()); element != "" {
			all = append(all, element)
		}
		c = c[min(end+1, len(c)):]
	}
	return all
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
