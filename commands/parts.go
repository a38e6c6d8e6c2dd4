package commands

import (
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
