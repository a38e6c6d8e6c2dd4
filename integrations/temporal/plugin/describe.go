package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
)

// Command is what the plugin says of one of its commands.
type Command struct {
	Key      string
	Title    string
	ReadOnly bool
	Unknown  string // what to do when nobody knows what became of it
}

// Commands are the plugin's commands by their keys.
type Commands map[string]Command

// Describe asks the plugin for its commands.
func (p Plugin) Describe(ctx context.Context) (Commands, error) {
	text, err := exec.CommandContext(ctx, p.Path, "describe").Output()
	if err != nil {
		return nil, fmt.Errorf("%s describe: %w", p.Path, err)
	}
	var manifest struct {
		Commands []struct {
			Key      string `json:"key"`
			Title    string `json:"title"`
			ReadOnly bool   `json:"read_only"`
			Input    struct {
				Command struct {
					Hints map[string]string `json:"hints"`
				} `json:"x-command"`
			} `json:"input"`
		} `json:"commands"`
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return nil, fmt.Errorf("%s describe: %w", p.Path, err)
	}
	commands := Commands{}
	for _, c := range manifest.Commands {
		hint := c.Input.Command.Hints["unknown_outcome"]
		commands[c.Key] = Command{Key: c.Key, Title: c.Title, ReadOnly: c.ReadOnly, Unknown: hint}
	}
	if len(commands) == 0 {
		return nil, fmt.Errorf("%s describe: no commands", p.Path)
	}
	return commands, nil
}

// Find returns the command of a name in any of the spellings that the plugin takes.
// One that is not known counts as one that changes something.
func (c Commands) Find(name string) Command {
	for _, command := range c {
		if Plain(command.Key) == Plain(name) {
			return command
		}
	}
	return Command{Title: name}
}

// Plain is a name without what does not matter in it: case, spaces, hyphens and underscores.
func Plain(name string) string {
	return strings.NewReplacer(" ", "", "-", "", "_", "").Replace(strings.ToLower(name))
}
