// Package packs renders what platforms need to show and to run the plugin: each descriptor is made from what
// "tenableio describe" says, and none is written by hand.
package packs

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Plugin is what "tenableio describe" prints, as far as a pack needs it.
type Plugin struct {
	Title       string    `json:"title"`
	Vendor      string    `json:"vendor"`
	Version     string    `json:"version"`
	Category    string    `json:"category"`
	Description string    `json:"description"`
	License     string    `json:"license"`
	Icon        string    `json:"icon"`
	Connection  []Input   `json:"connection"`
	Options     []Input   `json:"options"`
	Commands    []Command `json:"commands"`
}

// Command is one command of the plugin.
type Command struct {
	Key              string   `json:"key"`
	Title            string   `json:"title"`
	Description      string   `json:"description"`
	Role             string   `json:"role"`
	ReadOnly         bool     `json:"read_only"`
	Destructive      bool     `json:"destructive"`
	LongRunning      bool     `json:"long_running"`
	HealthCheck      bool     `json:"health_check"`
	SuggestedTimeout int      `json:"suggested_timeout"`
	Notes            []string `json:"notes"`
	Inputs           []Input  `json:"inputs"`
	Outputs          struct {
		ContextData []Value  `json:"context_data"`
		PrimaryKey  []string `json:"primary_key"`
		KeyFields   []Value  `json:"key_fields"`
		Files       []struct {
			Description string `json:"description"`
		} `json:"files"`
	} `json:"outputs"`
}

// Input is an input of a command, a connection parameter or an option.
type Input struct {
	Key         string   `json:"key"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Type        string   `json:"type"`
	Required    bool     `json:"required"`
	Secret      bool     `json:"secret"`
	MultiLine   bool     `json:"multi_line"`
	Choices     []string `json:"choices"`
	Default     any      `json:"default"`
	Example     any      `json:"example"`
}

// Value is one value of a result.
type Value struct {
	Key          string `json:"key"`
	Description  string `json:"description"`
	Type         string `json:"type"`
	Items        string `json:"items"`
	SemanticType string `json:"semantic_type"`
}

// Describe asks the binary at path what it is.
func Describe(path string) (Plugin, error) {
	text, err := exec.Command(path, "describe").Output()
	if err != nil {
		return Plugin{}, fmt.Errorf("asking %s what it is (make build builds it): %w", path, err)
	}
	var p Plugin
	if err := json.Unmarshal(text, &p); err != nil {
		return Plugin{}, fmt.Errorf("reading what %s describe says: %w", filepath.Base(path), err)
	}
	return p, nil
}

// option returns an option of the plugin.
func (p Plugin) option(key string) Input {
	at := slices.IndexFunc(p.Options, func(option Input) bool { return option.Key == key })
	return p.Options[at]
}

// arguments are what a platform asks for: the inputs, and those options that are for the writer of a playbook.
func (p Plugin) arguments(c Command) []Input {
	limit := p.option("timeout_seconds")
	limit.Default = c.SuggestedTimeout
	list := append(slices.Clone(c.Inputs), limit)
	if c.LongRunning {
		list = append(list, p.option("wait"))
	}
	return list
}

// notes are what to mind. They call options as the arguments are called, and leave out options that are no arguments.
func (p Plugin) notes(c Command) (list []string) {
	arguments := p.arguments(c)
	for _, note := range c.Notes {
		for _, option := range p.Options {
			name := "options." + option.Key
			if slices.ContainsFunc(arguments, func(a Input) bool { return a.Key == option.Key }) {
				note = strings.ReplaceAll(note, name, option.Key)
			}
			if before, _, found := strings.Cut(note, name); found {
				note = ""
				if clause := strings.LastIndex(before, ";"); clause >= 0 {
					note = before[:clause] + "."
				}
			}
		}
		if note != "" {
			list = append(list, note)
		}
	}
	return list
}

// plain is a default or an example as a person types it.
func plain(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case []any:
		var items []string
		for _, item := range v {
			items = append(items, plain(item))
		}
		return strings.Join(items, ",")
	}
	text, _ := json.Marshal(value) // it was read from JSON
	return string(text)
}

// command returns a command of the plugin.
func (p Plugin) command(key string) Command {
	at := slices.IndexFunc(p.Commands, func(c Command) bool { return c.Key == key })
	return p.Commands[at]
}

// actions are all commands but the health check, for which platforms have a name of their own.
func (p Plugin) actions() []Command {
	return slices.DeleteFunc(slices.Clone(p.Commands), func(c Command) bool { return c.HealthCheck })
}

// input returns an input of the command.
func (c Command) input(key string) Input {
	at := slices.IndexFunc(c.Inputs, func(input Input) bool { return input.Key == key })
	return c.Inputs[at]
}

// records are the members of a record, but for the path of a file, which is gone when the platform has the file.
func (c Command) records() []Value {
	return slices.DeleteFunc(slices.Clone(c.Outputs.ContextData), func(v Value) bool { return v.Key == "path" })
}

func (c Command) needsInput() bool {
	return slices.ContainsFunc(c.Inputs, func(input Input) bool { return input.Required })
}
