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

// newMembers are members of answers that neither the specification nor a recording
// has, and where they are told of.
var newMembers = []struct{ call, member, why string }{
	{"GET /vulns/export/status", ".exports[].chunks_", "as in the status of one export"},
	{"GET /scans/{scan_id}", ".comphosts[].", "as hosts, of which they were recorded"},
	{"GET /workbenches/assets/{asset_id}/info", ".info.interfaces", "recorded in 2021, as are the next"},
	{"GET /workbenches/assets/{asset_id}/info", ".info.network_name", "recorded in 2021"},
	{"GET /workbenches/assets/{asset_id}/info", ".info.last_sc", "recorded in 2021"},
	{"GET /workbenches/assets/{asset_id}/info", ".info.security_protection", "recorded in 2021"},
	{"GET /workbenches/assets/{asset_id}/info", ".info.exposure_confidence_value", "recorded in 2021"},
	{"GET /workbenches/assets/{asset_id}/info", ".info.bigfix_asset_id", "recorded in 2021"},
}

// recordedOf are calls whose answers have the members that were recorded of another.
var recordedOf = map[string]string{
	"POST /filters/workbenches/vulnerabilities":                           "GET /filters/workbenches/vulnerabilities",
	"GET /filters/workbenches/assets":                                     "GET /filters/workbenches/vulnerabilities",
	"POST /filters/workbenches/assets":                                    "GET /filters/workbenches/vulnerabilities",
	"GET /filters/scans/reports":                                          "GET /filters/workbenches/vulnerabilities",
	"GET /workbenches/assets/{asset_id}/vulnerabilities/{plugin_id}/info": "GET /workbenches/vulnerabilities/{plugin_id}/info",
}

// checkMembers finds members of an answer that no document has: neither the schema
// nor a recording of the same call, and the list above does not explain them.
func checkMembers(t testing.TB, call string, schema *openapi3.SchemaRef, value any) error {
	t.Helper()
	var unknown []string
	known := recordedMembers(t)[cmp.Or(recordedOf[call], call)]
	explained := func(member string) bool {
		for _, n := range newMembers {
			if n.call == call && strings.HasPrefix(member, n.member) {
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
			_, path := findOperation(readOnce(t), r.Request.Method, r.Request.Path)
			call := r.Request.Method + " " + path
			if recorded.members[call] == nil {
				recorded.members[call] = map[string]map[string]bool{}
			}
			maps.Copy(recorded.members[call], Shape(t, r.Response.Body))
		}
	})
	return recorded.members
}
