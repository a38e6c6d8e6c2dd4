package child

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Manifest is what the plugin says of itself.
type Manifest struct {
	Version  string
	Commands []About
}

// About is what the plugin says of one of its commands.
type About struct {
	Key, Title, Description, Reference, Role, Permission string

	Notes            []string
	SuggestedTimeout int  `json:"suggested_timeout"` // seconds
	ReadOnly         bool `json:"read_only"`
	Destructive      bool
	Idempotent       bool
	LongRunning      bool `json:"long_running"`
	MakesFiles       bool `json:"makes_files"`
	Inputs           []struct{ Key, Type string }
	Rules            []struct {
		Required []string
		Message  string
	}
	Outputs struct {
		ContextData []struct{ Key string } `json:"context_data"`
		KeyFields   []struct{ Key string } `json:"key_fields"`
	}
	Input   map[string]any // the JSON Schema of its inputs
	Unknown string         `json:"-"` // what to do when nobody knows what became of it
}

// unknownOutcome is the hint of the schema for an outcome that nobody knows.
func (a About) unknownOutcome() string {
	extra, _ := a.Input["x-command"].(map[string]any)
	hints, _ := extra["hints"].(map[string]any)
	hint, _ := hints["unknown_outcome"].(string)
	return hint
}

// FailureIndicator is what the plugin calls a failure of a command by its title.
func FailureIndicator(title string) string {
	if title == "Test Connection" {
		return "Test Connection failed. Failed to check the connector."
	}
	return title + " failed."
}

// TypeOf is the type of an input, in any of the spellings that the plugin takes, and "" of one that is not known.
func (a About) TypeOf(name string) string {
	for _, input := range a.Inputs {
		if Plain(input.Key) == Plain(name) {
			return input.Type
		}
	}
	return ""
}

// Describe asks the binary at path for its commands.
func Describe(ctx context.Context, path string) (Manifest, error) {
	var manifest Manifest
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	text, err := Output(Command(ctx, path, time.Second, "describe"))
	if err == nil {
		err = json.Unmarshal(text, &manifest)
	}
	if err == nil && len(manifest.Commands) == 0 {
		err = errors.New("it describes no commands")
	}
	if err != nil {
		return manifest, fmt.Errorf("%s describe: %w", path, err)
	}
	for i, command := range manifest.Commands {
		manifest.Commands[i].Unknown = command.unknownOutcome()
	}
	return manifest, nil
}

// Find returns the command of a name in any of the spellings that the plugin takes. One
// that is not known is the plugin's to refuse; it counts as one that changes something.
func (m Manifest) Find(name string) About {
	for _, command := range m.Commands {
		if Plain(command.Key) == Plain(name) {
			return command
		}
	}
	return About{Key: name, Title: name}
}

// Plain is a name without what does not matter in it: case, spaces, hyphens and underscores.
func Plain(name string) string {
	return strings.NewReplacer(" ", "", "-", "", "_", "").Replace(strings.ToLower(name))
}
