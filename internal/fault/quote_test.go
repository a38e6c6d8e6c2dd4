package fault

import (
	"strings"
	"testing"
)

func TestQuotes(t *testing.T) {
	shorten := func(text string) string { return text[:3] + "…" }
	a, b := strings.Repeat("a", 65), strings.Repeat("b", 65)
	long := New(400, "Unknown %q.", Quote(a))
	for want, f := range map[string]*Error{
		`Unknown "x y".`:                  New(400, "Unknown %q. ", Quote("x\ny")),
		`Unknown "aaa…".`:                 long,
		`In bbb…: Unknown "aaa…".`:        long.WithMessage("In %s: %s", Quote(b), long.Message),
		`Unknown "aaa…". Unknown "bbb…".`: Several([]Item{{Err: long}, {Err: New(400, "Unknown %q.", Quote(b))}}),
		`Something else.`:                 long.WithMessage("Something else."),
		"Unknown \"aaa…\" and x\uFFFCy.":  New(400, "Unknown %q and x\uFFFCy.", Quote(a)),
	} {
		if got := Fill(f.Message, f.Quotes, shorten); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if strings.Contains(f.Message, "aaaa") {
			t.Errorf("%s holds what is too long for it", f.Message)
		}
	}
}
