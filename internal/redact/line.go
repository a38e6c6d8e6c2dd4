package redact

// Texts are shortened here and nowhere else, once the secrets are gone: of one that is cut in
// the middle, a part would stay.

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tenableio/internal/fault"
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

// Quote is how a message shows a text from elsewhere that is long: its first bytes, as one line.
func (r *Redactor) Quote(text string) string {
	text = r.Line(text)
	if len(text) <= fault.MaxQuote {
		return text
	}
	return cut(text, fault.MaxQuote) + ellipsis
}

// Head is the beginning of a long text, up to a size in bytes. No more than it is copied.
func (r *Redactor) Head(text string, size int) string {
	if len(text) <= size {
		return text // whole, so that what shows it can tell the secrets in it
	}
	if len(text) > size+unsure {
		return cut(string(r.Beginning([]byte(text[:size+unsure]))), size)
	}
	return cut(r.Text(text), size)
}

// unsure is how much at the end of what goes on may hold a part of a secret, in bytes: a key
// takes less in every form that the redactor knows.
const unsure = 16 << 10

// Beginning is what can be shown of a text that was not read to its end: without the
// secrets, and without its last 16 KiB, which may hold a part of one.
func (r *Redactor) Beginning(data []byte) []byte {
	clean := r.patterns().clean(data)
	return clean[:max(0, len(clean)-unsure)]
}

// ShortLine is Line, cut to MaxShortLine. It looks at the first 64 KiB alone.
func (r *Redactor) ShortLine(text string) string {
	const most = 64 << 10 // bytes
	shown := r.Line(r.Head(text, most))
	if len(text) > most {
		shown += ellipsis
	}
	return short(shown, MaxShortLine)
}

// ShortLines is ShortLine for each line of a text, such as the output of a plugin, of which
// it keeps the first ones. Of empty lines below one another one stays.
func (r *Redactor) ShortLines(text string) []string {
	const longest = 4 * MaxShortLine
	var lines []string
	text = strings.TrimSpace(text)
	cut := len(text) > longest
	text = strings.TrimSpace(strings.ToValidUTF8(r.Text(r.Head(text, longest)), "\uFFFD"))
	if cut {
		text += ellipsis
	}
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
	return cut(text, longest-len(ellipsis)) + ellipsis
}

// ellipsis ends what was cut.
const ellipsis = "…"

// cut cuts a text to so many bytes at most, between two characters.
func cut(text string, size int) string {
	if len(text) <= size {
		return text
	}
	for size > 0 && !utf8.RuneStart(text[size]) {
		size--
	}
	return text[:size]
}
