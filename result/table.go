package result

import (
	"fmt"
	"html"
	"slices"
	"sort"
	"strings"

	"tenableio/internal/redact"
)

// Table is the short summary that an analyst reads.
type Table struct {
	Caption string
	Columns []string
	Rows    [][]string
	Bars    []Bar // of the severities, on a terminal

	redactor *redact.Redactor // without it no cell is shortened
	ranks    []float64        // of the rows, as far as they were added by rank
	more     int              // rows that were left out of the full table
}

// Bar is how many of something there are.
type Bar struct {
	Label string
	Count int
}

// maxRows is the longest table; the caption then says how many rows there are.
const maxRows = 100

// maxKept is how much of a cell is kept, in bytes: far more than is shown.
const maxKept = 16 << 10

// Add adds a row, which is only counted once the table is full.
func (t *Table) Add(values ...string) { t.AddRanked(0, values...) }

// AddRanked adds a row behind those of the same or a higher rank. A full table
// keeps the rows of the highest rank: what an analyst must see is not cut.
func (t *Table) AddRanked(rank float64, values ...string) {
	at := sort.Search(len(t.ranks), func(i int) bool { return t.ranks[i] < rank })
	if at == maxRows {
		t.more++
		return
	}
	for i, value := range values {
		if t.redactor != nil {
			values[i] = t.redactor.Head(value, maxKept)
		}
	}
	t.ranks, t.Rows = slices.Insert(t.ranks, at, rank), slices.Insert(t.Rows, at, values)
	if len(t.Rows) > maxRows {
		t.ranks, t.Rows = t.ranks[:maxRows], t.Rows[:maxRows]
		t.more++
	}
}

// html renders the table with every value escaped, without scripts, styles or
// secrets. The notes are a list under the caption, above the columns: a cell makes the
// table as wide as they need, which a caption does not.
func (t Table) html(redactor *redact.Redactor, notes []string) string {
	if len(t.Columns) == 0 && t.Caption == "" && len(notes) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("<table>")
	if caption := t.caption(redactor); caption != "" {
		b.WriteString("<caption>" + html.EscapeString(caption) + "</caption>")
	}
	b.WriteString("<thead>")
	if len(notes) > 0 {
		fmt.Fprintf(&b, `<tr><td colspan="%d"><ul>`, max(1, len(t.Columns)))
		for _, note := range notes {
			b.WriteString("<li>" + html.EscapeString(redactor.ShortLine(note)) + "</li>")
		}
		b.WriteString("</ul></td></tr>")
	}
	if len(t.Columns) > 0 {
		writeRow(&b, redactor, "th", t.Columns)
	}
	b.WriteString("</thead>")
	if len(t.Columns) > 0 {
		b.WriteString("<tbody>")
		for _, row := range t.Rows[:min(len(t.Rows), maxRows)] {
			writeRow(&b, redactor, "td", row)
		}
		if len(t.Rows) == 0 { // without a row, a browser makes the caption as narrow as a word
			fmt.Fprintf(&b, `<tr><td colspan="%d">none</td></tr>`, len(t.Columns))
		}
		b.WriteString("</tbody>")
	}
	b.WriteString("</table>")
	return b.String()
}

// caption returns the caption, with the number of rows that were left out.
func (t Table) caption(redactor *redact.Redactor) string {
	text := redactor.ShortLine(t.Caption)
	if rows := len(t.Rows) + t.more; rows > maxRows {
		text = strings.TrimSpace(fmt.Sprintf("%s (the first %d of %d rows)", text, maxRows, rows))
	}
	return text
}

func writeRow(b *strings.Builder, redactor *redact.Redactor, cell string, values []string) {
	b.WriteString("<tr>")
	for _, value := range values {
		lines := redactor.ShortLines(value)
		for i, line := range lines {
			lines[i] = html.EscapeString(line)
		}
		b.WriteString("<" + cell + ">" + strings.Join(lines, "<br>") + "</" + cell + ">")
	}
	b.WriteString("</tr>")
}
