package fault

import (
	"context"
	"net/http"
	"strings"
)

// TimedOut returns the failure of what did not come in time: status 504, and worth
// another try.
func TimedOut(format string, args ...any) *Error {
	const hint = "Try again later; if it stays, raise options.timeout_seconds " +
		"or check the network between this machine and the server."
	return New(http.StatusGatewayTimeout, format, args...).WithHint(hint).AsRetryable()
}

// Stopped is the failure of a run that a signal or its time limit ended, which is
// the cause of ctx.
func Stopped(ctx context.Context, doing string) *Error {
	f := From(context.Cause(ctx))
	if f.Category == Internal { // a deadline that names no failure as its cause
		f = TimedOut("The time limit was reached.")
	}
	return f.WithMessage("%s (while %s)", strings.TrimSuffix(f.Message, "."), doing)
}
