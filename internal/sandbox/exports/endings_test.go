package exports_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tenableio/internal/sandbox"
	"tenableio/internal/sandbox/exports"
)

// TestExportsEndAsAsked: one that fails or is cancelled keeps what it made, which can
// be had for three days.
func TestExportsEndAsAsked(t *testing.T) {
	for _, test := range []struct {
		outcome string
		status  string
		reason  string
	}{
		{"error", "ERROR", "could not be completed"},
		{"cancelled", "CANCELLED", ""},
	} {
		w := newWorld(t, func(c *sandbox.Config) { c.Assets, c.FindingsPerAsset, c.ExportOutcome = 300, 2, test.outcome })
		uuid := w.StartExport(`{"filters":{"since":0},"include_unlicensed":true}`)
		w.Wait(9 * time.Second)
		if s := w.exportStatus(uuid); s.Status != "PROCESSING" || len(s.Cancelled) != 0 {
			t.Errorf("%s: before the end %+v", test.outcome, s)
		}
		w.Wait(time.Second)
		s := w.exportStatus(uuid)
		if s.Status != test.status || s.Total != 6 || len(s.Available) != 3 || len(s.Cancelled) != 3 || !strings.Contains(s.Reason, test.reason) {
			t.Errorf("%s: %+v", test.outcome, s)
		}
		for id := 1; id <= s.Total; id++ {
			want := 404
			if slices.Contains(s.Available, id) {
				want = 200
			}
			w.Wait(time.Hour)
			if status, _, body := w.Ask("GET", fmt.Sprintf("/vulns/export/%s/chunks/%d", uuid, id), ""); status != want {
				t.Errorf("%s: chunk %d: %d %.200s", test.outcome, id, status, body)
			}
		}
		w.Wait(71 * time.Hour)
		if status, _, _ := w.Ask("GET", "/vulns/export/"+uuid+"/status", ""); status != 404 {
			t.Errorf("%s: after three days %d", test.outcome, status)
		}
	}
}

// TestDuplicatesAreRefusedInEachForm: the job is in all of them.
func TestDuplicatesAreRefusedInEachForm(t *testing.T) {
	for _, form := range exports.DuplicateForms {
		w := newWorld(t, func(c *sandbox.Config) { c.DuplicateExports = form })
		uuid := w.StartExport(`{}`)
		status, header, body := w.Ask("POST", "/vulns/export", `{}`)
		var answer struct {
			ActiveJobID     string `json:"active_job_id"`
			Message         string
			Values, Strings []string
			Bytes           string
			Count           int `json:"value_count"`
		}
		if err := json.Unmarshal(body, &answer); err != nil {
			t.Fatal(err)
		}
		whole := "Duplicate export (job_uuid=" + uuid + " container_uuid=" + w.ContainerUUID + "). not allowed. Please modify request or wait until existing export is complete."
		bytes, _ := base64.StdEncoding.DecodeString(answer.Bytes)
		good := map[string]bool{
			"conflict": status == 409 && answer.ActiveJobID == uuid,
			"message": status == 429 && strings.HasPrefix(answer.Message, "Duplicate export not allowed. ") &&
				strings.Contains(answer.Message, "(job_uuid="+uuid+" container_uuid="+w.ContainerUUID+" createdAt="),
			"values": status == 429 && answer.Count == 2 && slices.Equal(answer.Values, []string{uuid, w.ContainerUUID}) &&
				len(answer.Strings) == 3 && string(bytes) == whole,
		}
		if !good[form] || header.Get("Retry-After") != "" {
			t.Errorf("%s: %d %s", form, status, body)
		}
		w.Wait(time.Minute)
		if again := w.StartExport(`{}`); again == uuid {
			t.Errorf("%s: the job is still the same when it is over", form)
		}
	}
}

// TestPastExports: three that are over are there from the start, for who wants to
// read one without starting it.
func TestPastExports(t *testing.T) {
	w := newWorld(t, nil)
	const uuid = "00000000-0000-0000-0000-00000000000"
	want := map[string]string{uuid + "1": "FINISHED", uuid + "2": "ERROR", uuid + "3": "CANCELLED"}
	for uuid, status := range want {
		s := w.exportStatus(uuid)
		if s.Status != status || len(s.Available) == 0 || (status == "FINISHED") != (len(s.Available) == s.Total) {
			t.Errorf("%s: %+v", uuid, s)
		}
		var findings []json.RawMessage
		w.Get(fmt.Sprintf("/vulns/export/%s/chunks/%d", uuid, s.Available[0]), &findings)
		if len(findings) == 0 {
			t.Errorf("%s: no findings", uuid)
		}
	}
}

// TestVPRIsOfVersionTwo: exports tell it under the old name.
func TestVPRIsOfVersionTwo(t *testing.T) {
	w := newWorld(t, nil)
	var findings []struct {
		Plugin struct {
			VPR map[string]any
		}
	}
	w.Get("/vulns/export/"+"00000000-0000-0000-0000-000000000001"+"/chunks/1", &findings)
	rated := 0
	for _, f := range findings {
		if f.Plugin.VPR == nil {
			continue
		}
		rated++
		for _, member := range []string{"score", "vpr_severity", "vpr_percentile", "exploit_probability", "exploit_code_maturity", "on_cisa_kev"} {
			if f.Plugin.VPR[member] == nil {
				t.Errorf("%v has no %s", f.Plugin.VPR, member)
			}
		}
		if f.Plugin.VPR["drivers"] != nil || f.Plugin.VPR["updated"] != nil {
			t.Errorf("%v is of version 1", f.Plugin.VPR)
		}
	}
	if rated == 0 {
		t.Error("no finding has a VPR")
	}
}
