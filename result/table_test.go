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
	want := "<caption>1 of 2 groups done. Failed: Group IDs &lt;7&gt;: AgentGroup with id 7 not found. (404) Note: Tenable exports the last 30 days.</caption>"
	if !strings.Contains(got, want) {
		t.Errorf("no %s in %s", want, got)
	}
	output.Failed = nil
	for range 15 {
		output.Failed = append(output.Failed, item)
		output.Warn("unknown_field", "A field is unknown.")
	}
	if got := write(t, Result{Command: "X", Output: output}); !strings.Contains(got, "(404) Failed: 5 more parts, in the items of the error. Note: ") || !strings.Contains(got, "Note: 6 more warnings, in warnings.</caption>") {
		t.Errorf("a long list of failed parts is not cut with its count said: %.900s", got)
	}
}
