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
	var text json.RawMessage
	var err error
	switch {
	case len(arguments) == 1 && (arguments[0] == "request" || arguments[0] == "result"):
		text = schemas.Envelope(arguments[0])
	case len(arguments) == 1:
		text, err = schemaOf(arguments[0], "input")
	case len(arguments) == 2:
		text, err = schemaOf(arguments[0], arguments[1])
	default:
		err = misused("schema takes a command and then input or output, or the word request or result")
	}
	if err != nil {
		return p.failWith(err)
	}
	return p.print(ctx, strings.TrimSpace(string(text))+"\n")
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
		return document.Output(), nil
	}
	return nil, misused("a command has the schemas input and output, not %q", harmless(side))
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
