package result

import (
	"fmt"
	"strings"
	"testing"

	"tenableio/internal/fault"
)

func TestTableEscapes(t *testing.T) {
	table := Table{Caption: "<b>", Columns: []string{"A&B"}, Rows: [][]string{{"<script>alert(1)</script>"}, {"\"'\n\x1b[31m"}}}
	html := table.html(nil, nil)
	if strings.Contains(html, "<script") || strings.Contains(html, "<b>") || strings.Contains(html, "\n") || strings.Contains(html, "\x1b") || !strings.Contains(html, "&lt;script&gt;") {
		t.Errorf("not escaped: %s", html)
	}
	for range 100_000 {
		table.Add("x")
	}
	if html := table.html(nil, nil); strings.Count(html, "<tr>") != maxRows+1 || !strings.Contains(html, "the first 100 of 100002 rows") {
		t.Errorf("a long table is not cut with its count said: %.200s", html)
	}
}

// What an analyst must see is not cut.
func TestTableKeepsTheHighestRanks(t *testing.T) {
	table := Table{Columns: []string{"Severity", "N"}}
	for n := range 3 * maxRows {
		table.AddRanked(float64(n%3), fmt.Sprint(n%3), fmt.Sprint(n))
	}
	got := table.html(nil, nil)
	if strings.Count(got, "<td>2</td>") != maxRows+1 || strings.Contains(got, "<td>0</td>") || !strings.Contains(got, "the first 100 of 300 rows") {
		t.Errorf("a low rank is in %.300s", got)
	}
	if first, last := strings.Index(got, "<td>2</td><td>2</td>"), strings.Index(got, "<td>2</td><td>299</td>"); first < 0 || last < first {
		t.Errorf("rows of one rank do not keep their order: %.300s", got)
	}
}

// An analyst may read nothing but the table.
func TestTableTellsWhatFailedAndWarns(t *testing.T) {
	item := fault.Item{Input: "Group IDs", Value: "<7>", Err: fault.New(404, "AgentGroup with id 7 not found.")}
	output := Output{Table: Table{Caption: "1 of 2 groups done", Columns: []string{"A", "B"}, Rows: [][]string{{"x", "y"}}}, Done: 1, Failed: []fault.Item{item}}
	output.Warn("default_period", "Tenable exports the last 30 days.")
	got := write(t, Result{Command: "X", Output: output})
	want := `<caption>1 of 2 groups done</caption><thead><tr><td colspan=\"2\"><ul><li>Failed: Group IDs &lt;7&gt;: AgentGroup with id 7 not found. (404)</li>` +
		`<li>Note: Tenable exports the last 30 days.</li></ul></td></tr><tr><th>A</th>`
	if !strings.Contains(got, want) {
		t.Errorf("no %s in %s", want, got)
	}
	output.Failed = nil
	for range 15 {
		output.Failed = append(output.Failed, item)
		output.Warn("unknown_field", "A field is unknown.")
	}
	if got := write(t, Result{Command: "X", Output: output}); !strings.Contains(got, "<li>Failed: 5 more parts, in the items of the error.</li><li>Note: ") || !strings.Contains(got, "<li>Note: 6 more warnings, in warnings.</li></ul>") {
		t.Errorf("a long list of failed parts is not cut with its count said: %.900s", got)
	}
}

// TestFATableWithoutRowsSaysNone (row F): a caption alone would be as narrow as a word.
func TestFATableWithoutRowsSaysNone(t *testing.T) {
	got := write(t, Result{Command: "X", Output: Output{Table: Table{Caption: "0 scans", Columns: []string{"A", "B"}}}})
	if want := `<tbody><tr><td colspan=\"2\">none</td></tr></tbody></table>`; !strings.Contains(got, want) {
		t.Errorf("no %s in %s", want, got)
	}
}

// TestFACellKeepsItsLines (row F): the output of a plugin is read line by line.
func TestFACellKeepsItsLines(t *testing.T) {
	for text, want := range map[string]string{
		"\n Version : <1.1>\r\n\n\n\tFixed : 1.2\n": "<td>Version : &lt;1.1&gt;<br><br>Fixed : 1.2</td>",
		"\x00\nx": "<td>x</td>",
		"":        "<td></td>",
	} {
		got := write(t, Result{Command: "X", Output: Output{Table: Table{Columns: []string{"A"}, Rows: [][]string{{text}}}}})
		if !strings.Contains(got, want) {
			t.Errorf("%q: no %s in %s", text, want, got)
		}
	}
}

// TestB2AnEmptyTextIsNull (row B2): in a record there is nothing between a text and null.
func TestB2AnEmptyTextIsNull(t *testing.T) {
	record := map[string]any{"a": "", "b": `:""`, "c": []string{""}, "d": "x", ":": "", `"`: map[string]string{"e": ""}}
	got := write(t, Result{Command: "X", Output: Output{ContextData: recordsOf(record)}})
	if want := `"context_data":[{"\"":{"e":null},":":null,"a":null,"b":":\"\"","c":[""],"d":"x"}]`; !strings.Contains(got, want) {
		t.Errorf("no %s in %s", want, got)
	}
}
