package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// TestPicturesAreRendered compares the pictures with what the pages make of them.
func TestPicturesAreRendered(t *testing.T) {
	all, err := render(root)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range all {
		got, err := os.ReadFile(filepath.Join(root, "docs", "pictures", name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the figures make (%v); run \"make docs\"", name, err)
		}
		decoder := xml.NewDecoder(bytes.NewReader(want))
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s is not XML: %v", name, err)
			}
		}
	}
	files, err := filepath.Glob(filepath.Join(root, "docs", "pictures", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if _, known := all[filepath.Base(name)]; !known {
			t.Errorf("nothing renders %s", name)
		}
	}
}

// TestTerminal checks that columns stand in line, whatever the style of the text before them.
func TestTerminal(t *testing.T) {
	session := "\x1b[1mab\x1b[0m cd\n\x1b[31;1m<e>\x1b[0mf\n"
	svg := string(terminal(session, terminalColours["light"]))
	for _, want := range []string{
		`<text x="20.0" y="68.0" textLength="16.8" xml:space="preserve" font-weight="bold">ab</text>`,
		`<text x="36.8" y="68.0" textLength="25.2" xml:space="preserve"> cd</text>`,
		`<text x="20.0" y="87.0" textLength="25.2" xml:space="preserve" font-weight="bold" fill="#cf222e">&lt;e&gt;</text>`,
		`<text x="45.2" y="87.0" textLength="8.4" xml:space="preserve">f</text>`,
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("the picture lacks %s:\n%s", want, svg)
		}
	}
}

// TestFigures checks which numbers of a table the bars show.
func TestFigures(t *testing.T) {
	f := readFigures(strings.Join([]string{
		"| | check | target | measured |",
		"|---|---|---|---|",
		"| T12 | download: plugin / curl -o | <= 1.0 | **1.62** [1.34..2.59] |",
		"| L1 | report of 25, 100 MB | level | 0.74, 0.33 (16, 18 MiB) |",
	}, "\n"))
	bars, err := f.bars([]source{{"download", "T12", 0}, {"report", "L1", 3}})
	if want := []bar{{"download", 1.62}, {"report", 18}}; err != nil || !slices.Equal(bars, want) {
		t.Errorf("%v, %v; want %v", bars, err, want)
	}
	for _, wrong := range []source{{"none", "T99", 0}, {"beyond", "L1", 9}} {
		if _, err := f.bars([]source{wrong}); err == nil {
			t.Errorf("%v: want an error", wrong)
		}
	}
}
