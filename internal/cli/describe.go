package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"tenableio/commands"
	"tenableio/connection"
	"tenableio/schemas"
)

// manifest is the plugin's description of itself. manifest.yaml is rendered
// from it, without the schemas.
type manifest struct {
	Name        string                 `json:"name"`
	Title       string                 `json:"title"`
	Version     string                 `json:"version"`
	Category    string                 `json:"category"`
	Description string                 `json:"description"`
	License     string                 `json:"license"`
	Connection  []connection.Parameter `json:"connection"`
	Commands    []manifestCommand      `json:"commands"`
}

// manifestCommand is what the schema tells of a command.
type manifestCommand struct {
	Key         string          `json:"key"`
	Title       string          `json:"title"`
	Description string          `json:"description"`
	Role        string          `json:"role"`
	Permission  string          `json:"permission"`
	ReadOnly    bool            `json:"read_only"`
	Calls       []string        `json:"calls"`
	Reference   string          `json:"reference"`
	Returns     string          `json:"returns"`
	Input       json.RawMessage `json:"input,omitempty"`
	Output      json.RawMessage `json:"output,omitempty"`
}

func newManifest() (manifest, error) {
	m := manifest{
		Name:        "tenableio",
		Title:       "Tenable.io",
		Version:     version,
		Category:    "Vulnerability Management",
		Description: "Scans, agents, vulnerabilities and exports of Tenable Vulnerability Management for playbooks.",
		License:     "Apache-2.0",
		Connection:  connection.Parameters(),
	}
	for _, command := range commands.All() {
		schema, err := command.Schema()
		if err != nil {
			return manifest{}, err
		}
		output, err := schema.Output()
		if err != nil {
			return manifest{}, err
		}
		about := schema.Command
		m.Commands = append(m.Commands, manifestCommand{
			Key: command.Key, Title: schema.Title, Description: schema.Description,
			Role: about.Role, Permission: about.Permission, ReadOnly: about.ReadOnly,
			Calls: about.Calls, Reference: about.Reference, Returns: about.Returns,
			Input: schema.Input(), Output: output,
		})
	}
	return m, nil
}

// describe prints the manifest with every command's schemas.
func (p process) describe(context.Context, []string) int {
	m, err := newManifest()
	if err != nil {
		return p.failWith(err)
	}
	return p.printJSON(m)
}

// schema prints one JSON Schema.
func (p process) schema(_ context.Context, arguments []string) int {
	var text json.RawMessage
	var err error
	switch {
	case len(arguments) == 1 && (arguments[0] == "request" || arguments[0] == "result"):
		text, err = schemas.Envelope(arguments[0])
	case len(arguments) == 1:
		text, err = schemaOf(arguments[0], "input")
	case len(arguments) == 2:
		text, err = schemaOf(arguments[0], arguments[1])
	default:
		err = misuse("schema takes a command and then input or output, or the word request or result")
	}
	if err != nil {
		return p.failWith(err)
	}
	return p.print(strings.TrimSpace(string(text)) + "\n")
}

func schemaOf(name, side string) (json.RawMessage, error) {
	document, err := lookupSchema(name)
	if err != nil {
		return nil, err
	}
	switch side {
	case "input":
		return document.Input(), nil
	case "output":
		return document.Output()
	}
	return nil, misuse(fmt.Sprintf("a command has the schemas input and output, not %q", harmless(side)))
}

func lookupSchema(name string) (*schemas.Document, error) {
	command, known := commands.Lookup(name)
	if !known {
		return nil, misuse(unknownCommand(harmless(name)).Message)
	}
	return command.Schema()
}

// sample prints a request that is valid, ready to edit.
func (p process) sample(_ context.Context, arguments []string) int {
	if len(arguments) != 1 {
		return p.misused("sample takes one command")
	}
	document, err := lookupSchema(arguments[0])
	if err != nil {
		return p.failWith(err)
	}
	return p.printJSON(sampleRequest(document))
}

// sampleEnvelope is a request as it is typed, in the order in which it is read.
type sampleEnvelope struct {
	Version    string            `json:"version"`
	Connection map[string]string `json:"connection"`
	Command    string            `json:"command"`
	Inputs     json.RawMessage   `json:"inputs"`
	Options    map[string]any    `json:"options"`
}

func sampleRequest(document *schemas.Document) sampleEnvelope {
	return sampleEnvelope{
		Version: "1",
		Connection: map[string]string{
			"server_url": connection.DefaultServerURL, "api_access_key": "*****", "api_secret_key": "*****",
		},
		Command: document.Title,
		Inputs:  document.Examples[0],
		Options: map[string]any{"timeout_seconds": 120},
	}
}

func (p process) printJSON(v any) int {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		return p.failWith(err)
	}
	return p.print(text.String())
}
