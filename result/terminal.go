package result

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tenableio/internal/wrap"
)

// The rules of a result on a terminal: the caption, the rows, then what failed, what to
// mind, and what to do. Nothing is wider than the terminal, colours only stress what
// words say too, and every text is a redacted line, so that none can steer the terminal.

// Terminal is what a result is written on for a person.
type Terminal struct {
	Width  int // columns
	Colour bool
}

// Styles of ANSI terminals.
const (
	bold   = "1"
	faint  = "2"
	red    = "31"
	yellow = "33"
)

// severityStyles are those of the severities by their words.
var severityStyles = map[string]string{"critical": "1;31", "high": "31", "medium": "33", "low": "36", "info": "34"}

// Text is the result for a person. It holds the same table as the envelope.
func (r *Result) Text(terminal Terminal) Rendering {
	p := page{Terminal: terminal, result: r}
	output := r.Output
	tab := r.errorTab()
	if r.Status() == Failed {
		p.paragraph("1;31", tab.FailureIndicator)
		p.gap()
		p.paragraph("", fmt.Sprintf("%s (%d)", tab.Message, tab.StatusCode))
	} else {
		p.table(output.Table)
	}
	for _, file := range output.Files {
		if file.Path == "" { // the envelope would hold it; where the others are, the table says
			name := r.Redactor.NameLine(file.Name)
			p.labelled("Note", yellow, name+" is not saved; --output-dir FOLDER says where to.")
		}
	}
	p.failedParts(tab)
	for _, warning := range cleanWarnings(r.Redactor, output.Warnings) {
		p.labelled("Note", yellow, warning.Message)
	}
	if tab != nil {
		p.labelled("What to do", bold, tab.Hint)
	}
	return Plain(p.text.String())
}

// FailureLine is the failure in one line, or "" where there is none.
func (r *Result) FailureLine() string {
	tab := r.errorTab()
	if tab == nil {
		return ""
	}
	return fmt.Sprintf("%s %s (%d)", tab.FailureIndicator, tab.Message, tab.StatusCode)
}

// page gathers the text of a result.
type page struct {
	Terminal
	result *Result
	text   strings.Builder
	label  string // of the last lines
}

