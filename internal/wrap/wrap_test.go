package wrap

import (
	"slices"
	"strings"
	"testing"
)

// TestWidth: marks take no room, and characters of East Asia take two columns.
func TestWidth(t *testing.T) {
	for text, want := range map[string]int{"": 0, "abc": 3, "é": 1, "e\u0301": 1, "漢字": 4, "ｶ": 1, "Ａ": 2, "😀": 2, "█": 1, "a\u200bb": 2} {
		if got := Width(text); got != want {
			t.Errorf("%q: %d columns, want %d", text, got, want)
		}
	}
}

func TestPadAndClip(t *testing.T) {
	for _, tt := range []struct {
		text          string
		columns       int
		padded, begin string
	}{
		{"abc", 5, "abc  ", "abc"},
		{"abc", 2, "abc", "ab"},
		{"漢字", 3, "漢字", "漢"},
		{"漢字", 5, "漢字 ", "漢字"},
		{"", 1, " ", ""},
	} {
		if padded, begin := Pad(tt.text, tt.columns), Clip(tt.text, tt.columns); padded != tt.padded || begin != tt.begin {
			t.Errorf("%q at %d: %q and %q, want %q and %q", tt.text, tt.columns, padded, begin, tt.padded, tt.begin)
		}
	}
}

// TestLines: no line is wider than it may be, and but for blanks the text is whole.
func TestLines(t *testing.T) {
	for text, want := range map[string][]string{
		"":                    {""},
		"one two three":       {"one two", "three"},
		"a longerword b":      {"a", "longerwo", "rd b"},
		"12345678 9":          {"12345678", "9"},
		"漢字漢字漢字":              {"漢字漢字", "漢字"},
		"  blanks   go  away": {"blanks", "go away"},
	} {
		got := Lines(text, 8)
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if whole := strings.Join(got, ""); strings.ReplaceAll(whole, " ", "") != strings.ReplaceAll(text, " ", "") {
			t.Errorf("%q became %q", text, got)
		}
	}
}
