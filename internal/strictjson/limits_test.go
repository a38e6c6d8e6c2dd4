package strictjson

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// FAULTS row 133: WithinLimits agrees with CheckAnswer about valid text.
func TestWithinLimits(t *testing.T) {
	for _, text := range []string{
		`{}`, `[]`, `"a"`, `1`, `-0`, `{"a":[1,2.5,-3e10,"\"[[{{"]}`, `"\\"`, `["\\\\","[",{"a\\\"":1}]`,
		strings.Repeat("[", 64) + strings.Repeat("]", 64), strings.Repeat("[", 65) + strings.Repeat("]", 65),
		strings.Repeat(`{"a":`, 64) + "1" + strings.Repeat("}", 64), strings.Repeat(`{"a":`, 65) + "1" + strings.Repeat("}", 65),
		strings.Repeat("1", 32), strings.Repeat("1", 33), "-" + strings.Repeat("1", 31), "[" + strings.Repeat("1", 100_000) + "]",
		"1e308", "1e309", `{"n":1e1000000000}`, "1E-308", "1e-309", "1e99999999999999999999",
		`"` + strings.Repeat("1", 100) + `"`, `"` + strings.Repeat("[", 100) + `"`,
	} {
		if got, want := WithinLimits([]byte(text), 0), CheckAnswer([]byte(text)) == nil; got != want {
			t.Errorf("WithinLimits(%.40q) = %v, and CheckAnswer says %v", text, got, want)
		}
	}
	if deepest := strings.Repeat("[", 63) + strings.Repeat("]", 63); !WithinLimits([]byte(deepest), 1) || WithinLimits([]byte("["+deepest+"]"), 1) {
		t.Error("63 levels inside of one are within the limits, and 64 are not")
	}
}

func FuzzWithinLimits(f *testing.F) {
	f.Add(`{"a":["\"",1e5]}`)
	f.Fuzz(func(t *testing.T, text string) {
		found := scan([]byte(text), len(text), jsontext.AllowInvalidUTF8(true))
		if found != nil && !found.Beyond {
			return // not valid
		}
		if got := WithinLimits([]byte(text), 0); got != (found == nil) {
			t.Errorf("WithinLimits(%q) = %v, and Check finds %v", text, got, found)
		}
	})
}
