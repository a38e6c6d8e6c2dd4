package result

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is the longest message or hint, in bytes.
const maxText = 500

// oneLine makes text fit for the Error tab and the table: valid UTF-8, white space,
// control characters and those that turn the direction of what follows folded into
// single spaces, maxText bytes at most.
func oneLine(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	}), " ")
	if len(text) <= maxText {
		return text
	}
	cut := maxText - utf8.RuneLen(ellipsis)
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + string(ellipsis)
}

// YesNo is a boolean as an analyst reads it.
func YesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// Counted is a number of things: 1 run, 2 runs.
func Counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprint(n, " ", thing)
}
