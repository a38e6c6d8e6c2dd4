package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxShortLine is the length of the longest message, hint or cell, in bytes.
const MaxShortLine = 500

// Line is a text without the secrets as one line of valid UTF-8: white space, control
// characters and those that turn the direction of what follows are single spaces.
func (r *Redactor) Line(text string) string { return line(r.Text(text)) }

// NameLine is Name as one line.
func (r *Redactor) NameLine(name string) string { return line(r.Name(name)) }

func line(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	return strings.Join(strings.FieldsFunc(text, func(c rune) bool {
		return unicode.IsSpace(c) || unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c)
	}), " ")
}

// ShortLine is Line, cut to MaxShortLine. The secrets go before the cut: of one that is
// cut in the middle, a part would stay.
func (r *Redactor) ShortLine(text string) string {
	text = r.Line(text)
	if len(text) <= MaxShortLine {
		return text
	}
	end := MaxShortLine - utf8.RuneLen(ellipsis)
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + string(ellipsis)
}
