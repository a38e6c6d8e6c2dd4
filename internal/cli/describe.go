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

// describe prints the manifest with every command's schemas.
func (p process) describe(ctx context.Context, _ []string) int {
	return p.printJSON(ctx, newManifest())
}

func (p process) schema(ctx context.Context, arguments []string) int {
	text, err := schemaOf(arguments)
	if err != nil {
		return p.failWith(err)
	}
	return p.print(ctx, strings.TrimSpace(string(text))+"\n")
}

func schemaOf(arguments []string) (json.RawMessage, error) {
	if len(arguments) == 0 {
		return nil, misused("schema takes a command and then input or output, or the word request or result")
	}
	name := arguments[0]
	if len(arguments) == 1 && (name == "request" || name == "result") {
		return schemas.Envelope(name), nil
	}
	document, err := lookupSchema(name)
	switch {
	case err != nil:
		return nil, err
	case len(arguments) == 1 || arguments[1] == "input":
		return document.Input(), nil
	case arguments[1] == "output":
		return document.Output(), nil
	}
	return nil, misused("a command has the schemas input and output, not %q", harmless(arguments[1]))
}

func lookupSchema(name string) (*schemas.Document, error) {
	command, known := commands.Lookup(name)
	if !known {
		return nil, misuse{unknownCommand(string(harmless(name)))}
	}
	return command.Schema(), nil
}

// sample prints a request that is valid, ready to edit.
func (p process) sample(ctx context.Context, arguments []string) int {
	if len(arguments) != 1 {
		return p.misused("sample takes one command")
	}
	document, err := lookupSchema(arguments[0])
	if err != nil {
		return p.failWith(err)
	}
	const form = `{"version": "1",
		"connection": {"api_access_key": "*****", "api_secret_key": "*****", "server_url": %q},
		"command": %q, "inputs": %s, "options": {"timeout_seconds": 120}}`
	request := fmt.Sprintf(form, connection.DefaultServerURL, document.Title, document.Examples[0])
	return p.printJSON(ctx, json.RawMessage(request))
}

func (p process) printJSON(ctx context.Context, v any) int { return p.print(ctx, string(indented(v))) }

// indented is the JSON of what holds nothing that could have none.
func indented(v any) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		panic(err)
	}
	return text.Bytes()
}
