// Package fault holds the one failure type that every room of the plugin
// speaks: what went wrong, under which status code, whether trying again may
// help, and what to do about it. It knows nothing of connections, schemas
// or the envelope; result turns a fault into the Error tab.
package fault

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Category groups failures by what a playbook does about them.
type Category string

// The categories, a closed set that playbooks branch on.
const (
	Input       Category = "input"
	Auth        Category = "auth"
	Permission  Category = "permission"
	NotFound    Category = "not_found"
	Conflict    Category = "conflict"
	RateLimited Category = "rate_limited"
	Timeout     Category = "timeout"
	NotReady    Category = "not_ready"
	Cancelled   Category = "cancelled"
	Network     Category = "network"
	Upstream    Category = "upstream"
	Internal    Category = "internal"
)

// StatusCancelled is the status code of a run that a signal ended. HTTP has none; it
// is the one that nginx gives a request whose client went away.
const StatusCancelled = 499

// Error is one failure.
type Error struct {
	Status   int // the API's own status code, or the plugin's where no usable answer came
	Category Category
	Message  string   // one line, in the words of the API or the product documentation; no secret
	Quotes   []string // what the message quotes and is too long for it; see Compose
	Hint     string   // what to do next; empty when the message says it all

	Retryable      bool            // the same request may work later
	RetryAfter     time.Duration   // how long the API asked to wait; 0: it did not say
	Foreign        bool            // a gateway or proxy seems to have answered in the API's place
	Duplicate      bool            // refused with 429 because an equal job runs already
	OutcomeUnknown bool            // a state-changing call was sent and no usable answer came
	TooLarge       bool            // the answer is larger than any that is read
	RequestID      string          // names the exchange in Tenable's logs
	Body           json.RawMessage // the API's error body when it was JSON
	Items          []Item          // the parts that failed, when there are several

	Cause error // for the log, never shown in the envelope
}

// Item is one part of a command that failed: an input value, a group, a chunk.
type Item struct {
	Input string // display name of the input, or the kind of part ("Chunk")
	Value string // the value as given; empty for a secret
	Err   *Error
}

// New returns a failure of the given status code, with the category that
// belongs to it. Use it for failures the plugin finds itself. The message quotes texts from
// elsewhere as Quote.
func New(status int, format string, args ...any) *Error {
	message, long := Compose(format, args...)
	return &Error{Status: status, Category: categoryOf(status), Message: message, Quotes: long}
}

// Several returns one failure of the parts that failed, of which there is at least
// one: the messages of all, under the status code of the first.
func Several(items []Item) *Error {
	messages := make([]string, len(items))
	var long []string
	for i, item := range items {
		messages[i] = item.Err.Message
		long = append(long, item.Err.Quotes...)
	}
	first := items[0].Err
	return &Error{
		Status: first.Status, Category: first.Category, Message: strings.Join(messages, " "), Quotes: long, Items: items,
	}
}

// Defect returns a failure of the plugin or its disk: status 500, category internal.
func Defect(format string, args ...any) *Error {
	return New(http.StatusInternalServerError, format, args...).WithStatus(http.StatusInternalServerError, Internal)
}

// The verbs below return a changed copy: a failure that others hold never changes.

// WithHint says what to do next.
func (e *Error) WithHint(format string, args ...any) *Error {
	return e.changed(func(f *Error) { f.Hint = fmt.Sprintf(format, args...) })
}

// WithMessage says in other words what went wrong. They may repeat the message so far, behind
// what they quote themselves.
func (e *Error) WithMessage(format string, args ...any) *Error {
	return e.changed(func(f *Error) {
		message, long := Compose(format, args...)
		f.Message = message
		f.Quotes = slices.Concat(long, f.Quotes)
	})
}

// WithStatus puts the failure under another status code and category.
func (e *Error) WithStatus(status int, category Category) *Error {
	return e.changed(func(f *Error) {
		f.Status = status
		f.Category = category
	})
}

// WithBody keeps the API's JSON that tells of the failure.
func (e *Error) WithBody(body json.RawMessage) *Error {
	return e.changed(func(f *Error) { f.Body = body })
}

// WithCause keeps err for the log.
func (e *Error) WithCause(err error) *Error {
	return e.changed(func(f *Error) { f.Cause = err })
}

// AsRetryable says that the same request may work later.
func (e *Error) AsRetryable() *Error {
	return e.changed(func(f *Error) { f.Retryable = true })
}

// OutcomeUnknown begins the message of a call that may have been carried out.
const OutcomeUnknown = "Outcome unknown: "

// AsRefusal says that the call was not carried out, whatever the status looks like.
func (e *Error) AsRefusal() *Error {
	return e.changed(func(f *Error) {
		f.OutcomeUnknown = false
		f.Message = strings.TrimPrefix(f.Message, OutcomeUnknown)
	})
}

// AsUnknownOutcome says that the call may have been carried out, so that it must not
// simply be made again. What to do about the cause alone would mislead, so that hint goes.
func (e *Error) AsUnknownOutcome() *Error {
	return e.changed(func(f *Error) {
		f.OutcomeUnknown = true
		f.Hint = ""
		f.Retryable = false
		f.RetryAfter = 0
	})
}

// AsTooLarge says that the answer is larger than any that is read.
func (e *Error) AsTooLarge() *Error {
	return e.changed(func(f *Error) { f.TooLarge = true })
}

func (e *Error) changed(change func(*Error)) *Error {
	f := *e
	change(&f)
	return &f
}

func (e *Error) Error() string { return fmt.Sprintf("%s (status %d)", e.Message, e.Status) }

// Unwrap gives errors.Is and errors.As the cause.
func (e *Error) Unwrap() error { return e.Cause }

// From returns the failure that err is or wraps, and nil for nil. Any other error is
// a defect of the plugin: the user reads "internal error", the log gets the cause.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*Error](err); ok {
		return f
	}
	return Defect("Internal error of the plugin; the log on stderr has the details.").WithCause(err)
}

// RetryAfterSeconds is RetryAfter in whole seconds, rounded up: never too early.
func (e *Error) RetryAfterSeconds() int64 {
	return int64((e.RetryAfter + time.Second - 1) / time.Second)
}

// Absent tells whether the API itself said that what was asked for is not there. A
// 404 in the words of a gateway tells nothing of that: the Server URL is wrong.
func (e *Error) Absent() bool {
	return e != nil && e.Status == http.StatusNotFound && !e.Foreign
}

// categoryOf maps a status code to its category.
func categoryOf(status int) Category {
	switch status {
	case http.StatusAccepted:
		return NotReady
	case http.StatusUnauthorized:
		return Auth
	case http.StatusForbidden:
		return Permission
	case http.StatusNotFound:
		return NotFound
	case http.StatusConflict:
		return Conflict
	case http.StatusTooManyRequests:
		return RateLimited
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		return Timeout
	case StatusCancelled:
		return Cancelled
	}
	if status >= 400 && status < 500 {
		return Input
	}
	return Upstream
}
