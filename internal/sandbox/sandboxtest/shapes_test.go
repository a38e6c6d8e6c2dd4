package sandboxtest

import "testing"

func TestCompareShapesFindsDifferences(t *testing.T) {
	const was = `{"a":[{"b":1,"c":null}],"d":{"e":"x"},"f":[]}`
	for answered, want := range map[string]bool{
		was: true,
		`{"a":[{"b":2.5,"c":"x"}],"d":{"e":"y"},"f":[{"any":1}]}`: true,
		`{"a":[],"d":null,"f":[]}`:                                true,
		`{"a":[{"b":1}],"d":{"e":"x"},"f":[]}`:                    false, // c is missing
		`{"a":[{"b":"1","c":1}],"d":{"e":"x"},"f":[]}`:            false, // b has another type
		`{"a":[{"b":1,"c":1,"g":1}],"d":{"e":"x"},"f":[]}`:        false, // g is new
		`{"a":[],"f":[]}`:                                         false, // d is missing
	} {
		quiet := &counter{TB: t}
		CompareShapes(quiet, []byte(was), []byte(answered))
		if (quiet.errors == 0) != want {
			t.Errorf("%s: %d differences", answered, quiet.errors)
		}
	}
}

// counter counts errors in the place of failing.
type counter struct {
	testing.TB
	errors int
}

func (c *counter) Errorf(string, ...any) { c.errors++ }
