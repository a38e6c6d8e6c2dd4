package cli

import (
	"context"
	"encoding/json"
	"io"
	"net/http"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/redact"
	"tenableio/internal/request"
)

type validation struct {
	Valid    bool            `json:"valid"`
	Command  string          `json:"command,omitempty"`
	Requests []plannedCall   `json:"requests"` // the calls that the command would begin with
	Error    *validationFail `json:"error,omitempty"`
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
	t := task{redactor: new(redact.Redactor)}
	v := validation{Requests: []plannedCall{}}
	calls, err := p.plan(ctx, &t)
	v.Requests = append(v.Requests, calls...)
	if t.schema != nil {
		v.Command = t.title
	}
	if err != nil {
		f := fault.From(err)
		message := fault.Fill(f.Message, f.Quotes, t.redactor.Quote)
		v.Error = &validationFail{StatusCode: f.Status, Message: t.redactor.Text(message), Hint: t.redactor.Text(f.Hint)}
	}
	v.Valid = v.Error == nil
	p.stdout = redactedJSON{p.stdout, t.redactor}
	if status := p.printJSON(ctx, v); status != exitOK || v.Valid {
		return status
	}
	return exitFailed
}

// redactedJSON passes whole JSON texts on without the secrets.
type redactedJSON struct {
	io.Writer
	redactor *redact.Redactor
}

// Write takes one JSON text.
func (r redactedJSON) Write(text []byte) (int, error) {
	if err := r.redactor.WriteJSON(r.Writer, text); err != nil {
		return 0, err
	}
	return len(text), nil
}

// plan prepares a task and returns the calls that it would begin with, its secret
// inputs masked.
func (p process) plan(ctx context.Context, t *task) ([]plannedCall, error) {
	if err := t.understand(ctx, p.fromStdin, request.Decode); err != nil {
		return nil, err
	}
	if err := t.accept(); err != nil {
		return nil, err
	}
	execute, err := t.command.Bind(t.schema, t.schema.Masked(t.inputs))
	if err != nil {
		return nil, err
	}
	return p.rehearse(ctx, execute, t.params, t.options)
}

// rehearse carries a command out on a transport that goes nowhere. Where that makes no
// call, the handler itself refused an input, which is the error.
func (p process) rehearse(
	ctx context.Context, execute command.Bound, params connection.Params, options request.Options,
) ([]plannedCall, error) {
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
