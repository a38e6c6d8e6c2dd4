package exports_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenableio/internal/sandbox"
	"tenableio/internal/sandbox/exports"
	"tenableio/internal/sandbox/sandboxtest"
	"tenableio/internal/sandbox/web"
)

// exported is what the tests look at in a finding.
type exported struct {
	ID     string `json:"finding_id"`
	State  string
	Output string
	Asset  struct{ UUID string }
	Plugin struct{ ID int }
}

func (w *world) chunkOf(uuid string, id int) (findings []exported) {
	w.T.Helper()
	w.Get(fmt.Sprintf("/vulns/export/%s/chunks/%d", uuid, id), &findings)
	return findings
}

// TestChunksAreByAssets: each chunk has so many assets, none is in two of them,
// and together they have all findings.
func TestChunksAreByAssets(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) { c.Assets, c.FindingsPerAsset = 230, 1 })
	for asked, perChunk := range map[string]int{
		`"num_assets":"60",`: 60, `"num_assets":120.0,`: 120, ``: 50, `"num_assets":-7,`: 50, `"num_assets":100000,`: 5000,
	} {
		uuid := w.StartExport(`{` + asked + `"filters":{"since":0}}`)
		w.Now = w.Now.Add(time.Minute)
		status := w.exportStatus(uuid)
		if status.PerChunk != perChunk {
			t.Errorf("%s: %d for each chunk, want %d", asked, status.PerChunk, perChunk)
		}
		chunkOf := map[string]int{}
		ids := map[string]bool{}
		for _, id := range status.Available {
			assets := map[string]bool{}
			for _, f := range w.chunkOf(uuid, id) {
				assets[f.Asset.UUID] = true
				if was, seen := chunkOf[f.Asset.UUID]; seen && was != id || ids[f.ID] {
					t.Fatalf("%s: asset %s is in chunks %d and %d", asked, f.Asset.UUID, was, id)
				}
				chunkOf[f.Asset.UUID], ids[f.ID] = id, true
			}
			if len(assets) > perChunk || len(assets) < perChunk && id != status.Total {
				t.Errorf("%s: chunk %d has %d assets", asked, id, len(assets))
			}
		}
		if want := w.idsOf(func(f finding) bool { return f.Asset.Licensed }); !slices.Equal(want, slices.Sorted(maps.Keys(ids))) {
			t.Errorf("%s: %d findings, want %d", asked, len(ids), len(want))
		}
	}
}

// TestChunksExpire after 24 hours, those of a cancelled job and all jobs after
// three days.
func TestChunksExpire(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) { c.Assets, c.FindingsPerAsset = 400, 4 })
	done := w.StartExport(`{}`)
	stopped := w.StartExport(`{"num_assets":51}`)
	w.Now = w.Now.Add(6 * time.Second)
	status := w.exportStatus(stopped)
	if len(status.Available) == 0 || len(status.Available) == status.Total {
		t.Fatalf("status is %+v", status)
	}
	var answer struct{ Status string }
	w.Want(200, "POST", "/vulns/export/"+stopped+"/cancel", "", &answer)
	if answer.Status != "CANCELLED" {
		t.Errorf("cancelling says %q", answer.Status)
	}
	w.Want(200, "POST", "/vulns/export/"+stopped+"/cancel", "", &answer)
	w.Now = w.Now.Add(time.Minute)
	after := w.exportStatus(stopped)
	if after.Status != exports.Cancelled || !slices.Equal(after.Available, status.Available) ||
		len(after.Cancelled) != status.Total-len(status.Available) {
		t.Errorf("cancelled: %+v", after)
	}
	chunk := func(uuid string, id int) int {
		code, _, body := w.Ask("GET", fmt.Sprintf("/vulns/export/%s/chunks/%d", uuid, id), "")
		if code == 404 && !strings.HasPrefix(string(body), `{"statusCode":404,"error":"Not Found","message":"`) {
			t.Errorf("404 with %s", body)
		}
		return code
	}
	if got := chunk(stopped, after.Cancelled[0]); got != 404 {
		t.Errorf("a cancelled chunk: %d", got)
	}
	if status, _, body := w.Ask("POST", "/vulns/export/"+done+"/cancel", ""); status != 400 {
		t.Errorf("cancelling what is finished: %d %s", status, body)
	}
	for _, at := range []struct {
		after                time.Duration
		done, stopped, known int
	}{
		{time.Hour, 200, 200, 200}, {23 * time.Hour, 200, 200, 200}, {25 * time.Hour, 404, 200, 200}, {71 * time.Hour, 404, 200, 200}, {73 * time.Hour, 404, 404, 404},
	} {
		w.Now = sandboxtest.DayOne.Add(at.after)
		known, _, _ := w.Ask("GET", "/vulns/export/"+done+"/status", "")
		if chunk(done, 1) != at.done || chunk(stopped, after.Available[0]) != at.stopped || known != at.known {
			t.Errorf("after %s: chunk %d, of the cancelled job %d, status %d; want %+v", at.after, chunk(done, 1),
				chunk(stopped, after.Available[0]), known, at)
		}
	}
}

