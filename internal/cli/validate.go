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
	if status := p.print(ctx, string(t.redactor.JSON(indented(v)))); status != exitOK || v.Valid {
		return status
	}
	return exitFailed
}

// plan prepares a task and carries it out on a transport that goes nowhere, its secret inputs masked. It returns the
// calls that it would begin with. Where there is none, the handler itself refused an input, which is the error.
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
	dry := &dryTransport{}
	// No output folder: validate touches no disk either.
	_, err = execute(ctx, command.Env{
		Tenable:        connection.New(t.params, connection.Options{UserAgent: userAgent, Transport: dry, Clock: p.clock}),
		Wait:           t.options.Wait,
		MaxInlineBytes: t.options.MaxInlineBytes,
		Progress:       func(int64, int64, string) {},
		Doing:          func(string) func() { return func() {} },
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
