package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tenableio/internal/fault"
	"tenableio/result"
)

// once drops repeated values of an input, and says so.
func once[T ~string](out *result.Output, input string, values []T) []T {
	var kept, repeated []T
	for _, value := range values {
		if slices.Contains(kept, value) {
			repeated = append(repeated, value)
			continue
		}
		kept = append(kept, value)
	}
	if len(repeated) > 0 {
		out.Warn("repeated_value", fmt.Sprintf("%s holds %s more than once; it was used once.", input, join(repeated)))
	}
	return kept
}

func join[T ~string](values []T) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = string(value)
	}
	return strings.Join(texts, ", ")
}

// series is the parts of a command that are carried out one after the other: groups,
// assets, the calls of a query. A part that fails does not stop the others, unless each
// of them would meet the same.
type series struct {
	out *result.Output
	end *fault.Error // why no other part is tried; nil: they are
}

// skips tells whether a part is not to be tried any more, and makes it a failed one
// then.
func (s *series) skips(input, value string) bool {
	if s.end == nil {
		return false
	}
	s.out.Failed = append(s.out.Failed, fault.Item{Input: input, Value: value, Err: notTried(s.end)})
	return true
}

// fail makes a part a failed one.
func (s *series) fail(ctx context.Context, input, value string, f *fault.Error) {
	s.out.Failed = append(s.out.Failed, fault.Item{Input: input, Value: value, Err: f})
	if stopsAll(f) || ctx.Err() != nil {
		s.end = f
	}
}

// stopsAll tells a failure of one part that every other part would meet too: the
// keys are refused, a rate limit outlasts the repeats, or the run ends.
func stopsAll(f *fault.Error) bool {
	switch f.Category {
	case fault.Auth, fault.Permission, fault.RateLimited, fault.Cancelled:
		return true
	}
	return false
}

// notTried is the failure of a part that was left out after such a failure.
func notTried(end *fault.Error) *fault.Error {
	f := *end
	f.OutcomeUnknown = false
	f.Message = "Not tried, because of an earlier failure: " + end.Message
	return &f
}