// styled is a text in a style, which takes no room.
func (p *page) styled(style, text string) string {
	if !p.Colour || style == "" || text == "" {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

// line writes one line.
func (p *page) line(text string) { p.text.WriteString(strings.TrimRight(text, " ") + "\n") }

// gap writes an empty line, unless nothing stands above it.
func (p *page) gap() {
	if p.text.Len() > 0 {
		p.text.WriteByte('\n')
	}
}

// paragraph writes a text on as many lines as it needs.
func (p *page) paragraph(style, text string) {
	for _, line := range wrap.Lines(text, p.Width) {
		p.line(p.styled(style, line))
	}
}

// labelled writes a text behind its label, the lines of it below one another.
func (p *page) labelled(label, style, text string) {
	if text == "" {
		return
	}
	if label != p.label {
		p.gap()
	}
	p.label = label
	indent := strings.Repeat(" ", len(label)+2)
	for i, line := range wrap.Lines(text, p.Width-len(indent)) {
		if i == 0 {
			p.line(p.styled(style, label+":") + " " + line)
			continue
		}
		p.line(indent + line)
	}
}

// failedParts writes what failed besides the failure itself.
func (p *page) failedParts(tab *errorTab) {
	if tab == nil {
		return
	}
	for _, item := range tab.Items {
		if strings.Contains(tab.Message, item.Message) && len(tab.Items) == 1 && p.result.Status() == Failed {
			continue // the message has said it
		}
		part := strings.TrimSpace(item.Input + " " + item.Value)
		p.labelled("Failed", red, strings.TrimPrefix(fmt.Sprintf("%s: %s (%d)", part, item.Message, item.StatusCode), ": "))
	}
}

// table writes the caption and the rows: those of a list below one another, a single row
// with each cell on a line of its own.
func (p *page) table(t Table) {
	p.paragraph(bold, t.caption(p.result.Redactor))
	p.bars(t.Bars)
	if len(t.Rows) == 0 {
		return
	}
	p.gap()
	columns := p.clean(t.Columns)
	if len(t.Rows) == 1 && len(t.Bars) == 0 && len(columns) > 2 {
		p.record(columns, t.Rows[0])
		return
	}
	rows := make([][]string, 0, len(t.Rows))
	for _, row := range t.Rows[:min(len(t.Rows), maxRows)] {
		rows = append(rows, p.clean(row))
	}
	p.grid(columns, rows)
}

func (p *page) clean(cells []string) []string {
	cleaned := make([]string, len(cells))
	for i, cell := range cells {
		cleaned[i] = p.result.Redactor.ShortLine(cell)
	}
	return cleaned
}

// bars writes a bar for each severity, as long as its share.
func (p *page) bars(bars []Bar) {
	most, label, digits := 0, 0, 0
	for _, bar := range bars {
		most = max(most, bar.Count)
		label = max(label, wrap.Width(bar.Label))
		digits = max(digits, len(strconv.Itoa(bar.Count)))
	}
	longest := min(40, p.Width-label-digits-6)
	if most == 0 || longest < 1 {
		return
	}
	p.gap()
	for _, bar := range bars {
		length := max(1, bar.Count*longest/most)
		drawn := strings.Repeat("█", length) + strings.Repeat(" ", longest-length)
		drawn = p.styled(severityStyles[bar.Label], drawn)
		p.line(fmt.Sprintf("  %s  %s  %*d", wrap.Pad(bar.Label, label), drawn, digits, bar.Count))
	}
}

// record writes one row as lines of a column's name and its value. A value of several lines,
// such as the output of a plugin, keeps them.
func (p *page) record(columns, row []string) {
	widest := 0
	for _, column := range columns {
		widest = max(widest, wrap.Width(column))
	}
	for i, column := range columns[:min(len(columns), len(row))] {
		var lines []string
		for _, text := range p.result.Redactor.ShortLines(row[i]) {
			lines = append(lines, wrap.Lines(text, max(minColumn, p.Width-widest-2))...)
		}
		if len(lines) == 0 {
			lines = []string{""}
		}
		for n, line := range lines {
			if n > 0 {
				column = ""
			}
			p.line(p.styled(faint, wrap.Pad(column, widest)) + "  " + line)
		}
	}
}

const (
	between   = 2 // blanks between two columns
	minColumn = 4 // the narrowest that a long column becomes
	maxLines  = 3 // of a cell in a list; the rest is in the other forms of the output
)

// grid writes rows in columns. Where they are too wide, the widest are made narrower, and
// their cells take several lines.
func (p *page) grid(columns []string, rows [][]string) {
	widths := make([]int, len(columns))
	words := make([]int, len(columns)) // the longest of each column
	for _, row := range slices.Concat([][]string{columns}, rows) {
		for i, cell := range row[:min(len(row), len(columns))] {
			widths[i] = max(widths[i], wrap.Width(cell))
			for word := range strings.FieldsSeq(cell) {
				words[i] = max(words[i], wrap.Width(word))
			}
		}
	}
	room := p.Width - between*(len(widths)-1)
	fit(widths, words, room) // first without breaking a word
	fit(widths, make([]int, len(widths)), room)
	p.cells(widths, columns, func(int, string) string { return bold })
	for _, row := range rows {
		p.cells(widths, row, func(column int, cell string) string {
			if columns[column] == "Severity" {
				return severityStyles[cell]
			}
			return ""
		})
	}
}

// fit takes from the widest columns until all have room, or none is wider than its least.
func fit(widths, least []int, room int) {
	for {
		total, widest := 0, -1
		for i, width := range widths {
			total += width
			if width > max(least[i], minColumn) && (widest < 0 || width > widths[widest]) {
				widest = i
			}
		}
		if total <= room || widest < 0 {
			return
		}
		widths[widest]--
	}
}

// cells writes one row, on as many lines as its longest cell needs.
func (p *page) cells(widths []int, row []string, style func(column int, cell string) string) {
	lines := make([][]string, len(widths))
	height := 1
	for i, cell := range row[:min(len(row), len(widths))] {
		lines[i] = wrap.Lines(cell, widths[i])
		if len(lines[i]) > maxLines {
			lines[i] = lines[i][:maxLines]
			lines[i][maxLines-1] = wrap.Clip(lines[i][maxLines-1], widths[i]-1) + "…"
		}
		height = max(height, len(lines[i]))
	}
	for n := range height {
		var line strings.Builder
		for i, width := range widths {
			text := ""
			if n < len(lines[i]) {
				text = lines[i][n]
			}
			padding := width - wrap.Width(text) + between
			if i == len(widths)-1 {
				padding = 0
			}
			cell := ""
			if i < len(row) {
				cell = row[i]
			}
			line.WriteString(p.styled(style(i, cell), text) + strings.Repeat(" ", max(0, padding)))
		}
		p.line(line.String())
	}
}
