package exports_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenableio/internal/sandbox"
	"tenableio/internal/sandbox/exports"
	"tenableio/internal/sandbox/sandboxtest"
	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

type finding = *tenant.Finding

// world is a sandbox with what these tests ask of it.
type world struct{ *sandboxtest.World }

// newWorld is a sandbox where an export takes 10 seconds.
func newWorld(t *testing.T, change func(*sandbox.Config)) *world {
	t.Helper()
	return &world{sandboxtest.New(t, func(c *sandbox.Config) {
		c.ExportDelay = 10 * time.Second
		if change != nil {
			change(c)
		}
	})}
}

// jobStatus is what the tests of this room look at in the status of an export.
type jobStatus struct {
	UUID, Status, Reason string
	Available            []int `json:"chunks_available"`
	Failed               []int `json:"chunks_failed"`
	Cancelled            []int `json:"chunks_cancelled"`
	Total                int   `json:"total_chunks"`
	Finished             int   `json:"finished_chunks"`
	Count                int   `json:"chunks_available_count"`
	PerChunk             int   `json:"num_assets_per_chunk"`
	Filters              web.Object
	Created              int64
}

// exportStatus reads the status of an export.
func (w *world) exportStatus(uuid string) (status jobStatus) {
	w.T.Helper()
	w.Get("/vulns/export/"+uuid+"/status", &status)
	return status
}

var findingID = regexp.MustCompile(`"finding_id":"([^"]*)"`)

// export gives the identifiers of all findings of an export that takes no time,
// sorted.
func (w *world) exportIDs(body string) []string {
	w.T.Helper()
	uuid := w.StartExport(body)
	status := w.exportStatus(uuid)
	if status.Status != exports.Finished || len(status.Available) != status.Total {
		w.T.Fatalf("%s: status %+v", body, status)
	}
	ids := []string{}
	for _, id := range status.Available {
		_, _, chunk := w.Ask("GET", fmt.Sprintf("/vulns/export/%s/chunks/%d", uuid, id), "")
		for _, match := range findingID.FindAllSubmatch(chunk, -1) {
			ids = append(ids, string(match[1]))
		}
	}
	slices.Sort(ids)
	return ids
}

// idsOf are the identifiers of the findings that hold, sorted.
func (w *world) idsOf(holds func(finding) bool) []string {
	ids := []string{}
	for _, f := range w.All(holds) {
		ids = append(ids, f.ID())
	}
	slices.Sort(ids)
	return ids
}

// TestExportGoesThroughItsStates: queued, then chunks one after the other in
// some order of their own, then finished.
func TestExportGoesThroughItsStates(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) { c.Assets, c.FindingsPerAsset = 700, 1 })
	uuid := w.StartExport(`{"num_assets":50,"filters":{"since":0}}`)
	if s := w.exportStatus(uuid); s.Status != exports.Queued || len(s.Available) != 0 || s.UUID != uuid ||
		s.PerChunk != 50 || s.Created != sandboxtest.DayOne.UnixMilli() {
		t.Fatalf("at first: %+v", s)
	}
	var order []int
	for range 50 {
		w.Now = w.Now.Add(200 * time.Millisecond)
		s := w.exportStatus(uuid)
		if s.Total < 10 || s.Count != len(s.Available) || s.Finished != s.Count ||
			!slices.Equal(s.Available[:len(order)], order) {
			t.Fatalf("after %s: %+v, before it %v", w.Now.Sub(sandboxtest.DayOne), s, order)
		}
		if len(s.Available) > 0 && s.Status == exports.Queued || len(s.Available) == s.Total && s.Status == exports.Queued {
			t.Errorf("after %s: %s with chunks %v", w.Now.Sub(sandboxtest.DayOne), s.Status, s.Available)
		}
		want := http.StatusBadRequest
		if slices.Contains(s.Available, 1) {
			want = http.StatusOK
		}
		if got, _, body := w.Ask("GET", "/vulns/export/"+uuid+"/chunks/1", ""); got != want {
			t.Fatalf("chunk 1 with %v available: %d %.200s", s.Available, got, body)
		}
		order = s.Available
	}
	last := w.exportStatus(uuid)
	if last.Status != exports.Finished || len(order) != last.Total || slices.IsSorted(order) {
		t.Errorf("at last: %+v", last)
	}
	if sorted := slices.Sorted(slices.Values(order)); sorted[0] != 1 || sorted[len(sorted)-1] != last.Total {
		t.Errorf("chunks are %v", sorted)
	}
}

// TestExportOfNothing is finished and has no chunk.
func TestExportOfNothing(t *testing.T) {
	w := newWorld(t, nil)
	uuid := w.StartExport(`{"filters":{"cidr_range":"127.0.0.1/32"}}`)
	w.Now = w.Now.Add(time.Minute)
	if s := w.exportStatus(uuid); s.Status != exports.Finished || s.Total != 0 || len(s.Available) != 0 {
		t.Errorf("status is %+v", s)
	}
}

