package cli

import (
	"context"
	"encoding/json"
	"io"
	"net/http"

	"tenableio/commands"
	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/redact"
	"tenableio/internal/request"
)

// validation is what validate prints.
type validation struct {
	Valid    bool            `json:"valid"`
	Command  string          `json:"command,omitempty"`
	Requests []plannedCall   `json:"requests"` // the calls that the command would begin with
	Error    *validationFail `json:"error,omitempty"`

	secrets []string // which nothing of it may hold
}

// validationFail says why a request is not valid.
type validationFail struct {
	StatusCode int    `json:"status_code"`
	Message    string `json:"message"`
	Hint       string `json:"hint,omitempty"`
}

// plannedCall is a call that would be made, the keys hidden.
type plannedCall struct {
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body,omitempty"`
}

// validate decodes, normalises and checks the request on stdin, and runs its
// handler on a transport that goes nowhere, for the calls it would begin with.
// It exits 0 for a valid request and 1 for one that is not.
func (p process) validate(ctx context.Context, _ []string) int {
	v := validation{Requests: []plannedCall{}}
	err := p.plan(ctx, &v)
	net := redact.NewNet(v.secrets)
	if err != nil {
		f := fault.From(err)
		v.Error = &validationFail{StatusCode: f.Status, Message: net.Text(f.Message), Hint: net.Text(f.Hint)}
	}
	v.Valid = v.Error == nil
	p.stdout = cleaned{p.stdout, net}
	if status := p.printJSON(v); status != exitOK || v.Valid {
		return status
	}
	return exitFailed
}

// plan fills in v, as far as the request is valid; the error says why it is not.
func (p process) plan(ctx context.Context, v *validation) error {
	data, err := request.Read(ctx, p.stdin, request.Patience)
	if err != nil {
		return err
	}
	q, err := request.Decode(data)
	v.secrets = ofUsualLength(secretsOf(data))
	if err != nil {
		return err
	}
	command, known := commands.Lookup(q.Command)
	if !known {
		return unknownCommand(redact.NewNet(v.secrets).Text(q.Command))
	}
	schema, err := command.Schema()
	if err != nil {
		return err
	}
	v.Command = schema.Title
	v.secrets = append(v.secrets, ofUsualLength(schema.Secrets(q.Inputs))...)
	if _, err := command.Bind(schema, q.Inputs); err != nil {
		return err
	}
	params, err := connection.Parse(q.Connection)
	if err != nil {
		return err
	}
	execute, err := command.Bind(schema, schema.Masked(q.Inputs))
	if err != nil {
		return err
	}
	calls, err := p.rehearse(ctx, execute, params, q.Options)
	v.Requests = append(v.Requests, calls...)
	return err
}

// rehearse carries a command out on a transport that goes nowhere. Where that makes no
// call, the handler itself refused an input, which is the error.
func (p process) rehearse(ctx context.Context, execute command.Bound, params connection.Params, options request.Options) ([]plannedCall, error) {
	dry := &dryTransport{}
	client := connection.New(params, connection.Options{UserAgent: userAgent, Transport: dry, Clock: p.clock})
	// No output folder: validate touches no disk either.
	_, err := execute(ctx, command.Env{
		Tenable: client, Wait: options.Wait, MaxInlineBytes: options.MaxInlineBytes, Progress: func(int64, int64, string) {},
	})
	if len(dry.calls) == 0 {
		return nil, err
	}
	return dry.calls, nil
}

// dryTransport notes requests and makes none.
type dryTransport struct{ calls []plannedCall }

// RoundTrip notes r.
func (d *dryTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	call := plannedCall{Method: r.Method, URL: r.URL.String(), Headers: map[string]string{"X-ApiKeys": "[redacted]"}}
	for _, name := range []string{"Accept", "Content-Type", "User-Agent"} {
		if value := r.Header.Get(name); value != "" {
			call.Headers[name] = value
		}
	}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		call.Body = body
	}
	d.calls = append(d.calls, call)
	return nil, fault.New(http.StatusServiceUnavailable, "Nothing is sent by validate.")
}
