package result

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"tenableio/internal/fault"
	"tenableio/internal/wrap"
)

// onTerminal is a result as a person sees it.
func onTerminal(t *testing.T, r Result, terminal Terminal) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.Text(terminal).Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestTextOrder: the caption, the rows, then what failed, what to mind, what to do.
func TestTextOrder(t *testing.T) {
	table := Table{
		Caption: "2 plugins", Columns: []string{"Plugin", "Severity"}, Rows: [][]string{{"7", "critical"}, {"8", "low"}},
		Bars: []Bar{{"critical", 1}, {"low", 3}},
	}
	item := fault.Item{Input: "Group IDs", Value: "9", Err: fault.New(404, "No such group.").WithHint("List the groups.")}
	output := Output{Table: table, Done: 1, Failed: []fault.Item{item}}
	output.Warn("truncated", "There is more.")
	got := onTerminal(t, Result{Command: "X", Output: output}, Terminal{Width: 30})
	last := -1
	for _, part := range []string{"2 plugins\n", "critical  █", "low       █", "\nPlugin  Severity\n7       critical\n8       low\n", "Failed: Group IDs 9: No such\n        group. (404)", "Note: There is more.", "What to do: List the groups."} {
		at := strings.Index(got, part)
		if at <= last {
			t.Fatalf("%q is not behind what comes before it:\n%s", part, got)
		}
		last = at
	}
}

// TestTextOfAFailure says what a command that failed as a whole would say.
func TestTextOfAFailure(t *testing.T) {
	f := fault.New(401, "Invalid Credentials").WithHint("Check the keys.")
	want := "List Scans failed.\n\nInvalid Credentials (401)\n\nWhat to do: Check the keys.\n"
	if got := onTerminal(t, Result{Command: "List Scans", Err: f}, Terminal{Width: 80}); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	several := fault.New(400, "Two inputs are wrong.")
	several.Items = []fault.Item{{Input: "A", Value: "1", Err: fault.New(400, "A is wrong.")}, {Input: "B", Err: fault.New(400, "B is wrong.")}}
	want = "X failed.\n\nTwo inputs are wrong. (400)\n\nFailed: A 1: A is wrong. (400)\nFailed: B: B is wrong. (400)\n"
	if got := onTerminal(t, Result{Command: "X", Err: several}, Terminal{Width: 80}); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestTextFits: whatever is in the cells, no line is wider than the terminal, and none
// steers it or shows a secret.
func TestTextFits(t *testing.T) {
	hostile := "\x1b[2J\x9b\u202e\tCANARY-12345678\r\n" + strings.Repeat("漢字e\u0301", 60) + strings.Repeat("x", 200)
	for columns := 1; columns <= 9; columns++ {
		for rows := range 3 {
			table := Table{Caption: hostile, Bars: []Bar{{"critical", 123456789}, {"no severity", 0}}}
			for n := range columns {
				table.Columns = append(table.Columns, fmt.Sprint("Column ", n))
			}
			for range rows {
				row := make([]string, columns)
				for n := range row {
					row[n] = strings.Repeat("word ", n*n) + []string{"", "short", hostile}[n%3]
				}
				table.Add(row...)
			}
			output := Output{Table: table}
			output.Warn("truncated", "%s", hostile)
			for _, width := range []int{60, 80, 120} {
				r := Result{Command: "X", Redactor: hiding("CANARY-12345678"), Output: output}
				got := onTerminal(t, r, Terminal{Width: width})
				if strings.Contains(got, "CANARY") {
					t.Fatalf("a secret is shown:\n%s", got)
				}
				for line := range strings.Lines(got) {
					line = strings.TrimSuffix(line, "\n")
					if wrap.Width(line) > width || strings.ContainsFunc(line, unicode.IsControl) || strings.ContainsRune(line, '\u202e') {
						t.Fatalf("%d columns at %d: the line %q is of %d", columns, width, line, wrap.Width(line))
					}
				}
			}
		}
	}
}

// TestTextColour: only where it is wanted, and what it stresses stands in words too.
func TestTextColour(t *testing.T) {
	r := Result{Command: "X", Output: Output{Table: Table{Caption: "1 plugin", Columns: []string{"Severity", "N"}, Rows: [][]string{{"critical", "1"}, {"x", "2"}}}}}
	plain := onTerminal(t, r, Terminal{Width: 80})
	coloured := onTerminal(t, r, Terminal{Width: 80, Colour: true})
	if strings.Contains(plain, "\x1b") || !strings.Contains(coloured, "\x1b[1;31mcritical\x1b[0m") {
		t.Errorf("plain %q, coloured %q", plain, coloured)
	}
	for _, style := range []string{"\x1b[1m", "\x1b[1;31m", "\x1b[0m"} {
		coloured = strings.ReplaceAll(coloured, style, "")
	}
	if coloured != plain {
		t.Errorf("without its colours %q, want %q", coloured, plain)
	}
}

// TestRecordOfOneRow: each cell of a single row has a line of its own, whole.
func TestRecordOfOneRow(t *testing.T) {
	sum := strings.Repeat("0123456789abcdef", 4)
	r := Result{Command: "X", Output: Output{Table: Table{Caption: "Saved", Columns: []string{"File", "Bytes", "SHA-256"}, Rows: [][]string{{"a.pdf", "7", sum}}}}}
	want := "Saved\n\nFile     a.pdf\nBytes    7\nSHA-256  " + sum + "\n"
	if got := onTerminal(t, r, Terminal{Width: 80}); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestRecordKeepsLines: the output of a plugin is read line by line, as in the HTML table.
func TestRecordKeepsLines(t *testing.T) {
	row := []string{"web-01", "", "Ports:\n  22/tcp\x1b[31m\n443/tcp"}
	r := Result{Command: "X", Output: Output{Table: Table{Caption: "1 output", Columns: []string{"Asset", "IP", "Output"}, Rows: [][]string{row}}}}
	want := "1 output\n\nAsset   web-01\nIP\nOutput  Ports:\n        22/tcp [31m\n        443/tcp\n"
	if got := onTerminal(t, r, Terminal{Width: 80}); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestRawForm: raw data byte for byte, and Tenable's own answer of a failure.
func TestRawForm(t *testing.T) {
	var b bytes.Buffer
	f := fault.New(404, "x")
	f.Body = []byte(`{"error": "x"}`)
	for _, r := range []Result{{Output: Output{RawData: RawOf([]byte(`{ "a":1.0,`), []byte(`"b":2}`))}}, {Err: f}, {}} {
		if err := r.Raw().Write(&b); err != nil {
			t.Fatal(err)
		}
	}
	if want := "{ \"a\":1.0,\"b\":2}\n{\"error\": \"x\"}\nnull\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}
