package command

import (
	"tenableio/internal/fault"
	"tenableio/internal/wire"
)

// FailsAll reports whether the failure of one item would be that of every other item
// too: the keys are refused, a rate limit outlasts the repeats, or the run ends.
func FailsAll(f *fault.Error) bool {
	switch f.Category {
	case fault.Auth, fault.Permission, fault.RateLimited, fault.Cancelled:
		return true
	}
	return false
}

// NotTried returns the failure of an item that was skipped because another one failed.
func NotTried(earlier *fault.Error) *fault.Error {
	f := earlier.WithMessage("Not tried, because of an earlier failure: %s", earlier.Message)
	f.OutcomeUnknown = false
	return f
}

// EndedEarly reports whether a status is that of an export or a task which ended before it was finished: one of
// Tenable's own words, or another for the same.
func EndedEarly(status wire.Text) bool {
	switch status.Word() {
	case "error", "failed", "canceled", "cancelled", "aborted", "stopped", "expired":
		return true
	}
	return false
}

// Reason returns the reason that Tenable gave for a failure, or says that there is none.
func Reason(message wire.Text) wire.Text {
	if message == "" {
		return "Tenable gave no reason."
	}
	return message
}
