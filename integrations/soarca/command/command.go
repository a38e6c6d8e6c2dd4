// Package command reads the text of a CACAO command: the shell form, COMMAND
// [NAME=VALUE …] [--no-wait].
package command

import (
	"fmt"
	"slices"
	"strings"
)

// Command is what a text asks for.
type Command struct {
	Name   string            // as it was written; the plugin knows which names there are
	Inputs map[string]string // the plugin brings the texts to their types
	NoWait bool

	values map[string]chars // of the inputs, with what may have come from variables
}

// Refusal says in a sentence why a text is not run.
type Refusal struct{ Message string }

func (r *Refusal) Error() string { return r.Message }

func refuse(format string, values ...any) error { return &Refusal{fmt.Sprintf(format, values...)} }

// noWait is the one flag that a command may have.
const noWait = "--no-wait"

// Read reads a text. SOARCA has put the values of variables into it: what may have come
// from one is data, and parts no words, quotes nothing and names no flag, file or input.
func Read(text string, variables map[string]string) (Command, error) {
	c := Command{Inputs: map[string]string{}, values: map[string]chars{}}
	chars, err := mask(text, variables)
	if err != nil {
		return c, err
	}
	words, err := split(chars)
	if err != nil {
		return c, err
	}
	var name []string
	for _, word := range words {
		at := slices.Index(word, char{'=', false})
		switch {
		case word.String() == noWait && !word[0].data:
			c.NoWait = true
		case len(word) > 0 && word[0] == char{'-', false}:
			return c, refuse("The flag %q is not taken from a playbook's command, which knows %s alone.", word.flag(), noWait)
		case at >= 0 && word[:at].hasSpace(): // a value that begins before the name of the input
			err = refuseData(word, variables)
		case at >= 0:
			err = c.input(word[:at].String(), word[at+1:], variables)
		case slices.Contains(word, char{'=', true}), slices.Contains(word[:min(1, len(word))], char{'-', true}),
			len(c.Inputs) > 0 && word.hasData():
			err = refuseData(word, variables)
		case len(c.Inputs) == 0:
			name = append(name, word.String())
		default:
			const message = "The word %q is no input. Inputs are given as NAME=VALUE, and a VALUE with spaces in quotes."
			err = refuse(message, brief(word.String()))
		}
		if err != nil {
			return c, err
		}
	}
	c.Name = strings.Join(name, " ")
	return c, nil
}

// input adds an input.
func (c *Command) input(name string, value chars, variables map[string]string) error {
	name = strings.TrimSpace(name)
	if _, twice := c.Inputs[name]; twice {
		return refuse("The input %q is given twice. Give several values in one input, separated by commas.", brief(name))
	}
	switch {
	case isEmpty(value.String()):
		return refuseEmpty(name, value.String(), variables)
	case len(value) == 1 && value[0] == char{'-', false}:
		return refuse("The input %q is to be read from stdin, which a playbook's command does not have.", brief(name))
	case len(value) > 1 && value[0] == char{'@', false} && value[1].byte == '@':
		value = value[1:] // as in a shell, @@ is the beginning of a value that begins with @
	case len(value) > 0 && value[0] == char{'@', false}:
		return refuse("The input %q is to be read from a file, which a playbook's command may not. "+
			"A value that begins with @ is written with @@.", brief(name))
	}
	c.Inputs[name] = value.String()
	c.values[name] = value
	return nil
}

// flag is the name of a flag without its value, which may be a secret.
func (c chars) flag() string {
	name, _, _ := strings.Cut(c.String(), "=")
	return brief(name)
}

// brief shortens what a message quotes.
func brief(text string) string {
	const most = 100
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most]) + "…"
}
