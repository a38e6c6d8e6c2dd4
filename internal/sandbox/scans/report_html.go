package scans

import (
	"bufio"
	"fmt"
)

// writeHTML writes a page of the chapters.
func (p report) writeHTML(w *bufio.Writer) {
	put(w, "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>")
	escape(w, p.scan.Name)
	put(w, "</title></head>\n<body>\n")
	for i, s := range p.sections() {
		level := 2
		if i == 0 {
			level = 1
		}
		fmt.Fprintf(w, "<h%d>", level)
		escape(w, s.heading)
		fmt.Fprintf(w, "</h%d>\n", level)
		for _, line := range s.lines {
			put(w, "<pre>")
			escape(w, line)
			put(w, "</pre>\n")
		}
	}
	put(w, "</body>\n</html>\n")
}