// TestEqualExportIsAConflict while the first runs; a different one is not.
func TestEqualExportIsAConflict(t *testing.T) {
	w := newWorld(t, nil)
	uuid := w.StartExport(`{"num_assets":50,"filters":{"severity":["high"],"state":["OPEN"]}}`)
	w.Now = w.Now.Add(time.Second)
	for _, same := range []string{
		`{"filters":{"state":["OPEN"],"severity":["high"]},"num_assets":"50"}`, `{"num_assets":3,"filters":{"severity":["high"],"state":["OPEN"]},"include_unlicensed":false}`,
	} {
		status, _, body := w.Ask("POST", "/vulns/export", same)
		want := `{"active_job_id":"` + uuid + `","failure_reason":"The request could not be completed due to a conflict with the ongoing export"}`
		if status != http.StatusConflict || string(body) != want {
			t.Errorf("%s: %d %s", same, status, body)
		}
	}
	for _, other := range []string{
		`{"num_assets":51,"filters":{"severity":["high"],"state":["OPEN"]}}`, `{"filters":{"severity":["high"]}}`, `{"filters":{"severity":["high"],"state":["OPEN"]},"include_unlicensed":true}`,
	} {
		if w.StartExport(other) == uuid {
			t.Errorf("%s is the same export", other)
		}
	}
	w.Now = w.Now.Add(time.Minute)
	if w.StartExport(`{"num_assets":50,"filters":{"severity":["high"],"state":["OPEN"]}}`) == uuid {
		t.Error("an export that is over is given again")
	}
	w.StartExport(`{}`)
	for _, same := range []string{`{"filters":{}}`, `{"filters":null,"num_assets":50}`} {
		if status, _, body := w.Ask("POST", "/vulns/export", same); status != http.StatusConflict {
			t.Errorf("%s: %d %s while an export of everything runs", same, status, body)
		}
	}
}

// TestElevenExportsAreTooMany: 429 as the gateway says it, until one is over.
func TestElevenExportsAreTooMany(t *testing.T) {
	w := newWorld(t, nil)
	for i := range 10 {
		w.StartExport(fmt.Sprintf(`{"num_assets":%d}`, 100+i))
	}
	status, header, body := w.Ask("POST", "/vulns/export", `{"num_assets":200}`)
	if status != 429 || header.Get("Retry-After") == "" || !strings.HasPrefix(header.Get("Content-Type"), "text/html") {
		t.Errorf("%d %v %s", status, header, body)
	}
	if status, _, _ := w.Ask("POST", "/vulns/export", `{"num_assets":100}`); status != http.StatusConflict {
		t.Errorf("an equal export: %d", status)
	}
	w.Now = w.Now.Add(time.Minute)
	w.StartExport(`{"num_assets":200}`)
}

// TestUnknownExports: 404 with the API's words.
func TestUnknownExports(t *testing.T) {
	w := newWorld(t, nil)
	const nobody = "/vulns/export/00000000-0000-4000-8000-000000000000"
	for _, call := range [][2]string{{"GET", "/status"}, {"POST", "/cancel"}, {"GET", "/chunks/1"}} {
		if status, _, body := w.Ask(call[0], nobody+call[1], ""); status != 404 ||
			string(body) != `{"statusCode":404,"error":"Not Found","message":"Not found."}` {
			t.Errorf("%v: %d %s", call, status, body)
		}
	}
	uuid := w.StartExport(`{}`)
	w.Now = w.Now.Add(time.Minute)
	for id, want := range map[string]int{"0": 404, "-1": 404, "99": 404, "one": 400} {
		if status, _, body := w.Ask("GET", "/vulns/export/"+uuid+"/chunks/"+id, ""); status != want {
			t.Errorf("chunk %s: %d %s", id, status, body)
		}
	}
}

// TestExportsAreListed, the newest first, with the filters as the API shows them.
func TestExportsAreListed(t *testing.T) {
	w := newWorld(t, nil)
	first := w.StartExport(`{}`)
	second := w.StartExport(`{"filters":{"state":["open"],"tag.Site":["Hill"],"severity":["low"]}}`)
	w.Now = w.Now.Add(time.Minute)
	var answer struct{ Exports []jobStatus }
	w.Get("/vulns/export/status", &answer)
	if len(answer.Exports) != 2+3 || answer.Exports[0].UUID != second || answer.Exports[1].UUID != first {
		t.Fatalf("exports are %+v", answer.Exports)
	}
	want := web.Object{
		"state": []any{"OPEN"}, "severity": []any{"low"}, "tags": web.Object{"tag.Site": []any{"Hill"}}, "since": float64(sandboxtest.DayOne.AddDate(0, 0, -30).Unix()),
		"first_found": 0., "last_found": 0., "last_fixed": 0., "first_seen": 0., "last_seen": 0., "indexed_at": 0., "resurfaced_date": 0.,
	}
	if diff := cmp.Diff(want, answer.Exports[0].Filters); diff != "" {
		t.Errorf("filters (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]any{"OPEN", "REOPENED"}, answer.Exports[1].Filters["state"]); diff != "" {
		t.Errorf("default states (-want +got):\n%s", diff)
	}
}
