package sandboxtest

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// Shape lists the members of a JSON document, such as "scans[].id", with the
// types that each has.
func Shape(t testing.TB, document []byte) map[string]map[string]bool {
	t.Helper()
	var value any
	if err := json.Unmarshal(document, &value); err != nil {
		t.Fatalf("%.200s: %v", document, err)
	}
	members := map[string]map[string]bool{}
	addShape(value, "", members)
	return members
}

func addShape(value any, at string, members map[string]map[string]bool) {
	kind := "null"
	switch v := value.(type) {
	case map[string]any:
		kind = "object"
		for name, member := range v {
			addShape(member, at+"."+name, members)
		}
	case []any:
		kind = "array"
		for _, item := range v {
			addShape(item, at+"[]", members)
		}
	case string:
		kind = "string"
	case bool:
		kind = "boolean"
	case float64:
		kind = "number"
	}
	if members[at] == nil {
		members[at] = map[string]bool{}
	}
	members[at][kind] = true
}

// CompareShapes holds an answer to a recorded one, both ways: each member that
// was recorded is answered, nothing else is but the members named as newer, and
// the types agree. Null agrees with all, and a list may be empty in one of them.
func CompareShapes(t testing.TB, recorded, answered []byte, newer ...string) {
	t.Helper()
	was := Shape(t, recorded)
	is := Shape(t, answered)
	for _, member := range slices.Sorted(maps.Keys(was)) {
		if is[member] == nil && !insideEmpty(member, is) {
			t.Errorf("%s was recorded and is not answered", member)
		} else if is[member] != nil && !agree(was[member], is[member]) {
			t.Errorf("%s was %v and is %v", member, was[member], is[member])
		}
	}
	for _, member := range slices.Sorted(maps.Keys(is)) {
		known := slices.ContainsFunc(newer, func(n string) bool { return strings.HasPrefix(member, n) })
		if was[member] == nil && !insideEmpty(member, was) && !known {
			t.Errorf("%s is answered and was not recorded", member)
		}
	}
}

// insideEmpty says whether the member is inside of something that is null or an
// empty list wherever it occurs.
func insideEmpty(member string, members map[string]map[string]bool) bool {
	for i := range member {
		outer := members[member[:i]]
		if outer["null"] && len(outer) == 1 {
			return true
		}
		if strings.HasPrefix(member[i:], "[]") && outer != nil && members[member[:i]+"[]"] == nil {
			return true
		}
	}
	return false
}

func agree(a, b map[string]bool) bool {
	for kind := range a {
		if kind == "null" || b["null"] || b[kind] {
			return true
		}
	}
	return false
}
