package command

import (
	"regexp"
	"strings"
)

// char is one byte of a text. Data is what a variable's value may have brought.
type char struct {
	byte byte
	data bool
}

type chars []char

func (c chars) String() string {
	text := make([]byte, len(c))
	for i := range c {
		text[i] = c[i].byte
	}
	return string(text)
}

const (
	spaces = " \t\r\n"
	quotes = `"'\`
	syntax = spaces + quotes + "=-@" // all characters that mean something
)

// reference is a variable that nobody has put a value in the place of.
var reference = regexp.MustCompile(`__[A-Za-z]\w*?__:value`)

// mask tells in a text what came from variables. Nobody says where SOARCA put values in,
// so every place that spells a value counts, where an author wrote the same too.
func mask(text string, variables map[string]string) (chars, error) {
	data := make([]bool, len(text))
	for _, value := range variables {
		value = strings.TrimRight(value, spaces) // spaces at an end are nothing in a value
		if strings.Trim(value, syntax) != "" {
			markAll(data, text, value)
		}
	}
	// Not every "-" or "=" of a text can be data: a value of syntax alone is where it
	// stands for a whole value.
	alone := map[string]string{}
	for name, value := range variables {
		value = strings.TrimRight(value, spaces)
		if value != "" && strings.Trim(value, syntax) == "" && !markWhole(data, text, value) {
			alone[name] = value
		}
	}
	for name, value := range alone {
		if strings.ContainsAny(value, quotes) && !strings.Contains(text, name+":value") && unmarked(data, text, value) {
			return nil, refuse("The variable %s holds %q, which cannot be told from the quotes of the command.", name, value)
		}
	}
	return fill(text, data, variables)
}

// markAll marks every place that spells a value.
func markAll(data []bool, text, value string) {
	for at := range text {
		if strings.HasPrefix(text[at:], value) {
			mark(data, at, len(value))
		}
	}
}

// markWhole marks the places where a value stands alone behind a =, with or without quotes,
// and tells whether there are any.
func markWhole(data []bool, text, value string) (found bool) {
	for _, quote := range []string{"", `"`, `'`} {
		whole := "=" + quote + value + quote
		for at := range text {
			if !strings.HasPrefix(text[at:], whole) {
				continue
			}
			rest := text[at+len(whole):]
			if rest == "" || strings.ContainsRune(spaces, rune(rest[0])) {
				mark(data, at+1+len(quote), len(value))
				found = true
			}
		}
	}
	return found
}

// unmarked tells whether a value stands where it is not marked.
func unmarked(data []bool, text, value string) bool {
	for at := range text {
		if !data[at] && strings.HasPrefix(text[at:], value) {
			return true
		}
	}
	return false
}

func mark(data []bool, at, size int) {
	for i := range size {
		data[at+i] = true
	}
}

// fill puts values in the place of references that are left. One of a variable that is
// not there would be sent to Tenable as it is written.
func fill(text string, data []bool, variables map[string]string) (chars, error) {
	var all chars
	from := 0
	for _, place := range reference.FindAllStringIndex(text, -1) {
		if data[place[0]] {
			continue
		}
		name := strings.TrimSuffix(text[place[0]:place[1]], ":value")
		value, known := variables[name]
		if !known {
			const message = "The variable %s has no value: the playbook neither declares it " +
				"nor has a step before this one that gives it."
			return nil, refuse(message, brief(name))
		}
		all = append(all, marked(text[from:place[0]], data[from:])...)
		for i := range len(value) {
			all = append(all, char{value[i], true})
		}
		from = place[1]
	}
	return append(all, marked(text[from:], data[from:])...), nil
}

func marked(text string, data []bool) chars {
	all := make(chars, len(text))
	for i := range len(text) {
		all[i] = char{text[i], data[i]}
	}
	return all
}
