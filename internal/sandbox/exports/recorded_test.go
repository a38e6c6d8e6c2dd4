package exports_test

import (
	"testing"

	"tenableio/internal/sandbox"
	"tenableio/internal/sandbox/sandboxtest"
)

// TestExportsAreAsRecorded compares the answers with what the cloud said to the
// same calls. Named are members that the API got since.
func TestExportsAreAsRecorded(t *testing.T) {
	recordings := sandboxtest.ReadRecordings(t)
	w := newWorld(t, func(c *sandbox.Config) { c.FindingsPerAsset, c.ExportDelay = 8, 0 })
	var started struct {
		UUID string `json:"export_uuid"`
	}
	w.Want(200, "POST", "/vulns/export", `{"num_assets": "5000", "filters": {"since": 0}}`, &started)
	_, _, status := w.Ask("GET", "/vulns/export/"+started.UUID+"/status", "")
	for _, name := range []string{"vulns-export-status-chunk", "vulns-export-status-empty"} {
		sandboxtest.CompareShapes(t, recordings[name].Response.Body, status, ".uuid", ".total_chunks", ".chunks_available_count", ".empty_chunks_count", ".finished_chunks", ".filters", ".num_assets_per_chunk", ".created", ".chunks_available[]")
	}
	_, header, chunk := w.Ask("GET", "/vulns/export/"+started.UUID+"/chunks/1", "")
	sandboxtest.CompareShapes(t, recordings["vulns-export-chunk"].Response.Body, chunk, newerOfFindings...)
	was := recordings["vulns-export-chunk"].Header()
	for _, name := range []string{"Content-Type", "Content-Disposition", "Content-Length"} {
		if (was.Get(name) == "") != (header.Get(name) == "") {
			t.Errorf("%s is %q and was %q", name, header.Get(name), was.Get(name))
		}
	}
}

// newerOfFindings are members of findings that the specification has and the
// recording of 2018, or its 40 findings, have not.
var newerOfFindings = []string{
	"[].indexed", "[].source", "[].finding_id", "[].resurfaced_date", "[].time_taken_to_fix", "[].recast_reason", "[].recast_rule_uuid",
	"[].asset.network_id", "[].asset.agent_uuid", "[].asset.ipv6", "[].asset.serial_number", "[].asset.netbios_workgroup", "[].asset.last_unauthenticated_results",
	"[].scan.last_scan_target", "[].plugin.",
}
