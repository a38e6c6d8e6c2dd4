package command

import (
	"context"
	"slices"
	"strings"

	"tenableio/internal/fault"
	"tenableio/result"
)

// Dedupe drops repeated values of an input and warns of them.
func Dedupe[T ~string](out *result.Output, input string, values []T) []T {
	var kept, repeated []T
	for _, value := range values {
		if slices.Contains(kept, value) {
			repeated = append(repeated, value)
			continue
		}
		kept = append(kept, value)
	}
	if len(repeated) > 0 {
		out.Warn("repeated_value", "%s holds %s more than once; it was used once.", input, Join(repeated))
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

// Items are what a command works on one after the other: groups, assets, the calls of
// a query. An item that fails does not stop the others, unless each of them would
// fail for the same reason.
type Items struct {
	Out     *result.Output
	Stopped *fault.Error // the failure that stopped the command; nil while it goes on
}

// Skip reports whether an item must be skipped because an earlier failure stopped the
// command. A skipped item is a failed one.
func (i *Items) Skip(input, value string) bool {
	if i.Stopped == nil {
		return false
	}
	i.Out.Failed = append(i.Out.Failed, fault.Item{Input: input, Value: value, Err: NotTried(i.Stopped)})
	return true
}

// Fail adds a failed item, and stops the command if the others would fail as well.
func (i *Items) Fail(ctx context.Context, input, value string, f *fault.Error) {
	i.Out.Failed = append(i.Out.Failed, fault.Item{Input: input, Value: value, Err: f})
	if FailsAll(f) || ctx.Err() != nil {
		i.Stopped = f
	}
}
