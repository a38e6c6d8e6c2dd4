package outcome

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// command is a command with these key fields, and with these members in its records.
func command(keyFields, members string) Asked {
	var c Asked
	text := fmt.Sprintf(`{"outputs": {"key_fields": [%s], "context_data": [%s]}}`,
		named(keyFields), named(members))
	if err := json.Unmarshal([]byte(text), &c.About); err != nil {
		panic(err)
	}
	return c
}

func named(keys string) string {
	var all []string
	for key := range strings.FieldsSeq(keys) {
		all = append(all, fmt.Sprintf(`{"key": %q}`, key))
	}
	return strings.Join(all, ",")
}

func TestVariables(t *testing.T) {
	status := command("scan_ids scan_uuids", "scan_id scan_uuid status active")
	status.Inputs = map[string]string{"Scan ID": "33", "run_uuid": "a-b", "scan_uuids": `["a-b"]`}
	for name, c := range map[string]struct {
		envelope string
		asked    Asked
		want     string
	}{
		"single record": {
			`{"version": "1", "return_data": "Successful", "raw_data": {"status": "running", "n": 12345678901234567890, "s": " "}, "error": null,
			  "context_data": [{"scan_id": 32, "scan_uuid": null, "status": "running", "active": true, "list": [1, "a"]}],
			  "key_fields": {"scan_ids": [32]}, "files": [], "warnings": [], "stats": {}}`, status,
			`{"return_data": "Successful", "message": "", "hint": "", "status_code": "", "file_path": "", "cut": "false", "file_sha256": "",
			  "raw_data": "{\"status\":\"running\",\"n\":12345678901234567890,\"s\":\" \"}",
			  "context_data": "[{\"scan_id\":32,\"scan_uuid\":null,\"status\":\"running\",\"active\":true,\"list\":[1,\"a\"]}]",
			  "scan_id": "32", "scan_ids": "[32]", "scan_uuid": "", "scan_uuids": "[]", "status": "running", "active": "true", "list": "[1,\"a\"]"}`,
		},
		"nothing found": {
			`{"return_data": "Successful", "error": null, "context_data": [], "key_fields": {"scan_ids": []}}`, command("scan_ids", "scan_id status"),
			`{"return_data": "Successful", "message": "", "hint": "", "status_code": "", "file_path": "", "cut": "false", "file_sha256": "", "raw_data": "null", "context_data": "[]",
			  "scan_id": "", "scan_ids": "[]", "status": ""}`,
		},
		"failed": {
			`{"return_data": "Failed", "raw_data": null, "error": {"status_code": 404, "message": "Scan not found.", "hint": "Look."},
			  "context_data": [], "key_fields": {}, "files": [], "warnings": [{"message": "Mind this."}]}`, status,
			`{"return_data": "Failed", "message": "Scan not found. Mind this.", "hint": "Look.", "status_code": "404", "file_path": "", "cut": "false", "file_sha256": "",
			  "raw_data": "null", "context_data": "[]",
			  "scan_id": "33", "scan_ids": "[]", "scan_uuid": "a-b", "scan_uuids": "[\"a-b\"]", "status": "", "active": ""}`,
		},
		"refused": {
			`{"return_data": "Failed", "error": {"status_code": 400, "message": "No."}, "context_data": [], "key_fields": {}}`, status,
			`{"return_data": "Failed", "message": "No.", "hint": "", "status_code": "400", "file_path": "", "cut": "false", "file_sha256": "", "raw_data": "null", "context_data": "[]",
			  "scan_id": "", "scan_ids": "[]", "scan_uuid": "", "scan_uuids": "[]", "status": "", "active": ""}`,
		},
		"file, several records, irregular names": {
			`{"return_data": "Partially Successful", "raw_data": [], "error": {"status_code": 502, "message": "Chunk 2."},
			  "context_data": [{"a": 1}, {"a": 2}],
			  "key_fields": {"ip_addresses": ["192.0.2.1", "192.0.2.2"], "scan_statuses": ["completed"], "sha256": ["ab"], "cves": []},
			  "files": [{"path": "/out/r.json", "sha256": "ab"}, {"path": "/out/s.json"}]}`, command("", "a b"),
			`{"return_data": "Partially Successful", "message": "Chunk 2.", "hint": "", "status_code": "502", "file_path": "/out/r.json", "cut": "false", "file_sha256": "ab",
			  "raw_data": "[]", "context_data": "[{\"a\":1},{\"a\":2}]", "a": "", "b": "", "ip_address": "192.0.2.1", "ip_addresses": "[\"192.0.2.1\",\"192.0.2.2\"]",
			  "scan_status": "completed", "scan_statuses": "[\"completed\"]", "sha256": "[\"ab\"]", "cve": "", "cves": "[]"}`,
		},
	} {
		var want map[string]string
		if err := json.Unmarshal([]byte(c.want), &want); err != nil {
			t.Fatal(err)
		}
		got, err := Read(strings.NewReader(c.envelope), c.asked)
		if err != nil || !maps.Equal(got.Variables, want) {
			t.Errorf("%s, %v:\n%q, want\n%q", name, err, got.Variables, want)
		}
	}
}

