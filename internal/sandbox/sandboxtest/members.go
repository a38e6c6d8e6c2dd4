package sandboxtest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// checkMembers finds members of an answer that no document has: neither the schema
// nor a recording of the same call, and amendments.json does not explain them.
func checkMembers(t testing.TB, call string, schema *openapi3.SchemaRef, value any) error {
	t.Helper()
	var unknown []string
	known := recordedMembers(t)[cmp.Or(amended().RecordedOf[call], call)]
	explained := func(member string) bool {
		for _, n := range amended().Members {
			if n.Call == call && strings.HasPrefix(member, n.Member) {
				return true
			}
		}
		return false
	}
	findUnknown(schema.Value, value, "", func(member string) {
		if known[member] == nil && !explained(member) && !slices.Contains(unknown, member) {
			unknown = append(unknown, member)
		}
	})
	if len(unknown) > 0 {
		slices.Sort(unknown)
		return fmt.Errorf("the specification has no member %s", strings.Join(unknown, ", "))
	}
	return nil
}

// findUnknown reports members that the schema lacks. A schema without any says
// nothing of them, and is open.
func findUnknown(schema *openapi3.Schema, value any, at string, report func(member string)) {
	switch v := value.(type) {
	case []any:
		if schema.Items == nil {
			return
		}
		for _, item := range v {
			findUnknown(schema.Items.Value, item, at+"[]", report)
		}
	case map[string]any:
		for _, other := range slices.Concat(schema.AllOf, schema.AnyOf, schema.OneOf) {
			findUnknown(other.Value, value, at, report)
		}
		if len(schema.Properties) == 0 {
			return
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if member := schema.Properties[name]; member != nil {
				findUnknown(member.Value, v[name], at+"."+name, report)
			} else {
				report(at + "." + name)
			}
		}
	}
}

var recorded struct {
	once    sync.Once
	members map[string]map[string]map[string]bool // by call: the shape of what was recorded of it
}

// recordedMembers reads the recordings once.
func recordedMembers(t testing.TB) map[string]map[string]map[string]bool {
	t.Helper()
	recorded.once.Do(func() {
		recorded.members = map[string]map[string]map[string]bool{}
		for _, r := range ReadRecordings(t) {
			_, path := readOnce(t).find(r.Request.Method, r.Request.Path)
			call := r.Request.Method + " " + path
			if recorded.members[call] == nil {
				recorded.members[call] = map[string]map[string]bool{}
			}
			maps.Copy(recorded.members[call], Shape(t, r.Response.Body))
		}
	})
	return recorded.members
}
