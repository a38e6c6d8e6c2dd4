package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"tenableio/integrations/child"
	"tenableio/integrations/temporal/envelope"
	"tenableio/integrations/temporal/tenants"
)

// The types of failures that no envelope told. All others have the category of the
// envelope's error as their type.
const (
	UnknownOutcome = "unknown_outcome" // a command that changes something left no envelope
	NoEnvelope     = "no_envelope"     // a command that only reads left none
	NotStarted     = "not_started"     // no process was started
	WorkerStopped  = "worker_stopped"
)

// atOnce is the delay of a retry that need not wait; zero would mean the policy's.
const atOnce = time.Millisecond

// verdict turns a result into what Temporal does next: Successful and Partially
// Successful are results, and Failed is tried again exactly when the envelope says so,
// not before the time that it names.
func verdict(ctx context.Context, result envelope.Result) error {
	if result.ReturnData != envelope.Failed {
		return nil
	}
	problem := result.Problem()
	if cancelled(ctx) && problem.Retryable { // else it ended by itself, or its outcome is unknown
		return temporal.NewCanceledError(result.Error)
	}
	options := temporal.ApplicationErrorOptions{
		NonRetryable:   !problem.Retryable,
		NextRetryDelay: time.Duration(problem.RetryAfter * float64(time.Second)),
		Details:        []any{result.Error},
	}
	if problem.Retryable && workerStops(ctx) {
		options.NextRetryDelay = max(atOnce, options.NextRetryDelay)
		return stopped(options)
	}
	return temporal.NewApplicationErrorWithOptions(Sentence(problem), problem.Category, options)
}

// stopped is the failure of a run for which another worker is needed.
func stopped(options temporal.ApplicationErrorOptions) error {
	return temporal.NewApplicationErrorWithOptions("the worker was stopped; another one goes on", WorkerStopped, options)
}

// cancelled tells whether the workflow does not want the run any more. The SDK ends an
// activity for other reasons too: heartbeats do not arrive, someone pauses it, the worker
// stops. Temporal starts it again when it then fails as cancelled.
func cancelled(ctx context.Context) bool { return temporal.IsCanceledError(context.Cause(ctx)) }

// workerStops tells whether the worker is being stopped.
func workerStops(ctx context.Context) bool {
	select {
	case <-activity.GetWorkerStopChannel(ctx):
		return true
	default:
		return false
	}
}

// lost is the failure of a run without a usable envelope. One that only reads is
// tried again. One that changes something is not: its call may have been sent.
func lost(ctx context.Context, command child.About, err error) error {
	if _, never := errors.AsType[*child.NotStartedError](err); never {
		return temporal.NewApplicationErrorWithOptions(err.Error(), NotStarted, temporal.ApplicationErrorOptions{
			Details: []any{Problem(command.Title, 500, "internal", err.Error(), "Look at the worker's log.", true)},
		})
	}
	if !command.ReadOnly {
		return Unknown(command, err.Error())
	}
	if cancelled(ctx) {
		return temporal.NewCanceledError()
	}
	return temporal.NewApplicationErrorWithOptions(err.Error(), NoEnvelope, temporal.ApplicationErrorOptions{
		Details: []any{Problem(command.Title, 500, "internal", err.Error(), "Look at the worker's log.", true)},
	})
}

// Unknown is the failure of a command that changes something, when nobody can tell
// whether it did. It is never tried again; the hint says how to find out.
func Unknown(command child.About, why string) error {
	message := "The outcome is unknown: " + why + "."
	problem := Problem(command.Title, 504, "timeout", message, command.Unknown, false)
	options := temporal.ApplicationErrorOptions{NonRetryable: true, Details: []any{problem}}
	return temporal.NewApplicationErrorWithOptions(message+" "+command.Unknown, UnknownOutcome, options)
}

// refusal is the failure of a step that was not run.
func refusal(command child.About, err error) error {
	if never, ok := errors.AsType[*child.NotStartedError](err); ok { // the disk
		return lost(context.Background(), child.About{Title: command.Title}, never)
	}
	status, category, hint := 400, "input", ""
	if _, unknown := errors.AsType[*tenants.UnknownError](err); unknown {
		status, category = 404, "not_found"
		hint = "Correct the name of the tenant, or that file; it is read for each run, so that no worker need be restarted."
	}
	message := strings.TrimSuffix(err.Error(), ".") + "."
	return Refused(command.Title, status, category, strings.ToUpper(message[:1])+message[1:], hint)
}

// Refused is a failure that will not go away by itself.
func Refused(title string, status int, category, message, hint string) error {
	options := temporal.ApplicationErrorOptions{
		NonRetryable: true,
		Details:      []any{Problem(title, status, category, message, hint, false)},
	}
	return temporal.NewApplicationErrorWithOptions(strings.TrimSpace(message+" "+hint), category, options)
}

// Problem makes an error object as the plugin's envelope has it. The details of a
// failure are always such a text: what reads them need not know who wrote them.
func Problem(title string, status int, category, message, hint string, retryable bool) json.RawMessage {
	text, _ := json.Marshal(envelope.Error{ // texts and a number have no error
		FailureIndicator: child.FailureIndicator(title), StatusCode: status, Message: message,
		Category: category, Retryable: retryable, Hint: hint,
	})
	return text
}

// Sentence is an error in one line, with what to do.
func Sentence(problem envelope.Error) string {
	text := fmt.Sprintf("%s %s (status %d)", problem.FailureIndicator, problem.Message, problem.StatusCode)
	if problem.Hint != "" {
		text += " " + problem.Hint
	}
	return text
}

// Details are the error object of a failure, as it is; nil where there is none.
func Details(err error) json.RawMessage {
	if failure, ok := errors.AsType[*temporal.ApplicationError](err); ok && failure.HasDetails() {
		var object json.RawMessage
		if failure.Details(&object) == nil {
			return object
		}
	}
	return nil
}
