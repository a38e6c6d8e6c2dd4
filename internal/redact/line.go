package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxLine is the longest message or hint, in bytes.
const MaxLine = 500

// folded is text as one line of valid UTF-8: white space, control characters and those
// that turn the direction of what follows are single spaces.
func folded(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "\uFFFD"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	}), " ")
}

// oneLine makes text fit for the Error tab and the table: folded, and MaxLine bytes at
// most.
func oneLine(text string) string {
	text = folded(text)
	if len(text) <= MaxLine {
		return text
	}
	cut := MaxLine - utf8.RuneLen(ellipsis)
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + string(ellipsis)
}

// OneLine is Text on one line, whole.
func (n Net) OneLine(text string) string { return folded(n.Text(text)) }

// Line is oneLine of a text without the secrets. They go first: of one that is cut in
// the middle, a part would stay.
func (n Net) Line(text string) string { return oneLine(n.Text(text)) }
