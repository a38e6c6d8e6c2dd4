package cli

import (
	"context"
	"encoding/json"

	"tenableio/commands"
	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/redact"
	"tenableio/internal/request"
	"tenableio/schemas"
)

// task is a request before its first call. If the request is refused, the task holds the
// part that was understood: the result shows its title and meta.
type task struct {
	redactor   *redact.Redactor // knows the secrets of the request from the first moment on
	exposed    string           // the file of the connection, where other users may read it
	title      string           // the command's display name; as given when it is unknown
	meta       json.RawMessage
	command    command.Command
	schema     *schemas.Document // nil: the command is unknown
	inputs     map[string]json.RawMessage
	options    request.Options
	connection map[string]json.RawMessage
	params     connection.Params
	execute    command.Bound
}

// source is where the text of a request comes from. It may give the task its title, for
// the result of a request whose text cannot be had.
type source func(ctx context.Context, t *task) ([]byte, error)

// decoder reads the text of a request.
type decoder func(text []byte) (request.Request, error)

// understand is the first half of what run, check and validate do before a call: read, hide
// the secrets, decode, look up. The first step that fails ends it.
func (t *task) understand(ctx context.Context, read source, decode decoder) error {
	text, err := read(ctx, t)
	if err != nil {
		return err
	}
	// The secrets in it are hidden before anything of it can be refused, and the one that the environment may hold.
	secrets := redact.InRequest(text, connection.SecretParameters())
	t.redactor.Hide(append(secrets, redact.Password(connection.EnvironmentProxy()))...)
	q, refused := decode(text)
	unknown := t.lookUp(q) // also of what is refused: the result names the command
	if refused != nil {
		return refused
	}
	if unknown != nil {
		return unknown
	}
	t.options = q.Options
	t.connection = q.Connection
	return nil
}

// accept follows understand: it binds the inputs and parses the connection. It reads what the connection names on the
// disk.
func (t *task) accept() (err error) {
	if t.execute, err = t.command.Bind(t.schema, t.inputs); err != nil {
		return err
	}
	t.params, err = connection.Parse(t.connection)
	return err
}

// lookUp finds the command of a request, and hides the secrets among its inputs.
func (t *task) lookUp(q request.Request) error {
	t.title = t.redactor.Quote(q.Command)
	t.meta = q.Meta
	t.inputs = q.Inputs
	found, known := commands.Lookup(q.Command)
	if !known {
		return unknownCommand(q.Command)
	}
	t.command = found
	t.schema = found.Schema()
	t.title = t.schema.Title
	t.redactor.Hide(t.schema.Secrets(q.Inputs)...)
	return nil
}

// fromStdin is the source of a request on stdin.
func (p process) fromStdin(ctx context.Context, _ *task) ([]byte, error) {
	return request.Read(ctx, p.stdin, request.Patience)
}
