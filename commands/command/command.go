// Package command is what every handler has: its definition, the environment it works
// in, output files, parts that can fail, progress. It knows no endpoint.
package command

import (
	"context"
	"encoding/json"

	"tenableio/connection"
	"tenableio/result"
	"tenableio/schemas"
)

// Command is one command by its key. Bind is the only way to its handler.
type Command struct {
	Key      string
	NewInput func() any // a new input struct, for the test that holds it to the schema
	bind     func(schema *schemas.Document, inputs map[string]json.RawMessage) (Bound, error)
}

// Bound is a command with its inputs, which were checked; calling it carries it out.
type Bound func(ctx context.Context, env Env) (result.Output, error)

// Env is what a handler works with besides its inputs.
type Env struct {
	Tenable *connection.Client
	Wait    bool // follow an export or a bulk task to its end

	OutputDir      string // where files are written; empty: inline in the envelope
	MaxInlineBytes int64  // the most that the envelope carries of files, before base64
	ChunkWorkers   int    // chunks of an export that are fetched at the same time
	Progress       Progress
	Net            result.Net // over the names that Tenable gives files
}

// Schema loads the command's schema.
func (c Command) Schema() (*schemas.Document, error) { return schemas.Load(c.Key) }

// Bind checks the inputs against the schema and returns the command that uses them. A
// wrong input is a fault of status 400 that names it.
func (c Command) Bind(schema *schemas.Document, inputs map[string]json.RawMessage) (Bound, error) {
	return c.bind(schema, inputs)
}

// Handler carries a command out. What it has put into out when it returns is the
// output of the command, beside an error too: of a failed run the result shows the
// warnings, the files and the items that failed, and no data.
type Handler[In any] func(ctx context.Context, env Env, in In, out *result.Output) error

// Define makes a command of a handler; the generic input type ends here.
func Define[In any](key string, handle Handler[In]) Command {
	return Command{
		Key:      key,
		NewInput: func() any { return new(In) },
		bind: func(schema *schemas.Document, inputs map[string]json.RawMessage) (Bound, error) {
			var in In
			if err := schema.Decode(inputs, &in); err != nil {
				return nil, err
			}
			return func(ctx context.Context, env Env) (out result.Output, err error) {
				err = handle(ctx, env, in, &out)
				return out, err
			}, nil
		},
	}
}
