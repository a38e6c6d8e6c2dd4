package workbench

import (
	"encoding/json"
	"testing"
)

// TestMergedRowsKeepTheirBytes: a row that is counted twice is the API's own but for
// the counts.
func TestMergedRowsKeepTheirBytes(t *testing.T) {
	for _, tt := range []struct{ first, second, want string }{
		{
			`{"count":1,"accepted_count":2,"recasted_count":0,"plugin_id":7,"counts_by_severity":[{"count":1,"value":4}]}`,
			`{"count":2,"accepted_count":1,"recasted_count":5,"plugin_id":7,"counts_by_severity":[{"count":2,"value":3},{"count":3,"value":4}]}`,
			`{"count":3,"accepted_count":3,"recasted_count":5,"plugin_id":7,"counts_by_severity":[{"count":4,"value":4},{"count":2,"value":3}]}`,
		},
		{`{ "plugin_id" : 7.0, "\u006eew":"<", "count" : 1 }`, `{"plugin_id":7,"count":1}`, `{ "plugin_id" : 7.0, "\u006eew":"<", "count" : 2 }`},
		{`{"count":1,"counts_by_severity":[]}`, `{"count":1,"counts_by_severity":[]}`, `{"count":2,"counts_by_severity":[]}`},
	} {
		rows := make([]vulnerabilityRow, 2)
		for i, text := range []string{tt.first, tt.second} {
			if err := json.Unmarshal([]byte(text), &rows[i]); err != nil {
				t.Fatal(err)
			}
		}
		merged := mergedRow{vulnerabilityRow: rows[0], raw: json.RawMessage(tt.first)}.plus(rows[1])
		if string(merged.raw) != tt.want {
			t.Errorf("got  %s\nwant %s", merged.raw, tt.want)
		}
	}
}
