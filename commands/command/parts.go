package command

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tenableio/internal/fault"
	"tenableio/internal/wire"
	"tenableio/result"
)

// Once drops repeated values of an input, and says so.
func Once[T ~string](out *result.Output, input string, values []T) []T {
	var kept, repeated []T
	for _, value := range values {
		if slices.Contains(kept, value) {
			repeated = append(repeated, value)
			continue
		}
		kept = append(kept, value)
	}
	if len(repeated) > 0 {
		out.Warn("repeated_value", fmt.Sprintf("%s holds %s more than once; it was used once.", input, Join(repeated)))
	}
	return kept
}

// Join lists values in a message.
func Join[T ~string](values []T) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = string(value)
	}
	return strings.Join(texts, ", ")
}

// Series is the parts of a command that are carried out one after the other: groups,
// assets, the calls of a query. A part that fails does not stop the others, unless each
// of them would meet the same.
type Series struct {
	Out *result.Output
	End *fault.Error // why no other part is tried; nil: they are
}

// Skips tells whether a part is not to be tried any more, and makes it a failed one
// then.
func (s *Series) Skips(input, value string) bool {
	if s.End == nil {
		return false
	}
	s.Out.Failed = append(s.Out.Failed, fault.Item{Input: input, Value: value, Err: NotTried(s.End)})
	return true
}

// Fail makes a part a failed one.
func (s *Series) Fail(ctx context.Context, input, value string, f *fault.Error) {
	s.Out.Failed = append(s.Out.Failed, fault.Item{Input: input, Value: value, Err: f})
	if StopsAll(f) || ctx.Err() != nil {
		s.End = f
	}
}

// StopsAll tells a failure of one part that every other part would meet too: the
// keys are refused, a rate limit outlasts the repeats, or the run ends.
func StopsAll(f *fault.Error) bool {
	switch f.Category {
	case fault.Auth, fault.Permission, fault.RateLimited, fault.Cancelled:
		return true
	}
	return false
}

// NotTried is the failure of a part that was left out after such a failure.
func NotTried(end *fault.Error) *fault.Error {
	f := *end
	f.OutcomeUnknown = false
	f.Message = "Not tried, because of an earlier failure: " + end.Message
	return &f
}

// Reason is what Tenable gave for a failure, or that it gave none.
func Reason(message wire.Text) wire.Text {
	if message == "" {
		return "Tenable gave no reason."
	}
	return message
}
