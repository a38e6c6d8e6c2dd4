package xsoar

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"tenableio/integrations/packs/packstest"
)

// runAll runs commands on a platform: those that work, those that fail, and those that work in part.
func runAll(t *testing.T, platform string) {
	t.Helper()
	i := newInstance(t, platform)
	binary := packstest.Binary(t)
	t.Run("the connection works", func(t *testing.T) {
		if entries, ok := i.run(t, binary, "test-module", nil); !ok {
			t.Errorf("the test says %v", entries)
		}
	})
	t.Run("wrong keys", func(t *testing.T) {
		other := i
		other.params = maps.Clone(i.params)
		other.params["credentials_2"] = map[string]any{"password": strings.Repeat("a", 64)}
		entries, _ := other.run(t, binary, "test-module", nil)
		expect(t, entries, failure, "Invalid credentials", "What to do: Check API Access Key")
	})
	t.Run("a list", func(t *testing.T) {
		entries, _ := i.run(t, binary, "tenableio-list-scans", map[string]any{"timeout_seconds": "60"})
		expect(t, entries, note, "List Scans: Successful", "Weekly perimeter")
		if records := entries[0].Context["TenableIO.ListScans(val.scan_id == obj.scan_id)"]; len(records.([]any)) < 5 {
			t.Errorf("the context has %v", entries[0].Context)
		}
	})
	t.Run("what does not exist", func(t *testing.T) {
		entries, _ := i.run(t, binary, "tenableio-get-scan-status", map[string]any{"scan_id": "99999"})
		expect(t, entries, failure, "(status 404)", "What to do: Run List Scans")
		if outcome(entries[0])["category"] != "not_found" {
			t.Errorf("the context has %v", entries[0].Context)
		}
	})
	t.Run("a wrong input", func(t *testing.T) {
		args := map[string]any{"scan_id": "32", "timeout_seconds": "soon"}
		entries, _ := i.run(t, binary, "tenableio-get-scan-status", args)
		expect(t, entries, failure, "timeout_seconds")
	})
	t.Run("in part", func(t *testing.T) {
		entries, _ := i.run(t, binary, "tenableio-add-agents-to-groups",
			map[string]any{"group_ids": "101,99999", "agent_names": "web-01", "wait": "true"})
		expect(t, entries, note, "Partially Successful")
		expect(t, entries, warning, "Group IDs 99999: AgentGroup with id 99999 not found.")
	})
	t.Run("more records than a table shows", func(t *testing.T) {
		entries, _ := i.run(t, binary, "tenableio-list-vulnerability-filters-v2", nil)
		expect(t, entries, note, "the first 50 of ")
	})
	t.Run("more records than the context takes", func(t *testing.T) {
		entries, _ := i.run(t, binary, "tenableio-list-agents", nil)
		expect(t, entries, file, "tenableio-list-agents.json")
		expect(t, entries, warning, "The context has the first 1000 records")
	})
	t.Run("a report", func(t *testing.T) { i.report(t, binary) })
	t.Run("no binary", func(t *testing.T) {
		entries, _ := i.run(t, "/nowhere/tenableio", "tenableio-list-scans", nil)
		expect(t, entries, failure, "The tenableio binary is missing", "/nowhere/tenableio")
	})
	t.Run("the binary of another platform", func(t *testing.T) {
		entries, _ := i.run(t, packstest.Foreign(t), "tenableio-list-scans", nil)
		expect(t, entries, failure, "Is it the build of another platform?")
	})
}

// report exports a scan, asks too early for its file, and then waits for it.
func (i instance) report(t *testing.T, binary string) {
	t.Helper()
	entries, _ := i.run(t, binary, "tenableio-export-scan", map[string]any{"scan_id": "32", "report_format": "Nessus"})
	expect(t, entries, note, "Export Scan: Successful")
	keys := outcome(entries[0])["key_fields"].(map[string]any)
	args := map[string]any{"scan_id": "32", "file_id": keys["file_ids"].([]any)[0], "wait": "false"}
	entries, _ = i.run(t, binary, "tenableio-download-exported-scan", args)
	if entries[0].Type != file { // on a slow machine the report may be ready by now
		expect(t, entries, note, "not ready yet")
		if outcome(entries[0])["ready"] != false {
			t.Errorf("the context of a report that is not ready has %+v", entries[0].Context)
		}
	}
	args["wait"] = "true"
	entries, _ = i.run(t, binary, "tenableio-download-exported-scan", args)
	expect(t, entries, file, ".nessus")
	if entries[0].Size < 1000 {
		t.Errorf("the file has %d bytes", entries[0].Size)
	}
}

func outcome(e entry) map[string]any {
	found, _ := e.Context["TenableIO.Result(val.command == obj.command)"].(map[string]any)
	return found
}

// expect looks for an entry of the type that holds all of the texts.
func expect(t *testing.T, entries []entry, kind int, texts ...string) {
	t.Helper()
	for _, e := range entries {
		said := fmt.Sprint(e.Readable, e.Contents, e.File)
		all := e.Type == kind
		for _, text := range texts {
			all = all && strings.Contains(said, text)
		}
		if all {
			return
		}
	}
	t.Fatalf("no entry of type %d says %q: %+v", kind, texts, entries)
}
