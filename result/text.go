package result

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is the longest message or hint, in bytes.
const maxText = 500

// folded is text as one line of valid UTF-8: white space, control characters and those
// that turn the direction of what follows are single spaces.
func folded(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "\uFFFD"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	}), " ")
}

// oneLine makes text fit for the Error tab and the table: folded, and maxText bytes at
// most.
func oneLine(text string) string {
	text = folded(text)
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
