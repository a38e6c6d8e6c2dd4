package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenableio/internal/canned"
	"tenableio/internal/redact"
)

// What failed is in the log at its usual level, once, with what a support case
// asks for; what did not is at info.
func TestLogOfTheEnd(t *testing.T) {
	for _, tt := range []struct {
		folder, level string
		want          map[string]any
	}{
		{"get_scan_status/ok", "info", map[string]any{"level": "info", "command": "Get Scan Status", "return_data": "Successful"}},
		{"get_scan_status/ok", "", nil},
		{"get_scan_status/invalid_credentials", "", map[string]any{
			"level": "warn", "command": "Get Scan Status", "return_data": "Failed", "status_code": 401.0, "category": "auth", "failed_parts": 0.0, "request_id": "00000000000000000000000000000000",
		}},
		{"add_agents_to_groups/one_group_not_found", "", map[string]any{
			"level": "warn", "command": "Add Agents to Groups", "return_data": "Partially Successful", "status_code": 404.0, "category": "not_found", "failed_parts": 1.0, "request_id": "",
		}},
	} {
		t.Run(tt.folder+" at "+tt.level, func(t *testing.T) {
			folder := filepath.Join("testdata", filepath.FromSlash(tt.folder))
			request, err := os.ReadFile(filepath.Join(folder, "request.json"))
			if err != nil {
				t.Fatal(err)
			}
			exchanges, err := canned.Load(filepath.Join(folder, "exchanges.json"))
			if err != nil {
				t.Fatal(err)
			}
			p := inMemory(request, canned.NewPlayer(exchanges))
			p.logLevel = tt.level
			p.main(t.Context())
			if diff := cmp.Diff(tt.want, endOf(t, p.log.Bytes())); diff != "" {
				t.Errorf("the line of the end (-want +got):\n%s", diff)
			}
		})
	}
}

// endOf is the line of the run's end without its times, nil when there is none.
func endOf(t *testing.T, log []byte) map[string]any {
	t.Helper()
	var end map[string]any
	for text := range bytes.Lines(log) {
		var line map[string]any
		if err := json.Unmarshal(text, &line); err != nil {
			t.Fatal(err)
		}
		if line["message"] != "end" {
			continue
		}
		if end != nil {
			t.Errorf("told twice: %s", text)
		}
		delete(line, "message")
		delete(line, "time")
		delete(line, "duration_ms")
		end = line
	}
	return end
}

// A line stays JSON, whatever a secret is: also a number, or a text that begins
// within an escape.
func TestLogLinesStayJSON(t *testing.T) {
	var out bytes.Buffer
	redactor := new(redact.Redactor)
	redactor.Hide("12345678", "ntenable-canary")
	lines := &lineLog{newOutlet(&out), redactor}
	log := lines.logger("")
	log.Warn().Int("size", 12345678).Str("text", "a\ntenable-canary").Msg("number 12345678")
	lines.close()
	var line struct {
		Size, Text, Message string
	}
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%q: %v", out.Bytes(), err)
	}
	if line.Size != "[redacted]" || line.Text != "[redacted]" || line.Message != "number [redacted]" {
		t.Errorf("the line is %s", out.Bytes())
	}
}
