package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"tenableio/internal/canned"
)

// TestTablesFitTheTerminal plays every case as a table, at the widths of terminals: no line
// is wider, nothing steers the terminal, and what failed and what to mind is told.
func TestTablesFitTheTerminal(t *testing.T) {
	cases, err := filepath.Glob("testdata/*/*/exchanges.json")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range cases {
		folder := filepath.Dir(name)
		request, err := os.ReadFile(filepath.Join(folder, "request.json"))
		if err != nil {
			t.Fatal(err)
		}
		golden, err := os.ReadFile(filepath.Join(folder, "result.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, width := range []string{"40", "80", "120"} {
			text := tableOf(t, request, name, width)
			checkTable(t, folder+" at "+width, text, width)
			told := strings.Join(strings.Fields(text), " ")
			e := envelopeOf(t, golden)
			if width == "40" {
				continue // words of the messages are broken there
			}
			if e.Error != nil && (!strings.Contains(told, firstWords(e.Error.Message)) || !strings.Contains(told, firstWords(e.Error.Hint))) {
				t.Errorf("%s at %s does not tell the failure %+v:\n%s", folder, width, e.Error, text)
			}
			if len(e.Warnings) > 0 && !strings.Contains(told, "Note: ") {
				t.Errorf("%s at %s does not tell what to mind:\n%s", folder, width, text)
			}
		}
	}
}

func tableOf(t *testing.T, request []byte, exchanges, width string) string {
	t.Helper()
	list, err := canned.Load(exchanges)
	if err != nil {
		t.Fatal(err)
	}
	p := inMemory(request, canned.NewPlayer(list))
	p.args = []string{"run", "--output", "table"}
	p.environment = func(name string) string { return map[string]string{"COLUMNS": width}[name] }
	if status := p.main(t.Context()); status != exitOK {
		t.Errorf("%s exits %d", exchanges, status)
	}
	return p.out.String()
}

func checkTable(t *testing.T, what, text, width string) {
	t.Helper()
	columns := map[string]int{"40": 40, "80": 80, "120": 120}[width]
	if strings.TrimSpace(text) == "" || !strings.HasSuffix(text, "\n") {
		t.Errorf("%s: %q", what, text)
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if utf8.RuneCountInString(line) > columns || strings.ContainsFunc(line, unicode.IsControl) || !utf8.ValidString(line) {
			t.Errorf("%s: the line %q", what, line)
		}
	}
	for _, canary := range []string{accessCanary, secretCanary} {
		if strings.Contains(text, canary) {
			t.Errorf("%s shows a key", what)
		}
	}
}

// firstWords are the beginning of a sentence.
func firstWords(text string) string {
	words := strings.Fields(text)
	return strings.Join(words[:min(3, len(words))], " ")
}
