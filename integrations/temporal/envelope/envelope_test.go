package envelope

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	const text = `{"version": "1", "command": "Get Scan History", "return_data": "Partially Successful", "raw_data": {"temp_token": "t"},
		"error": {"status_code": 404, "message": "m", "retryable": false, "new_member": 9007199254740993}, "later": [1],
		"context_data": [{"history_id": 9007199254740993}], "key_fields": {"history_ids": [9007199254740993]}, "result": "<table>",
		"files": [{"name": "f", "size": 3, "sha256": "s", "path": "/p"}], "warnings": [{"code": "c", "message": "m"}], "meta": {"a": 1}, "stats": {"requests": 1}}`
	result, whole, err := Read(strings.NewReader(text))
	if err != nil || !whole {
		t.Fatalf("whole %t, %v", whole, err)
	}
	again, err := json.Marshal(result)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"version":"1","command":"Get Scan History","return_data":"Partially Successful",` +
		`"error":{"status_code":404,"message":"m","retryable":false,"new_member":9007199254740993},` +
		`"context_data":[{"history_id":9007199254740993}],"key_fields":{"history_ids":[9007199254740993]},` +
		`"files":[{"name":"f","media_type":"","size":3,"sha256":"s","path":"/p"}],"warnings":[{"code":"c","message":"m"}],"stats":{"requests":1}}`
	if string(again) != want {
		t.Errorf("got\n%s, want\n%s", again, want)
	}
}

func TestReadRefuses(t *testing.T) {
	for _, text := range []string{
		``, `null`, `[]`, `{}`, `"Successful"`, `{"version": "1"`, `{"version": "1", "return_data": "Successful"} {}`,
		`{"version": "2", "return_data": "Successful"}`, `{"version": "1", "return_data": "successful"}`,
		`{"version": "1", "return_data": "Failed", "error": null}`, `{"version": "1", "return_data": "Failed"}`,
		`{"version": "1", "return_data": "Failed", "error": "no object"}`,
		`{"version": "1", "return_data": "Successful", "error": {"message": "m"}}`,
		`{"version": "1", "return_data": "Successful", "return_data": "Failed"}`,
		`{"version": "1", "return_data": "Successful", "context_data": {}}`,
	} {
		if result, _, err := Read(strings.NewReader(text)); err == nil {
			t.Errorf("%s is %+v", text, result)
		}
	}
}

// TestReadCuts: every part that can be large is cut, and each cut is said.
func TestReadCuts(t *testing.T) {
	many := func(value string) string { return strings.Repeat(value+",", 20000) + value }
	text := fmt.Sprintf(`{"version": "1", "return_data": "Failed", "raw_data": [%s], "result": "%s",
		"context_data": [%s], "key_fields": {"agent_ids": [%s], "ips": ["192.0.2.1"], "names": [%[3]s]},
		"warnings": [%[5]s], "error": {"status_code": 404, "category": "not_found", "message": "%[2]s", "items": [%[3]s]}}`,
		many("1"), strings.Repeat("ä", 50000), many(`{"agent_id": 1}`), many("1000000"), many(`{"code": "c"}`))
	result, whole, err := Read(strings.NewReader(text))
	if err != nil || whole {
		t.Fatalf("whole %t, %v", whole, err)
	}
	if small, _ := json.Marshal(result); len(small) > 256<<10 {
		t.Errorf("what is left has %d bytes", len(small))
	}
	last := result.Warnings[len(result.Warnings)-1]
	for _, want := range []string{"context_data has ", "key_fields.agent_ids has ", "key_fields.names has ", "warnings has ", "error.items has ", " of 20001"} {
		if last.Code != "history_limit" || !strings.Contains(last.Message, want) {
			t.Errorf("the warning %+v does not say %q", last, want)
		}
	}
	if strings.Contains(last.Message, "key_fields.ips") || string(result.First("ips")) != `"192.0.2.1"` {
		t.Errorf("what was small is cut: %v", result.KeyFields["ips"])
	}
	if e := result.Problem(); e.StatusCode != 404 || e.Category != "not_found" || e.Message == "" {
		t.Errorf("the error is %+v", e)
	}
}

// TestReadTakesLittleMemory: an envelope of 64 MB passes through.
func TestReadTakesLittleMemory(t *testing.T) {
	row := `{"agent_id": 1, "name": "` + strings.Repeat("a", 1000) + `"}`
	parts := []string{`{"version": "1", "return_data": "Successful", "raw_data": [` + row}
	for range 64 << 10 {
		parts = append(parts, ","+row)
	}
	parts = append(parts, `]}`)
	reader := strings.NewReader(strings.Join(parts, ""))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, whole, err := Read(reader); err != nil || !whole {
		t.Fatalf("whole %t, %v", whole, err)
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 4<<20 {
		t.Errorf("reading took %d bytes", took)
	}
}
