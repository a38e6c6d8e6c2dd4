package pattern

import "testing"

func TestLazy(t *testing.T) {
	digits := Lazy(`^[0-9]+$`)
	if !digits().MatchString("32") || digits().MatchString("a") || digits() != digits() {
		t.Error("the pattern is not compiled once, or not as it stands")
	}
}
