package cli

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"tenableio/internal/canned"
)

// wrong are values to put in the place of another. The last one, leftOut, takes
// the member, or the whole answer, away.
var wrong = []any{nil, "x", map[string]any{}, []any{}, true, json.Number("1.5"), json.Number("-7"), json.Number("123456789012345678901234567890"), leftOut}

const leftOut = "LEFT-OUT"

// TestWrongShapes holds what comes of wrong values to the schemas, as
// TestMutatedAnswers does not: two values in each place are enough for it. The
// answer is called Tenable's fault, never a defect of the plugin.
func TestWrongShapes(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/*/ok/exchanges.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	count := 0
	for _, name := range names {
		folder := filepath.Dir(name)
		key := filepath.Base(filepath.Dir(folder))
		t.Run(key, func(t *testing.T) {
			request, err := os.ReadFile(filepath.Join(folder, "request.json"))
			if err != nil {
				t.Fatal(err)
			}
			good, err := canned.Load(name)
			if err != nil {
				t.Fatal(err)
			}
			for i := range good {
				for _, body := range spoiled(t, good[i].Response.Body, 2) {
					exchanges := slices.Clone(good)
					exchanges[i].Response.Body = body
					stdout, _ := runCase(t, request, canned.NewPlayer(exchanges))
					checkSpoiled(t, key, folder, stdout)
					count++
					if t.Failed() {
						t.Fatalf("exchange %d with %.2000s\ngave %.2000s", i+1, body, stdout)
					}
				}
			}
		})
	}
	t.Logf("%d answers", count)
}

// checkSpoiled holds what must hold of a result whatever the answer was. Raw data
// is Tenable's, so its schema is not asked.
func checkSpoiled(t *testing.T, key, folder string, stdout []byte) {
	t.Helper()
	var result envelope
	var members, golden map[string]json.RawMessage
	text, err := os.ReadFile(filepath.Join(folder, "result.json"))
	if err != nil {
		t.Fatal(err)
	}
	for v, text := range map[any][]byte{&result: stdout, &members: stdout, &golden: text} {
		if err := json.Unmarshal(text, v); err != nil {
			t.Fatal(err)
		}
	}
	if result.Error != nil && result.Error.StatusCode == 500 {
		t.Error("the answer is called a defect of the plugin")
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
