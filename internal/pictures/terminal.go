package main

import (
	"encoding/xml"
	"fmt"
	"strings"
	"unicode/utf8"
)

// The measures of a terminal's picture, in pixels.
const (
	cellWidth  = 8.4
	cellHeight = 19.0
	fontSize   = 14
	margin     = 20.0
	titleBar   = 34.0
)

// colours is the look of a terminal on one kind of page.
type colours struct {
	background string
	bar        string
	text       string
	palette    map[string]string // by the SGR parameter; those that the plugin writes
}

var terminalColours = map[string]colours{
	"light": {
		background: "#ffffff", bar: "#eaeef2", text: "#1f2328",
		palette: map[string]string{
			"2": "#6e7781", "31": "#cf222e", "32": "#116329", "33": "#9a6700", "34": "#0550ae", "36": "#1b7c83",
		},
	},
	"dark": {
		background: "#0d1117", bar: "#21262d", text: "#e6edf3",
		palette: map[string]string{
			"2": "#8b949e", "31": "#ff7b72", "32": "#3fb950", "33": "#d29922", "34": "#58a6ff", "36": "#39c5cf",
		},
	},
}

// run is a piece of a line in one style.
type run struct {
	text   string
	bold   bool
	colour string // an SGR parameter; empty for the text's own
}

// runs parts a line at its escape sequences (SGR, ECMA-48 section 8.3.117). Each begins a style of its own, because the
// plugin ends every style before the next one.
func runs(line string) []run {
	text, styled, _ := strings.Cut(line, "\x1b[")
	all := []run{{text: text}}
	for _, piece := range strings.Split(styled, "\x1b[") {
		var r run
		var style string
		style, r.text, _ = strings.Cut(piece, "m")
		for _, parameter := range strings.Split(style, ";") {
			switch parameter {
			case "0":
			case "1":
				r.bold = true
			default:
				r.colour = parameter
			}
		}
		all = append(all, r)
	}
	return all
}

// terminal draws a session as SVG. Each run has a length of its own, so that columns stand in line with any font.
func terminal(session string, c colours) []byte {
	lines := strings.Split(strings.TrimRight(session, "\n"), "\n")
	columns := 0
	for _, line := range lines {
		length := 0
		for _, r := range runs(line) {
			length += utf8.RuneCountInString(r.text)
		}
		columns = max(columns, length)
	}
	width := float64(columns)*cellWidth + 2*margin
	height := float64(len(lines))*cellHeight + titleBar + 2*margin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" font-size="%d" `, width, height,
		fontSize)
	fmt.Fprintf(&b, `font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" fill="%s">`,
		c.text)
	b.WriteString("\n")
	fmt.Fprintf(&b, `<rect width="%.0f" height="%.0f" rx="8" fill="%s" stroke="%s"/>`, width, height, c.background, c.bar)
	fmt.Fprintf(&b, `<path d="M0 %.0fV8a8 8 0 0 1 8-8H%.0fa8 8 0 0 1 8 8V%.0fz" fill="%s"/>`, titleBar, width-8, titleBar,
		c.bar)
	for i, dot := range []string{"#ff5f57", "#febc2e", "#28c840"} {
		fmt.Fprintf(&b, `<circle cx="%d" cy="%.0f" r="6" fill="%s"/>`, 20+20*i, titleBar/2, dot)
	}
	b.WriteString("\n")
	for i, line := range lines {
		y := titleBar + margin + float64(i)*cellHeight + fontSize
		drawLine(&b, line, y, c)
	}
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

func drawLine(b *strings.Builder, line string, y float64, c colours) {
	x := margin
	for _, r := range runs(line) {
		length := float64(utf8.RuneCountInString(r.text)) * cellWidth
		if strings.TrimSpace(r.text) != "" {
			fmt.Fprintf(b, `<text x="%.1f" y="%.1f" textLength="%.1f" xml:space="preserve"%s>`, x, y, length, r.attributes(c))
			_ = xml.EscapeText(b, []byte(r.text)) // cannot fail: the writer is a builder
			b.WriteString("</text>\n")
		}
		x += length
	}
}

func (r run) attributes(c colours) string {
	text := ""
	if r.bold {
		text += ` font-weight="bold"`
	}
	if colour := c.palette[r.colour]; colour != "" {
		text += fmt.Sprintf(` fill="%s"`, colour)
	}
	return text
}