// TestChunksFailOnDemand: an export whose chunks 2 and 3 are never there is
// finished without them and says why.
func TestChunksFailOnDemand(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) {
		c.Assets, c.FindingsPerAsset = 400, 4
		once := 1
		c.Faults = []sandbox.Fault{
			{Path: "/vulns/export/*/chunks/1", Status: 404, Times: &once}, // is had the second time
			{Path: "/vulns/export/*/chunks/2", Status: 404},
			{Path: "/vulns/export/*/chunks/3", Status: 404, Method: "GET"},
			{Path: "/vulns/export/*/chunks/4", Status: 500},
		}
	})
	uuid := w.StartExport(`{}`)
	w.Now = w.Now.Add(time.Minute)
	s := w.exportStatus(uuid)
	if s.Status != exports.Finished || len(s.Failed) != 2 || len(s.Available) != s.Total-2 || s.Reason == "" ||
		s.Finished != s.Total {
		t.Errorf("status is %+v", s)
	}
	if status, _, body := w.Ask("GET", fmt.Sprintf("/vulns/export/%s/chunks/%d", uuid, s.Failed[0]), ""); status != 404 {
		t.Errorf("a failed chunk: %d %s", status, body)
	}
}

// TestExportedFinding holds members of a finding to the tenant; what is empty is
// left out.
func TestExportedFinding(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) { c.FindingsPerAsset = 5 })
	uuid := w.StartExport(`{"num_assets":5000,"filters":{"since":0},"include_unlicensed":true}`)
	w.Now = w.Now.Add(time.Minute)
	var chunk []map[string]any
	w.Get("/vulns/export/"+uuid+"/chunks/1", &chunk)
	byID := map[string]finding{}
	for _, f := range w.All(func(finding) bool { return true }) {
		byID[f.ID()] = f
	}
	for _, got := range chunk {
		f := byID[got["finding_id"].(string)]
		want := map[string]any{
			"state": f.State, "severity_id": float64(f.Severity), "severity": []string{"info", "low", "medium", "high", "critical"}[f.Severity],
			"severity_default_id": float64(f.Plugin.Severity), "source": f.Source, "first_found": f.FirstFound.Format("2006-01-02T15:04:05.000Z"),
			"last_found": f.LastFound.Format("2006-01-02T15:04:05.000Z"), "severity_modification_type": f.Modification,
		}
		for name, value := range want {
			if got[name] != value {
				t.Errorf("finding %s: %s is %v, want %v", f.ID(), name, got[name], value)
			}
		}
		if output, _ := got["output"].(string); output != f.Output() {
			t.Errorf("finding %s: output %q, want %q", f.ID(), output, f.Output())
		}
		port := got["port"].(map[string]any)
		if port["port"] != float64(f.Port) || port["protocol"] != f.Protocol ||
			got["plugin"].(map[string]any)["id"] != float64(f.Plugin.ID) {
			t.Errorf("finding %s: at %v of plugin %v", f.ID(), port, got["plugin"].(map[string]any)["id"])
		}
		if where := empties(got, ""); len(where) > 0 {
			t.Errorf("finding %s: empty attributes %v", f.ID(), where)
		}
	}
	if len(chunk) != len(byID) {
		t.Errorf("%d findings, want %d", len(chunk), len(byID))
	}
}

// TestChunkFollowsTheSpecification holds a chunk with findings of every kind to it.
func TestChunkFollowsTheSpecification(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) { c.Assets, c.FindingsPerAsset, c.ExportDelay = 50, 8, 0 })
	path := "/vulns/export/" + w.StartExport(`{"filters":{"since":0},"include_unlicensed":true,"include_software_vulns":true}`) + "/chunks/1"
	w.Hold(path)
}

// empties names members that are empty, which the API leaves out.
func empties(value any, at string) (found []string) {
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			found = append(found, empties(member, at+"."+name)...)
		}
		if len(v) == 0 {
			found = append(found, at)
		}
	case []any:
		if len(v) == 0 {
			found = append(found, at)
		}
	case string:
		if v == "" {
			found = append(found, at)
		}
	case nil:
		found = append(found, at)
	}
	return found
}

// TestChunkIsCompressed: where the client takes gzip; otherwise its length is
// told.
func TestChunkIsCompressed(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) { c.FindingsPerAsset, c.ExportDelay = 4, 0 })
	var started struct {
		UUID string `json:"export_uuid"`
	}
	w.Want(200, "POST", "/vulns/export", `{}`, &started)
	r := httptest.NewRequest("GET", "/vulns/export/"+started.UUID+"/chunks/1", nil)
	r.Header.Set("Accept-Encoding", "gzip, deflate")
	r.Host = sandboxtest.Host
	r.Header.Set("X-ApiKeys", w.As(web.Basic))
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, r)
	if recorder.Header().Get("Content-Encoding") != "gzip" || recorder.Header().Get("Content-Length") != "" {
		t.Errorf("headers are %v", recorder.Header())
	}
	unpacked, err := gzip.NewReader(recorder.Body)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	_, header, plain := w.Ask("GET", "/vulns/export/"+started.UUID+"/chunks/1", "")
	if string(got) != string(plain) || header.Get("Content-Length") != strconv.Itoa(len(plain)) ||
		header.Get("Content-Encoding") != "" {
		t.Errorf("%d bytes compressed, %d plain, headers %v", len(got), len(plain), header)
	}
	if want := "attachment; filename=" + started.UUID + "-1-vulndoc.json"; header.Get("Content-Disposition") != want {
		t.Errorf("Content-Disposition is %q, want %q", header.Get("Content-Disposition"), want)
	}
}
