package pattern

import "testing"

func TestLazy(t *testing.T) {
	digits := Lazy(`^[0-9]+$`)
	if !digits().MatchString("32") || digits().MatchString("a") {
		t.Error("the pattern does not match as it stands")
	}
	if first, second := digits(), digits(); first != second {
		t.Error("the pattern is compiled twice")
	}
}