// TestListedVariables: a command that left no envelope sets the same variables.
func TestListedVariables(t *testing.T) {
	got := Failure(command("scan_ids", "status"), 500, "Why.", "What to do.").Variables
	want := strings.Fields("context_data cut file_path file_sha256 hint message raw_data return_data scan_id scan_ids status status_code")
	if keys := slices.Sorted(maps.Keys(got)); !slices.Equal(keys, want) {
		t.Errorf("the variables are %v, want %v", keys, want)
	}
	if got["return_data"] != "Failed" || got["status_code"] != "500" || got["message"] != "Why." || got["hint"] != "What to do." {
		t.Errorf("the failure is %q", got)
	}
}

// TestCut: what is cut stays valid, holds whole elements, is as long as it may be, and the message says so.
func TestCut(t *testing.T) {
	const records = 5000
	record := func(i int) string {
		return fmt.Sprintf(`{"id": %d, "name": %q, "nested": [{"x": [1, 2]}]}`, i, strings.Repeat("ü\"", i%50))
	}
	var all []string
	for i := range records {
		all = append(all, record(i))
	}
	list := "[" + strings.Join(all, ", ") + "]"
	envelope := fmt.Sprintf(`{"return_data": "Successful", "raw_data": {"total": 1, "agents": %s, "after": 1}, "error": null, "context_data": %s, "key_fields": {"ids": %s}}`,
		list, list, list)
	got, err := Read(strings.NewReader(envelope), Asked{})
	if err != nil {
		t.Fatal(err)
	}
	v := got.Variables
	kept := map[string]int{"raw_data": 0, "context_data": 0, "ids": 0}
	for name := range kept {
		text := []byte(v[name])
		if name == "raw_data" {
			var raw struct{ Agents json.RawMessage }
			if err := json.Unmarshal(text, &raw); err != nil {
				t.Errorf("%s is not valid: %v", name, err)
			}
			text = raw.Agents
		}
		var elements []struct {
			ID     int
			Name   string
			Nested []struct{ X []int }
		}
		if err := json.Unmarshal(text, &elements); err != nil {
			t.Errorf("%s is not valid: %v", name, err)
		}
		for i, element := range elements {
			if element.ID != i || element.Name != strings.Repeat("ü\"", i%50) || len(element.Nested) != 1 || len(element.Nested[0].X) != 2 {
				t.Errorf("%s has %+v at %d", name, element, i)
			}
		}
		if size := len(v[name]); size > Most || size < Most-300 {
			t.Errorf("%s has %d bytes, want nearly %d", name, size, Most)
		}
		kept[name] = len(elements)
	}
	if v["cut"] != "true" {
		t.Errorf("__cut__ is %q", v["cut"])
	}
	want := fmt.Sprintf("__ids__ is cut at 256 KiB: it holds %d of 5000. __raw_data__ is cut at 256 KiB. "+
		"__context_data__ is cut at 256 KiB: it holds %d of 5000.", kept["ids"], kept["context_data"])
	if v["message"] != want {
		t.Errorf("the message is %q, want %q", v["message"], want)
	}
}

// TestCutAnywhere: a value of any form that is cut is valid, and one that is not is whole.
func TestCutAnywhere(t *testing.T) {
	long := strings.Repeat("x", Most-20)
	for _, value := range []string{
		fmt.Sprintf(`[%q, {"a": %q}, 3]`, long, long), fmt.Sprintf(`{"a": {"b": %q, "c": "1234567890"}, "d": 1}`, long), fmt.Sprintf(`%q`, long+long),
		fmt.Sprintf(`{"a": [[%q]], "b": 1}`, long+long), fmt.Sprintf(`{%q: 1}`, long+long), strings.Repeat("[", 900) + `"` + long + `"` + strings.Repeat("]", 900),
		`{}`, `[]`, `null`, `{"a": [{}, [], null, true, -1.50e+10]}`, fmt.Sprintf(`[%q]`, long),
	} {
		var c clip
		if err := c.read(jsontext.NewDecoder(strings.NewReader(value))); err != nil {
			t.Errorf("%.40s: %v", value, err)
		}
		if len(c.text) > Most || len(c.text) > 0 && !json.Valid(c.text) {
			t.Errorf("%.40s is cut to %d bytes, %.40s", value, len(c.text), c.text)
		}
		whole := jsontext.Value(value)
		if err := whole.Compact(); err != nil || !c.full && string(whole) != string(c.text) {
			t.Errorf("%.40s became %.40s", value, c.text)
		}
	}
}

func TestNoEnvelope(t *testing.T) {
	for _, text := range []string{
		"", "{", "[]", "null", `{"return_data": "Successful"`, `{"return_data": "Successful"} {}`, `{"return_data": "Done"}`, `{"return_data": "Failed", "error": null}`,
		`panic: runtime error`,
	} {
		if got, err := Read(strings.NewReader(text), Asked{}); err == nil {
			t.Errorf("%q is the envelope %+v", text, got)
		}
	}
}
