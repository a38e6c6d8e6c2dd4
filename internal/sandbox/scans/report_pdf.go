package scans

import (
	"bufio"
	"fmt"
	"strings"
)

// The page: A4 in points, and as many lines of a fixed width as go onto it.
const (
	pageLines = 64
	pageWidth = 95 // characters
	pageTop   = 800
	lineDown  = 12
)

// writePDF writes the chapters as pages of plain text.
//
// https://opensource.adobe.com/dc-acrobat-sdk-docs/pdfstandards/PDF32000_2008.pdf
func (p report) writePDF(w *bufio.Writer) {
	var lines []string
	for _, s := range p.sections() {
		lines = append(lines, s.heading, strings.Repeat("-", min(pageWidth, len(s.heading))))
		for _, line := range s.lines {
			lines = append(lines, wrap(line)...)
		}
		lines = append(lines, "")
	}
	d := pdfDocument{w: w}
	d.print("%PDF-1.4\n")
	pages := (len(lines) + pageLines - 1) / pageLines
	var kids strings.Builder
	for i := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", firstPage+2*i)
	}
	d.object("<< /Type /Catalog /Pages 2 0 R >>")
	d.object(fmt.Sprintf("<< /Type /Pages /Count %d /Kids [ %s] >>", pages, kids.String()))
	d.object("<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>")
	for i := range pages {
		content := pageContent(lines[i*pageLines : min(len(lines), (i+1)*pageLines)])
		d.object(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 595 842 ] /Resources << /Font << /F1 3 0 R >> "+
			">> /Contents %d 0 R >>", firstPage+2*i+1))
		d.object(fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(content), content))
	}
	d.end()
}

// firstPage is the number of the first page's object; its content is the next.
const firstPage = 4

// pdfDocument writes numbered objects and remembers where they are.
type pdfDocument struct {
	w       *bufio.Writer
	written int
	offsets []int
}

func (d *pdfDocument) print(text string) {
	n, _ := d.w.WriteString(text) // the writer keeps its error
	d.written += n
}

func (d *pdfDocument) object(body string) {
	d.offsets = append(d.offsets, d.written)
	d.print(fmt.Sprintf("%d 0 obj\n%s\nendobj\n", len(d.offsets), body))
}

// end writes the table of the objects, 20 bytes for each, and where it is.
func (d *pdfDocument) end() {
	start := d.written
	d.print(fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(d.offsets)+1))
	for _, offset := range d.offsets {
		d.print(fmt.Sprintf("%010d 00000 n \n", offset))
	}
	d.print(fmt.Sprintf("trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(d.offsets)+1, start))
}

// pageContent draws the lines from the top down.
func pageContent(lines []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "BT /F1 9 Tf %d TL 40 %d Td\n", lineDown, pageTop)
	for _, line := range lines {
		fmt.Fprintf(&b, "(%s) '\n", pdfText.Replace(latin(line)))
	}
	b.WriteString("ET")
	return b.String()
}

var pdfText = strings.NewReplacer(`\`, `\\`, `(`, `\(`, `)`, `\)`)

// latin replaces what the font's encoding has no letter for.
func latin(line string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, line)
}

// wrap cuts a line into lines that go onto the page.
func wrap(line string) []string {
	var parts []string
	for line = strings.ReplaceAll(line, "\n", " "); len(line) > pageWidth; {
		parts = append(parts, line[:pageWidth])
		line = line[pageWidth:]
	}
	return append(parts, line)
}
