package cli

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// wrong are values to put in the place of another. The last one, leftOut, takes
// the member, or the whole answer, away.
var wrong = []any{nil, "x", map[string]any{}, []any{}, true, json.Number("1.5"), json.Number("-7"), json.Number("123456789012345678901234567890"), leftOut}

const leftOut = "LEFT-OUT"

// checkShape holds the result of an answer that may be anything to the schemas. Raw
// data is Tenable's, so the golden one takes its place.
func checkShape(t *testing.T, key string, stdout []byte) {
	t.Helper()
	var members, golden map[string]json.RawMessage
	text, err := os.ReadFile(filepath.Join("testdata", key, "ok", "result.json"))
	if err != nil {
		t.Fatal(err)
	}
	for v, text := range map[any][]byte{&members: stdout, &golden: text} {
		if err := json.Unmarshal(text, v); err != nil {
			t.Fatal(err)
		}
	}
	members["raw_data"] = golden["raw_data"]
	text, err = json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	checkEnvelope(t, key, text)
}

// spoiled are copies of a JSON text with n of the wrong values in each place, one at a
// time and other ones from place to place; of a list the first two elements are enough.
func spoiled(t *testing.T, body json.RawMessage, n int) []json.RawMessage {
	t.Helper()
	if len(body) == 0 {
		return nil
	}
	var texts []json.RawMessage
	for place := range places(decode(t, body), func(any) {}) {
		for i := range n {
			root := decode(t, body)
			places(root, func(v any) { root = v })[place](wrong[(place+i*len(wrong)/n)%len(wrong)])
			if root == any(leftOut) {
				texts = append(texts, json.RawMessage{})
				continue
			}
			text, err := json.Marshal(root)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, text)
		}
	}
	return texts
}

// places are functions that replace the value v itself and those inside it, in
// the same order each time.
func places(v any, replace func(any)) []func(any) {
	all := []func(any){replace}
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			all = append(all, places(v[name], func(value any) {
				v[name] = value
				if value == any(leftOut) {
					delete(v, name)
				}
			})...)
		}
	case []any:
		for i := range v[:min(len(v), 2)] {
			all = append(all, places(v[i], func(value any) { v[i] = value })...)
		}
	}
	return all
}
