package main

import (
	"html"
	"regexp"
	"strings"
	"text/tabwriter"
)

var (
	rowEnd  = regexp.MustCompile(`</caption>|</tr>`)
	cellEnd = regexp.MustCompile(`</t[dh]>`)
	tag     = regexp.MustCompile(`<[^>]*>`)
	space   = regexp.MustCompile(`[ \r\n]+`)
)

// table turns a result's HTML table into text, as a platform shows it to an analyst.
func table(result string) string {
	text := rowEnd.ReplaceAllString(result, "\n")
	text = cellEnd.ReplaceAllString(text, "\t")
	var aligned strings.Builder
	columns := tabwriter.NewWriter(&aligned, 0, 0, 3, ' ', 0)
	for row := range strings.SplitSeq(tag.ReplaceAllString(text, ""), "\n") {
		if strings.TrimSpace(row) == "" {
			continue
		}
		cells := strings.Split(html.UnescapeString(row), "\t")
		for i, cell := range cells {
			most := 44 // characters
			switch {
			case len(cells) == 1: // the caption
				most = 1000
			case i+2 >= len(cells): // the last column
				most = 100
			}
			cells[i] = cut(space.ReplaceAllString(cell, " "), most)
		}
		_, _ = columns.Write([]byte(strings.Join(cells, "\t") + "\n")) // a builder takes everything
	}
	_ = columns.Flush()
	return aligned.String()
}

// cut shortens a cell to at most so many characters.
func cut(cell string, most int) string {
	runes := []rune(strings.TrimSpace(cell))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most-1]) + "…"
}
