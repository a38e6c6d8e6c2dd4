// Package command is what every handler has: its definition, the environment it works
// in, output files, parts that can fail, progress. It knows no endpoint.
package command

import (
	"context"
	"encoding/json"
	"io"
	"sync"

	"tenableio/connection"
	"tenableio/internal/redact"
	"tenableio/result"
	"tenableio/schemas"
)

// Command is one command by its key. Bind is the only way to its handler.
type Command struct {
	Key      string
	NewInput func() any // returns a new input struct, which a test compares with the schema

	// Schema returns the schema of the command, which is read once.
	Schema func() *schemas.Document

	// Bind checks the inputs against the schema and returns the command that uses them. A
	// wrong input is a fault of status 400 that names it.
	Bind func(schema *schemas.Document, inputs map[string]json.RawMessage) (Bound, error)
}

// Bound is a command with its checked inputs. A call carries it out.
type Bound func(ctx context.Context, env Env) (result.Output, error)

// Env is what a handler works with besides its inputs.
type Env struct {
	Tenable *connection.Client
	Wait    bool // an export or a bulk task is followed to its end

	OutputDir      string // the folder for files; empty: the envelope carries them
	MaxInlineBytes int64  // how many bytes of files the envelope carries, before base64
	ChunkWorkers   int    // how many chunks of an export are fetched at the same time
	Progress       Progress
	Doing          func(what string) (done func()) // never nil; notes what may hang, for the case that it does
	Redactor       *redact.Redactor                // shortens texts, and cleans the names that Tenable gives files
}

// Handler carries a command out. Whatever it has put into out when it returns is the
// output of the command, also if it returns an error. The result of a failed command
// shows the warnings, the files and the failed items of that output, and no data.
type Handler[In any] func(ctx context.Context, env Env, in In, out *result.Output) error

// Define makes a command of its key and its handler.
func Define[In any](key string, handle Handler[In]) Command {
	return Command{
		Key:      key,
		NewInput: func() any { return new(In) },
		Schema:   sync.OnceValue(func() *schemas.Document { return schemas.Load(key) }),
		Bind: func(schema *schemas.Document, inputs map[string]json.RawMessage) (Bound, error) {
			var in In
			if err := schema.Decode(inputs, &in); err != nil {
				return nil, err
			}
			return func(ctx context.Context, env Env) (result.Output, error) {
				out := result.NewOutput(env.Redactor)
				err := handle(ctx, env, in, &out)
				return out, err
			}, nil
		},
	}
}

// Progress reports how far a long run is: done of total, in a unit such as "chunks".
// A total of 0 or less is not known. Progress may be called often and by several
// goroutines. An Env always has one.
type Progress func(done, total int64, unit string)

// ProgressReader reports how many bytes were read through it.
type ProgressReader struct {
	From     io.Reader
	Total    int64 // bytes; -1 if not known
	done     int64
	Progress Progress
}

func (r *ProgressReader) Read(p []byte) (int, error) {
	n, err := r.From.Read(p)
	r.done += int64(n)
	r.Progress(r.done, r.Total, "bytes")
	return n, err
}
