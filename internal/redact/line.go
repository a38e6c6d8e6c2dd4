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
func (r *Redactor) ShortLine(text string) string { return short(r.Line(text), MaxShortLine) }

// ShortLines is ShortLine for each line of a text, such as the output of a plugin, of which
// it keeps the first ones. Of empty lines below one another one stays.
func (r *Redactor) ShortLines(text string) []string {
	const longest = 4 * MaxShortLine
	var lines []string
	text = strings.TrimSpace(strings.ToValidUTF8(r.Text(text), "\uFFFD"))
	for text := range strings.Lines(short(text, longest)) {
		text = short(line(text), MaxShortLine)
		if text != "" || len(lines) > 0 && lines[len(lines)-1] != "" {
			lines = append(lines, text)
		}
	}
	return lines
}

// short cuts a text to a length in bytes.
func short(text string, longest int) string {
	if len(text) <= longest {
		return text
	}
	end := longest - utf8.RuneLen(ellipsis)
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + string(ellipsis)
}
