package vectors_test

import (
	"strconv"
	"strings"
	"testing"
)

// testAMillionFailedChunks checks that ten thousand chunks are named and the rest is counted (row 137).
func testAMillionFailedChunks(t *testing.T) {
	var status strings.Builder
	status.WriteString(`{"status":"FINISHED","chunks_available":[],"total_chunks":1000000,"chunks_failed":[0`)
	for n := 1; n < 1_000_000; n++ {
		status.WriteString("," + strconv.Itoa(n))
	}
	status.WriteString("]}")
	v := scanVector(`{"command":"Get Vulnerabilities Export Report",` +
		`"inputs":{"export_uuid":"00000000-0000-0000-0000-000000000001"},"options":{"timeout_seconds":10}}`)
	v.Server.Answers = []answer{{Status: 200, Text: parts{{Text: status.String()}}}}
	v.Expect = expectation{ReturnData: "Failed", StatusCode: 502, PeakMiB: 100, WithinMS: 11_000}
	s := v.stage(t, t.TempDir(), values{})
	o := s.play(t, v)
	check(t, v, o)
	e, err := readEnvelope(o.stdout)
	if err != nil || e.Error == nil || len(e.Error.Items) != 10_001 || e.Error.Items[10_000].Value != "990000 more" {
		t.Errorf("%v, %d bytes: %.500s, want 10,000 items and one that counts the rest", err, len(o.stdout), o.stdout)
	}
}
