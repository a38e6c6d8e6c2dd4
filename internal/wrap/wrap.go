// Package wrap measures and breaks texts by the columns that a terminal shows them in.
// It knows no terminal.
package wrap

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Width is how many columns a terminal shows a text in.
func Width(text string) int {
	columns := 0
	for _, r := range text {
		columns += runeWidth(r)
	}
	return columns
}

func runeWidth(r rune) int {
	if r < unicode.MaxASCII {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// Pad fills a text up to a number of columns.
func Pad(text string, columns int) string {
	return text + strings.Repeat(" ", max(0, columns-Width(text)))
}

// Clip is the beginning of a text that fits into a number of columns.
func Clip(text string, columns int) string {
	used := 0
	for i, r := range text {
		if used += runeWidth(r); used > columns {
			return text[:i]
		}
	}
	return text
}

// Lines breaks a text, which is one line, into lines of a number of columns: between
// words, and within those that are longer than a line.
func Lines(text string, columns int) []string {
	columns = max(2, columns) // room for any character
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && Width(line)+1+Width(word) <= columns {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for Width(word) > columns {
			part := Clip(word, columns)
			lines = append(lines, part)
			word = word[len(part):]
		}
		line = word
	}
	return append(lines, line)
}
