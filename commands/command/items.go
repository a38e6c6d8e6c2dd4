package command

import (
	"context"
	"net/netip"
	"strings"

	"tenableio/internal/fault"
	"tenableio/result"
)

// Dedupe drops repeated values of an input and warns of them.
func Dedupe[T ~string](out *result.Output, input string, values []T) []T {
	return dedupe(out, input, values, func(value T) string { return string(value) })
}

// DedupeHosts is Dedupe for hosts, which have several spellings: WEB-01 and web-01, 2001:db8::1 and 2001:DB8:0::1.
func DedupeHosts(out *result.Output, input string, hosts []string) []string {
	return dedupe(out, input, hosts, func(host string) string {
		if address, err := netip.ParseAddr(strings.TrimSuffix(host, "/32")); err == nil {
			return address.Unmap().String()
		}
		return strings.ToLower(host)
	})
}

func dedupe[T ~string](out *result.Output, input string, values []T, meaning func(T) string) []T {
	var kept, repeated []T
	seen := map[string]bool{}
	for _, value := range values {
		key := meaning(value)
		if seen[key] {
			repeated = append(repeated, value)
			continue
		}
		seen[key] = true
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
