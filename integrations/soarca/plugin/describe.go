package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
)

// Manifest is what the plugin says of itself.
type Manifest struct {
	Version  string
	Commands []Command
}

// Command is what the plugin says of one of its commands.
type Command struct {
	Key, Title, Description, Reference string
	SuggestedTimeout                   int  `json:"suggested_timeout"` // seconds
	ReadOnly                           bool `json:"read_only"`
	Inputs                             []struct{ Key, Type string }
	Outputs                            struct {
		ContextData []struct{ Key string } `json:"context_data"`
		KeyFields   []struct{ Key string } `json:"key_fields"`
	}
	Input struct {
		Examples []map[string]json.RawMessage
		Command  struct{ Hints map[string]string } `json:"x-command"`
	}
}

// Describe asks the plugin for its commands.
func (p Plugin) Describe(ctx context.Context) (Manifest, error) {
	var manifest Manifest
	describe := exec.CommandContext(ctx, p.Path, "describe")
	describe.Env = environment()
	text, err := describe.Output()
	if err != nil {
		return manifest, fmt.Errorf("%s describe: %w", p.Path, err)
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return manifest, fmt.Errorf("%s describe: %w", p.Path, err)
	}
	if len(manifest.Commands) == 0 {
		return manifest, fmt.Errorf("%s describe: no commands", p.Path)
	}
	return manifest, nil
}

// Find returns the command of a name in any of the spellings that the plugin takes. One
// that is not known is the plugin's to refuse; it counts as one that changes something.
func (m Manifest) Find(name string) Command {
	for _, command := range m.Commands {
		if Plain(command.Key) == Plain(name) {
			return command
		}
	}
	return Command{Key: name, Title: name}
}

// Plain is a name without what does not matter in it: case, spaces, hyphens and underscores.
func Plain(name string) string {
	return strings.NewReplacer(" ", "", "-", "", "_", "").Replace(strings.ToLower(name))
}

// IsList tells whether an input, in any of the spellings that the plugin takes, is a list.
func (c Command) IsList(name string) bool {
	for _, input := range c.Inputs {
		if Plain(input.Key) == Plain(name) {
			return input.Type == "array"
		}
	}
	return false
}

// Unknown is what to do when nobody knows what became of a command that changes something.
func (c Command) Unknown() string { return c.Input.Command.Hints["unknown_outcome"] }

// Example is the command's first example in the shell form.
func (c Command) Example() string {
	words := []string{c.Key}
	for _, input := range c.Inputs { // in the order of the documentation
		if len(c.Input.Examples) == 0 {
			break
		}
		if value, ok := c.Input.Examples[0][input.Key]; ok {
			words = append(words, input.Key+"="+inShell(value))
		}
	}
	return strings.Join(words, " ")
}

// inShell is a JSON value as a shell form has it.
func inShell(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) != nil {
		var short bytes.Buffer
		_ = json.Compact(&short, value) // it came from JSON
		text = short.String()
	}
	if strings.ContainsAny(text, " \"") {
		return "'" + text + "'"
	}
	return text
}
