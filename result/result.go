// Package result is the result envelope: what a command hands back, how the
// status follows from it, and how it is written. It knows nothing of commands,
// HTTP or schemas.
package result

import (
	"encoding/json"
	"slices"
	"strings"

	"tenableio/internal/fault"
	"tenableio/internal/redact"
	"tenableio/internal/spill"
)

// Version is the version of the result envelope.
const Version = "1"

// Status is the Return Data of a command.
type Status string

// The three states of the product documentation.
const (
	Successful          Status = "Successful"
	PartiallySuccessful Status = "Partially Successful"
	Failed              Status = "Failed"
)

// Raw is the API's own JSON: fragments which, one after the other, are one
// JSON value. Fragments keep the pages of a long list as they came, without a
// copy that joins them, and not all of them in memory. Empty Raw is null.
type Raw []spill.Block

// RawOf is JSON that is in memory.
func RawOf(fragments ...json.RawMessage) Raw {
	raw := make(Raw, len(fragments))
	for i, fragment := range fragments {
		raw[i] = spill.InMemory(fragment)
	}
	return raw
}

// Output is what a command's handler returns: facts, not a verdict.
type Output struct {
	RawData     Raw
	ContextData Records
	KeyFields   KeyFields
	Table       Table
	Files       []File
	Warnings    []Warning
	Done        int          // parts that worked, of a command that has parts
	Failed      []fault.Item // parts that did not
}

// NewOutput is an empty output. The redactor lets its table keep the beginnings of long cells
// alone.
func NewOutput(redactor *redact.Redactor) Output { return Output{Table: Table{redactor: redactor}} }

// Warning tells of something that the user may not expect in a result.
type Warning struct {
	Code    string   `json:"code"`
	Message string   `json:"message"`
	Quotes  []string `json:"-"` // those of the message, as in fault.Error
}

// Warn adds a warning to the output. Its message may end in a value that is empty.
func (o *Output) Warn(code, format string, values ...any) {
	message, long := fault.Compose(format, values...)
	o.Warnings = append(o.Warnings, Warning{Code: code, Message: message, Quotes: long})
}

// Unwarn takes back a warning that what was learnt later makes wrong.
func (o *Output) Unwarn(code string) {
	o.Warnings = slices.DeleteFunc(o.Warnings, func(w Warning) bool { return w.Code == code })
}

// Stats say what a run cost.
type Stats struct {
	Requests      int   `json:"requests"`        // HTTP requests sent, repeats included
	Retries       int   `json:"retries"`         // requests that were repeats
	RateLimitedMS int64 `json:"rate_limited_ms"` // milliseconds waited because of 429
	DurationMS    int64 `json:"duration_ms"`     // milliseconds for the whole command
}

// Result is one result envelope; "tenableio schema result" prints its schema.
type Result struct {
	Command  string // display name; the name as given when it is unknown
	Output   Output
	Err      error           // why the command failed as a whole
	Meta     json.RawMessage // the request's, untouched
	Stats    Stats
	Redactor *redact.Redactor // of what the envelope must never hold
}

// Status derives the Return Data: no error and no failed part is Successful,
// some failed parts beside one that worked Partially Successful.
func (r *Result) Status() Status {
	switch {
	case r.Err != nil, len(r.Output.Failed) > 0 && r.Output.Done == 0:
		return Failed
	case len(r.Output.Failed) > 0:
		return PartiallySuccessful
	}
	return Successful
}

// errorTab is the error member, as the envelope prints it.
type errorTab struct {
	FailureIndicator  string         `json:"failure_indicator"`
	StatusCode        int            `json:"status_code"`
	Message           string         `json:"message"`
	Category          fault.Category `json:"category"`
	Retryable         bool           `json:"retryable"`
	RetryAfterSeconds *int64         `json:"retry_after_seconds,omitempty"`
	Hint              string         `json:"hint,omitempty"`
	RequestID         string         `json:"request_id,omitempty"`
	Items             []errorItem    `json:"items,omitempty"`
}

type errorItem struct {
	Input      string `json:"input"`
	Value      string `json:"value"`
	StatusCode int    `json:"status_code"`
	Message    string `json:"message"`
}

// errorTab renders the failure, or nil when there is none.
func (r *Result) errorTab() *errorTab {
	failure, items := r.Failure()
	if failure == nil {
		return nil
	}
	tab := &errorTab{
		FailureIndicator: indicator(r.Redactor.ShortLine(r.Command)),
		StatusCode:       failure.Status,
		Message:          r.Redactor.ShortLine(fault.Fill(failure.Message, failure.Quotes, r.Redactor.Quote)),
		Category:         failure.Category,
		Retryable:        failure.Retryable && !failure.OutcomeUnknown,
		Hint:             r.Redactor.ShortLine(failure.Hint),
		RequestID:        r.Redactor.ShortLine(failure.RequestID),
	}
	if tab.Retryable && failure.RetryAfter > 0 {
		seconds := failure.RetryAfterSeconds()
		tab.RetryAfterSeconds = &seconds
	}
	for _, item := range items {
		tab.Items = append(tab.Items, errorItem{
			Input:      r.Redactor.ShortLine(item.Input),
			Value:      r.Redactor.ShortLine(item.Value),
			StatusCode: item.Err.Status,
			Message:    r.Redactor.ShortLine(fault.Fill(item.Err.Message, item.Err.Quotes, r.Redactor.Quote)),
		})
	}
	return tab
}

// Failure is the error of the whole command or, when only parts failed, of the
// first of them; and the parts that failed.
func (r *Result) Failure() (*fault.Error, []fault.Item) {
	if r.Err != nil {
		f := fault.From(r.Err)
		items := slices.Concat(f.Items, r.Output.Failed)
		return withUnknown(f, items), items
	}
	if len(r.Output.Failed) == 0 {
		return nil, nil
	}
	return withUnknown(r.Output.Failed[0].Err, r.Output.Failed), r.Output.Failed
}

// withUnknown returns f, which stands for all items. If the outcome of one of them is
// unknown, so is that of all: nothing may be repeated before that is looked into.
func withUnknown(f *fault.Error, items []fault.Item) *fault.Error {
	unknown := slices.IndexFunc(items, func(item fault.Item) bool { return item.Err.OutcomeUnknown })
	if unknown < 0 || f.OutcomeUnknown {
		return f
	}
	hint := strings.TrimSpace(f.Hint + " " + items[unknown].Err.Hint)
	return f.AsUnknownOutcome().WithHint("%s", hint)
}

// indicator is the Failure Indicator in the product documentation's words.
func indicator(command string) string {
	switch command {
	case "":
		return "Request failed."
	case "Test Connection":
		return "Test Connection failed. Failed to check the connector."
	}
	return command + " failed."
}
