package result

import (
	"html"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is the longest message or hint, in bytes.
const maxText = 500

// oneLine makes text fit for the Error tab: valid UTF-8, white space and
// control characters folded into single spaces, maxText bytes at most.
func oneLine(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if len(text) <= maxText {
		return text
	}
	const ellipsis = "…"
	cut := maxText - len(ellipsis)
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + ellipsis
}

// Table is the short summary that an analyst reads.
type Table struct {
	Caption string
	Columns []string
	Rows    [][]string

	more int // rows that were added after the table was full
}

// maxRows is the longest table; the caption then says how many rows there are.
const maxRows = 100

// Add adds a row, which is only counted once the table is full.
func (t *Table) Add(values ...string) {
	if len(t.Rows) == maxRows {
		t.more++
		return
	}
	t.Rows = append(t.Rows, values)
}

// html renders the table with every value escaped, without scripts, styles or secrets.
func (t Table) html(net Net) string {
	if len(t.Columns) == 0 && t.Caption == "" {
		return ""
	}
	var b strings.Builder
	b.WriteString("<table>")
	if caption := t.caption(net); caption != "" {
		b.WriteString("<caption>" + html.EscapeString(caption) + "</caption>")
	}
	if len(t.Columns) > 0 && len(t.Rows) > 0 {
		b.WriteString("<thead>")
		writeRow(&b, net, "th", t.Columns)
		b.WriteString("</thead><tbody>")
		for _, row := range t.Rows[:min(len(t.Rows), maxRows)] {
			writeRow(&b, net, "td", row)
		}
		b.WriteString("</tbody>")
	}
	b.WriteString("</table>")
	return b.String()
}

func (t Table) caption(net Net) string {
	rows := len(t.Rows) + t.more
	if rows <= maxRows {
		return net.line(t.Caption)
	}
	return strings.TrimSpace(net.line(t.Caption) + " (the first " + strconv.Itoa(maxRows) + " of " + strconv.Itoa(rows) + " rows)")
}

func writeRow(b *strings.Builder, net Net, cell string, values []string) {
	b.WriteString("<tr>")
	for _, value := range values {
		b.WriteString("<" + cell + ">" + html.EscapeString(net.line(value)) + "</" + cell + ">")
	}
	b.WriteString("</tr>")
}

// YesNo is a boolean as an analyst reads it.
func YesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
