package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenableio/internal/sandbox/tenant"
)

// startExport starts an export and gives its UUID.
func (w *vulnWorld) startExport(body string) string {
	w.t.Helper()
	var started struct {
		UUID string `json:"export_uuid"`
	}
	w.want(200, "POST", "/vulns/export", body, &started)
	return started.UUID
}

func (w *vulnWorld) exportStatus(uuid string) (status jobStatus) {
	w.t.Helper()
	w.get("/vulns/export/"+uuid+"/status", &status)
	return status
}

// exported is what the tests look at in a finding.
type exported struct {
	ID     string `json:"finding_id"`
	State  string
	Output string
	Asset  struct{ UUID string }
	Plugin struct{ ID int }
}

func (w *vulnWorld) chunkOf(uuid string, id int) (findings []exported) {
	w.t.Helper()
	w.get(fmt.Sprintf("/vulns/export/%s/chunks/%d", uuid, id), &findings)
	return findings
}

var findingID = regexp.MustCompile(`"finding_id":"([^"]*)"`)

// export gives the identifiers of all findings of an export that takes no time,
// sorted.
func (w *vulnWorld) export(body string) []string {
	w.t.Helper()
	uuid := w.startExport(body)
	status := w.exportStatus(uuid)
	if status.Status != finished || len(status.Available) != status.Total {
		w.t.Fatalf("%s: status %+v", body, status)
	}
	ids := []string{}
	for _, id := range status.Available {
		_, _, chunk := w.call("GET", fmt.Sprintf("/vulns/export/%s/chunks/%d", uuid, id), "")
		for _, match := range findingID.FindAllSubmatch(chunk, -1) {
			ids = append(ids, string(match[1]))
		}
	}
	slices.Sort(ids)
	return ids
}

// idsOf are the identifiers of the findings that hold, sorted.
func (w *vulnWorld) idsOf(holds func(finding) bool) []string {
	ids := []string{}
	for _, f := range w.all(holds) {
		ids = append(ids, f.ID())
	}
	slices.Sort(ids)
	return ids
}

// recent is the window of exports that say nothing of times.
func recent(f finding) bool {
	if f.State == "FIXED" {
		return dayOne.Sub(f.LastFixed) <= 30*24*time.Hour
	}
	return dayOne.Sub(f.LastFound) <= 30*24*time.Hour
}

// TestExportGoesThroughItsStates: queued, then chunks one after the other in
// some order of their own, then finished.
func TestExportGoesThroughItsStates(t *testing.T) {
	w := newVulnWorld(t, func(c *tenant.Config, _ *Config) { c.Assets, c.FindingsPerAsset = 700, 4 })
	uuid := w.startExport(`{"num_assets":50,"filters":{"since":0}}`)
	if s := w.exportStatus(uuid); s.Status != queued || len(s.Available) != 0 || s.UUID != uuid || s.PerChunk != 50 || s.Created != dayOne.UnixMilli() {
		t.Fatalf("at first: %+v", s)
	}
	var order []int
	for range 50 {
		w.now = w.now.Add(200 * time.Millisecond)
		s := w.exportStatus(uuid)
		if s.Total < 10 || s.Count != len(s.Available) || s.Finished != s.Count || !slices.Equal(s.Available[:len(order)], order) {
			t.Fatalf("after %s: %+v, before it %v", w.now.Sub(dayOne), s, order)
		}
		if len(s.Available) > 0 && s.Status == queued || len(s.Available) == s.Total && s.Status == queued {
			t.Errorf("after %s: %s with chunks %v", w.now.Sub(dayOne), s.Status, s.Available)
		}
		want := http.StatusBadRequest
		if slices.Contains(s.Available, 1) {
			want = http.StatusOK
		}
		if got, _, body := w.call("GET", "/vulns/export/"+uuid+"/chunks/1", ""); got != want {
			t.Fatalf("chunk 1 with %v available: %d %.200s", s.Available, got, body)
		}
		order = s.Available
	}
	last := w.exportStatus(uuid)
	if last.Status != finished || len(order) != last.Total || slices.IsSorted(order) {
		t.Errorf("at last: %+v", last)
	}
	if sorted := slices.Sorted(slices.Values(order)); sorted[0] != 1 || sorted[len(sorted)-1] != last.Total {
		t.Errorf("chunks are %v", sorted)
	}
}

// TestChunksAreByAssets: each chunk has so many assets, none is in two of them,
// and together they have all findings.
func TestChunksAreByAssets(t *testing.T) {
	w := newVulnWorld(t, func(c *tenant.Config, _ *Config) { c.Assets, c.FindingsPerAsset = 230, 1 })
	for asked, perChunk := range map[string]int{
		`"num_assets":"60",`: 60, `"num_assets":120.0,`: 120, ``: 50, `"num_assets":-7,`: 50, `"num_assets":100000,`: 5000,
	} {
		uuid := w.startExport(`{` + asked + `"filters":{"since":0}}`)
		w.now = w.now.Add(time.Minute)
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

// exportCases are filters, each with a reading that shares no code with the
// sandbox's.
func exportCases(w *vulnWorld) map[string]func(finding) bool {
	f := w.all(func(f finding) bool {
		return f.Asset.Licensed && recent(f) && f.State == "OPEN" && len(f.Plugin.CVEs) > 0 && len(f.Asset.Tags) == 2 && f.Plugin.CVSS4 != nil
	})[0]
	open := func(g finding) bool { return g.State != "FIXED" && recent(g) }
	since := dayOne.AddDate(0, 0, -90)
	seconds := since.Unix()
	vpr := func(is func(float64) bool) func(finding) bool {
		return func(g finding) bool { return open(g) && g.Plugin.VPR != nil && is(g.Plugin.VPR.Score) }
	}
	and := func(is func(finding) bool) func(finding) bool {
		return func(g finding) bool { return open(g) && is(g) }
	}
	return map[string]func(finding) bool{
		`{}`:                               open,
		`{"unknown":["x"]}`:                open,
		`{"severity":["critical","HIGH"]}`: and(func(g finding) bool { return g.Severity >= 3 }),
		`{"severity":[]}`:                  and(func(finding) bool { return false }),
		`{"state":["open"]}`:               func(g finding) bool { return g.State == "OPEN" && recent(g) },
		`{"state":["Fixed","REOPENED"]}`:   func(g finding) bool { return g.State != "OPEN" && recent(g) },
		fmt.Sprintf(`{"since":%d}`, seconds): func(g finding) bool {
			return g.State == "FIXED" && !g.LastFixed.Before(since) || g.State != "FIXED" && !g.LastFound.Before(since)
		},
		fmt.Sprintf(`{"since":%d,"state":["OPEN"]}`, seconds):                          func(g finding) bool { return g.State == "OPEN" && !g.LastFound.Before(since) },
		fmt.Sprintf(`{"first_found":%d,"state":["OPEN","REOPENED","FIXED"]}`, seconds): func(g finding) bool { return !g.FirstFound.Before(since) },
		fmt.Sprintf(`{"first_seen":%d,"state":["OPEN"]}`, seconds):                     func(g finding) bool { return g.State == "OPEN" && !g.FirstFound.Before(since) },
		fmt.Sprintf(`{"last_found":%d,"state":["FIXED"]}`, seconds):                    func(g finding) bool { return g.State == "FIXED" && !g.LastFound.Before(since) },
		fmt.Sprintf(`{"last_seen":%d,"state":["REOPENED"]}`, seconds):                  func(g finding) bool { return g.State == "REOPENED" && !g.LastFound.Before(since) },
		fmt.Sprintf(`{"last_fixed":%d,"state":["FIXED"]}`, seconds):                    func(g finding) bool { return g.State == "FIXED" && !g.LastFixed.Before(since) },
		fmt.Sprintf(`{"indexed_at":%d}`, seconds):                                      func(g finding) bool { return g.State != "FIXED" && !g.Indexed.Before(since) },
		fmt.Sprintf(`{"resurfaced_date":%d}`, seconds):                                 func(g finding) bool { return g.State == "REOPENED" && !g.Resurfaced.Before(since) },
		`{"time_taken_to_fix":{"gte":8640000,"lte":17280000},"since":0}`: func(g finding) bool {
			took := g.LastFixed.Sub(g.FirstFound)
			return g.State == "FIXED" && took >= 100*24*time.Hour && took <= 200*24*time.Hour
		},
		`{"time_taken_to_fix":{"gte":1},"since":0,"state":["REOPENED","FIXED"]}`: func(g finding) bool {
			return g.State == "FIXED" && g.LastFixed.Sub(g.FirstFound) >= time.Second
		},
		fmt.Sprintf(`{"plugin_id":[%d,1]}`, f.Plugin.ID):                  and(func(g finding) bool { return g.Plugin.ID == f.Plugin.ID }),
		`{"plugin_family":["General","Windows"]}`:                         and(func(g finding) bool { return g.Plugin.Family == "General" || g.Plugin.Family == "Windows" }),
		`{"plugin_family":["general"]}`:                                   func(finding) bool { return false },
		`{"plugin_type":"combined"}`:                                      and(func(g finding) bool { return g.Plugin.Type == "combined" }),
		fmt.Sprintf(`{"cve_id":[%q]}`, strings.ToLower(f.Plugin.CVEs[0])): and(func(g finding) bool { return slices.Contains(g.Plugin.CVEs, f.Plugin.CVEs[0]) }),
		`{"cve_category":["in the news"]}`:                                and(func(g finding) bool { return g.Plugin.InTheNews }),
		`{"cve_category":["top_50_vpr"]}`:                                 vpr(func(v float64) bool { return v >= 9 }),
		`{"cidr_range":"192.0.2.64/27"}`:                                  and(func(g finding) bool { n := g.Asset.IPv4[0].As4()[3]; return n >= 64 && n < 96 }),
		fmt.Sprintf(`{"cidr_range":"%s/32"}`, f.Asset.IPv4[0]):            and(func(g finding) bool { return g.Asset.IPv4[0] == f.Asset.IPv4[0] }),
		`{"cidr_range":"127.0.0.1/32"}`:                                   func(finding) bool { return false },
		`{"network_id":"00000000-0000-0000-0000-000000000000"}`:           open,
		`{"network_id":"00000000-0000-0000-0000-000000000001"}`:           func(finding) bool { return false },
		`{"source":["AGENT"]}`:                                            and(func(g finding) bool { return g.Source == "AGENT" }),
		`{"severity_modification_type":["RECASTED","ACCEPTED"]}`:          and(func(g finding) bool { return g.Modification != "NONE" }),
		fmt.Sprintf(`{"scan_uuid":%q}`, w.ScanOf(f.Asset).UUID):           and(func(g finding) bool { return w.ScanOf(g.Asset).Index == w.ScanOf(f.Asset).Index }),
		`{"exploit_maturity":["poc","HIGH"]}`: and(func(g finding) bool {
			v := g.Plugin.VPR
			return v != nil && (v.Maturity == "PROOF_OF_CONCEPT" || v.Maturity == "HIGH")
		}),
		`{"vpr_threat_intensity":["very low"]}`:                          and(func(g finding) bool { return g.Plugin.VPR != nil && g.Plugin.VPR.Intensity == "VERY_LOW" }),
		`{"weaponization":["malware"]}`:                                  and(func(g finding) bool { return g.Plugin.ByMalware }),
		`{"initiative_id":"00000000-0000-0000-0000-000000000000"}`:       func(finding) bool { return false },
		`{"zero_day":true}`:                                              func(finding) bool { return false },
		`{"zero_day":false}`:                                             open,
		`{"software_vulns_potential":true}`:                              and(func(g finding) bool { return g.Software() != nil && g.Software().Potential }),
		`{"software_vulns_potential_reasons":["Managed"]}`:               and(func(g finding) bool { return g.Software() != nil && g.Software().Reason == "Managed" }),
		`{"vpr_score":{"gte":5,"lt":7.5}}`:                               vpr(func(v float64) bool { return v >= 5 && v < 7.5 }),
		fmt.Sprintf(`{"vpr_score":{"eq":[%g]}}`, f.Plugin.VPR.Score):     vpr(func(v float64) bool { return v == f.Plugin.VPR.Score }),
		fmt.Sprintf(`{"vpr_v2_score":{"neq":[%g]}}`, f.Plugin.VPR.Score): vpr(func(v float64) bool { return v != f.Plugin.VPR.Score }),
		`{"cvss4_base_score":{"gt":8.6,"lte":10}}`:                       and(func(g finding) bool { return g.Plugin.CVSS4 != nil && g.Plugin.CVSS4.Base > 8.6 }),
		`{"epss_score":{"lt":20}}`:                                       and(func(g finding) bool { return g.Plugin.EPSS > 0 && g.Plugin.EPSS < 20 }),
		`{"tag.Site":["Hill"],"tag.Stage":["Lab","Staging"]}`: and(func(g finding) bool {
			return hasTag(g.Asset, "Site", "Hill") && (hasTag(g.Asset, "Stage", "Lab") || hasTag(g.Asset, "Stage", "Staging"))
		}),
		`{"tag.Nowhere":["Hill"]}`: func(finding) bool { return false },
		`{"severity":["high"],"plugin_type":"local","state":["OPEN"]}`: func(g finding) bool {
			return recent(g) && g.Severity == 3 && g.Plugin.Type == "local" && g.State == "OPEN"
		},
	}
}

// TestVulnExportFilters holds each filter to a walk through the whole tenant.
func TestVulnExportFilters(t *testing.T) {
	w := newVulnWorld(t, func(c *tenant.Config, s *Config) { c.FindingsPerAsset, s.ExportDelay = 7, 0 })
	cases := exportCases(w)
	asked := strings.Join(slices.Collect(maps.Keys(cases)), " ")
	for _, name := range slices.Concat(slices.Collect(maps.Keys(exportFilters)), slices.Collect(maps.Keys(exportTimes)), []string{"state"}) {
		if !strings.Contains(asked, `"`+name+`"`) {
			t.Errorf("no case asks for %s", name)
		}
	}
	found := 0
	for filters, holds := range cases {
		want := w.idsOf(func(f finding) bool { return f.Asset.Licensed && holds(f) })
		if diff := cmp.Diff(want, w.export(`{"filters":`+filters+`}`)); diff != "" {
			t.Errorf("%s (-want +got):\n%.600s", filters, diff)
		}
		if len(want) > 0 {
			found++
		}
	}
	if found < len(cases)-9 {
		t.Errorf("only %d of %d filters find anything", found, len(cases))
	}
}

// TestUnlicensedAssetsAreAskedFor, and so is the software of findings.
func TestUnlicensedAssetsAreAskedFor(t *testing.T) {
	w := newVulnWorld(t, func(c *tenant.Config, s *Config) { c.FindingsPerAsset, s.ExportDelay = 4, 0 })
	want := w.idsOf(func(f finding) bool { return f.State != "FIXED" && recent(f) })
	if diff := cmp.Diff(want, w.export(`{"include_unlicensed":true}`)); diff != "" {
		t.Errorf("(-want +got):\n%.600s", diff)
	}
	if len(want) == len(w.export(`{}`)) {
		t.Error("no asset is unlicensed")
	}
	for body, with := range map[string]bool{`{"include_software_vulns":true}`: true, `{"include_software_vulns":false}`: false} {
		uuid := w.startExport(body)
		if _, _, chunk := w.call("GET", "/vulns/export/"+uuid+"/chunks/1", ""); strings.Contains(string(chunk), `"software_vulns"`) != with {
			t.Errorf("%s: software is there: %v", body, !with)
		}
	}
}

// TestExportOfNothing is finished and has no chunk.
func TestExportOfNothing(t *testing.T) {
	w := newVulnWorld(t, nil)
	uuid := w.startExport(`{"filters":{"cidr_range":"127.0.0.1/32"}}`)
	w.now = w.now.Add(time.Minute)
	if s := w.exportStatus(uuid); s.Status != finished || s.Total != 0 || len(s.Available) != 0 {
		t.Errorf("status is %+v", s)
	}
}

// TestEqualExportIsAConflict while the first runs; a different one is not.
func TestEqualExportIsAConflict(t *testing.T) {
	w := newVulnWorld(t, nil)
	uuid := w.startExport(`{"num_assets":50,"filters":{"severity":["high"],"state":["OPEN"]}}`)
	w.now = w.now.Add(time.Second)
	for _, same := range []string{
		`{"filters":{"state":["OPEN"],"severity":["high"]},"num_assets":"50"}`, `{"num_assets":3,"filters":{"severity":["high"],"state":["OPEN"]},"include_unlicensed":false}`,
	} {
		status, _, body := w.call("POST", "/vulns/export", same)
		want := `{"active_job_id":"` + uuid + `","failure_reason":"The request could not be completed due to a conflict with the ongoing export"}`
		if status != http.StatusConflict || string(body) != want {
			t.Errorf("%s: %d %s", same, status, body)
		}
	}
	for _, other := range []string{
		`{"num_assets":51,"filters":{"severity":["high"],"state":["OPEN"]}}`, `{"filters":{"severity":["high"]}}`, `{"filters":{"severity":["high"],"state":["OPEN"]},"include_unlicensed":true}`,
	} {
		if w.startExport(other) == uuid {
			t.Errorf("%s is the same export", other)
		}
	}
	w.now = w.now.Add(time.Minute)
	if w.startExport(`{"num_assets":50,"filters":{"severity":["high"],"state":["OPEN"]}}`) == uuid {
		t.Error("an export that is over is given again")
	}
	w.startExport(`{}`)
	for _, same := range []string{`{"filters":{}}`, `{"filters":null,"num_assets":50}`} {
		if status, _, body := w.call("POST", "/vulns/export", same); status != http.StatusConflict {
			t.Errorf("%s: %d %s while an export of everything runs", same, status, body)
		}
	}
}

// TestElevenExportsAreTooMany: 429 as the gateway says it, until one is over.
func TestElevenExportsAreTooMany(t *testing.T) {
	w := newVulnWorld(t, nil)
	for i := range 10 {
		w.startExport(fmt.Sprintf(`{"num_assets":%d}`, 100+i))
	}
	recorder := httptest.NewRecorder()
	w.mux.ServeHTTP(recorder, httptest.NewRequest("POST", "/vulns/export", strings.NewReader(`{"num_assets":200}`)))
	if recorder.Code != 429 || recorder.Header().Get("Retry-After") == "" || !strings.HasPrefix(recorder.Header().Get("Content-Type"), "text/html") {
		t.Errorf("%d %v %s", recorder.Code, recorder.Header(), recorder.Body)
	}
	if status, _, _ := w.call("POST", "/vulns/export", `{"num_assets":100}`); status != http.StatusConflict {
		t.Errorf("an equal export: %d", status)
	}
	w.now = w.now.Add(time.Minute)
	w.startExport(`{"num_assets":200}`)
}

// TestChunksExpire after 24 hours, those of a cancelled job and all jobs after
// three days.
func TestChunksExpire(t *testing.T) {
	w := newVulnWorld(t, func(c *tenant.Config, _ *Config) { c.Assets, c.FindingsPerAsset = 400, 4 })
	done := w.startExport(`{}`)
	stopped := w.startExport(`{"num_assets":51}`)
	w.now = w.now.Add(6 * time.Second)
	status := w.exportStatus(stopped)
	if len(status.Available) == 0 || len(status.Available) == status.Total {
		t.Fatalf("status is %+v", status)
	}
	var answer struct{ Status string }
	w.want(200, "POST", "/vulns/export/"+stopped+"/cancel", "", &answer)
	if answer.Status != "CANCELLED" {
		t.Errorf("cancelling says %q", answer.Status)
	}
	w.want(200, "POST", "/vulns/export/"+stopped+"/cancel", "", &answer)
	w.now = w.now.Add(time.Minute)
	after := w.exportStatus(stopped)
	if after.Status != cancelled || !slices.Equal(after.Available, status.Available) || len(after.Cancelled) != status.Total-len(status.Available) {
		t.Errorf("cancelled: %+v", after)
	}
	chunk := func(uuid string, id int) int {
		code, _, body := w.call("GET", fmt.Sprintf("/vulns/export/%s/chunks/%d", uuid, id), "")
		if code == 404 && !strings.HasPrefix(string(body), `{"statusCode":404,"error":"Not Found","message":"`) {
			t.Errorf("404 with %s", body)
		}
		return code
	}
	if got := chunk(stopped, after.Cancelled[0]); got != 404 {
		t.Errorf("a cancelled chunk: %d", got)
	}
	if status, _, body := w.call("POST", "/vulns/export/"+done+"/cancel", ""); status != 400 {
		t.Errorf("cancelling what is finished: %d %s", status, body)
	}
	for _, at := range []struct {
		after                time.Duration
		done, stopped, known int
	}{
		{time.Hour, 200, 200, 200}, {23 * time.Hour, 200, 200, 200}, {25 * time.Hour, 404, 200, 200}, {71 * time.Hour, 404, 200, 200}, {73 * time.Hour, 404, 404, 404},
	} {
		w.now = dayOne.Add(at.after)
		known, _, _ := w.call("GET", "/vulns/export/"+done+"/status", "")
		if chunk(done, 1) != at.done || chunk(stopped, after.Available[0]) != at.stopped || known != at.known {
			t.Errorf("after %s: chunk %d, of the cancelled job %d, status %d; want %+v", at.after, chunk(done, 1), chunk(stopped, after.Available[0]), known, at)
		}
	}
}

// TestChunksFailOnDemand: an export whose chunks 2 and 3 are never there is
// finished without them and says why.
func TestChunksFailOnDemand(t *testing.T) {
	w := newVulnWorld(t, func(c *tenant.Config, s *Config) {
		c.Assets, c.FindingsPerAsset = 400, 4
		once := 1
		s.Faults = []Fault{
			{Path: "/vulns/export/*/chunks/1", Status: 404, Times: &once}, // is had the second time
			{Path: "/vulns/export/*/chunks/2", Status: 404},
			{Path: "/vulns/export/*/chunks/3", Status: 404, Method: "GET"},
			{Path: "/vulns/export/*/chunks/4", Status: 500},
		}
	})
	uuid := w.startExport(`{}`)
	w.now = w.now.Add(time.Minute)
	s := w.exportStatus(uuid)
	if s.Status != finished || len(s.Failed) != 2 || len(s.Available) != s.Total-2 || s.Reason == "" || s.Finished != s.Total {
		t.Errorf("status is %+v", s)
	}
	if status, _, body := w.call("GET", fmt.Sprintf("/vulns/export/%s/chunks/%d", uuid, s.Failed[0]), ""); status != 404 {
		t.Errorf("a failed chunk: %d %s", status, body)
	}
}

// TestUnknownExports: 404 with the API's words.
func TestUnknownExports(t *testing.T) {
	w := newVulnWorld(t, nil)
	const nobody = "/vulns/export/00000000-0000-4000-8000-000000000000"
	for _, call := range [][2]string{{"GET", "/status"}, {"POST", "/cancel"}, {"GET", "/chunks/1"}} {
		if status, _, body := w.call(call[0], nobody+call[1], ""); status != 404 || string(body) != `{"statusCode":404,"error":"Not Found","message":"Not found."}` {
			t.Errorf("%v: %d %s", call, status, body)
		}
	}
	uuid := w.startExport(`{}`)
	w.now = w.now.Add(time.Minute)
	for id, want := range map[string]int{"0": 404, "-1": 404, "99": 404, "one": 400} {
		if status, _, body := w.call("GET", "/vulns/export/"+uuid+"/chunks/"+id, ""); status != want {
			t.Errorf("chunk %s: %d %s", id, status, body)
		}
	}
}

// TestBadExportsAreRefused: each with a 400 that names the member.
func TestBadExportsAreRefused(t *testing.T) {
	w := newVulnWorld(t, nil)
	many, err := json.Marshal(slices.Repeat([]string{"CVE-2026-900000"}, 201))
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]string{
		``:                                                        "payload",
		`[]`:                                                      "payload",
		`{"filters":[]}`:                                          "payload",
		`{"include_unlicensed":"yes"}`:                            "payload",
		`{"num_assets":"many"}`:                                   "num_assets",
		`{"num_assets":"NaN"}`:                                    "num_assets",
		`{"filters":{"severity":"high"}}`:                         "severity",
		`{"filters":{"severity":["hot"]}}`:                        "severity",
		`{"filters":{"state":["CLOSED"]}}`:                        "state",
		`{"filters":{"state":"OPEN"}}`:                            "state",
		`{"filters":{"plugin_id":["x"]}}`:                         "plugin_id",
		`{"filters":{"cidr_range":"192.0.2.1"}}`:                  "cidr_range",
		`{"filters":{"cidr_range":"2001:db8::/32"}}`:              "cidr_range",
		`{"filters":{"cidr_range":["192.0.2.0/24"]}}`:             "cidr_range",
		`{"filters":{"since":"yesterday"}}`:                       "since",
		`{"filters":{"since":1.5}}`:                               "since",
		`{"filters":{"since":1,"last_found":1,"state":["OPEN"]}}`: "since",
		`{"filters":{"last_found":1}}`:                            "state",
		`{"filters":{"severity_modification_type":["none"]}}`:     "severity_modification_type",
		`{"filters":{"vpr_score":{"eq":[7],"gte":5}}}`:            "vpr_score",
		`{"filters":{"vpr_score":{"gte":11}}}`:                    "vpr_score",
		`{"filters":{"vpr_score":7}}`:                             "vpr_score",
		`{"filters":{"time_taken_to_fix":7}}`:                     "time_taken_to_fix",
		`{"filters":{"tag.Site":"Hill"}}`:                         "tag.Site",
		`{"filters":{"cve_id":` + string(many) + `}}`:             "cve_id",
		`{"filters":{"zero_day":"true"}}`:                         "zero_day",
		`{"filters":{"zero_day":null}}`:                           "zero_day",
		`{"filters":{"severity":null}}`:                           "severity",
		`{"filters":{"plugin_id":null}}`:                          "plugin_id",
		`{"filters":{"state":null}}`:                              "state",
		`{"filters":{"vpr_score":null}}`:                          "vpr_score",
		`{"filters":{"since":null}}`:                              "since",
		`{"filters":{"software_vulns_potential":false,"software_vulns_potential_reasons":["Managed"]}}`: "software_vulns_potential",
	} {
		var answer struct {
			StatusCode int
			Error      string
			Message    string
		}
		w.want(400, "POST", "/vulns/export", body, &answer)
		if answer.StatusCode != 400 || answer.Error != "Bad Request" || !strings.Contains(answer.Message, want) {
			t.Errorf("%.100s: %+v, want %q", body, answer, want)
		}
	}
}

// TestExportsAreListed, the newest first, with the filters as the API shows them.
func TestExportsAreListed(t *testing.T) {
	w := newVulnWorld(t, nil)
	first := w.startExport(`{}`)
	second := w.startExport(`{"filters":{"state":["open"],"tag.Site":["Hill"],"severity":["low"]}}`)
	w.now = w.now.Add(time.Minute)
	var answer struct{ Exports []jobStatus }
	w.get("/vulns/export/status", &answer)
	if len(answer.Exports) != 2 || answer.Exports[0].UUID != second || answer.Exports[1].UUID != first {
		t.Fatalf("exports are %+v", answer.Exports)
	}
	want := object{
		"state": []any{"OPEN"}, "severity": []any{"low"}, "tags": object{"tag.Site": []any{"Hill"}}, "since": float64(dayOne.AddDate(0, 0, -30).Unix()),
		"first_found": 0., "last_found": 0., "last_fixed": 0., "first_seen": 0., "last_seen": 0., "indexed_at": 0., "resurfaced_date": 0.,
	}
	if diff := cmp.Diff(want, answer.Exports[0].Filters); diff != "" {
		t.Errorf("filters (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]any{"OPEN", "REOPENED"}, answer.Exports[1].Filters["state"]); diff != "" {
		t.Errorf("default states (-want +got):\n%s", diff)
	}
}

// TestExportedFinding holds members of a finding to the tenant; what is empty is
// left out.
func TestExportedFinding(t *testing.T) {
	w := newVulnWorld(t, func(c *tenant.Config, _ *Config) { c.FindingsPerAsset = 5 })
	uuid := w.startExport(`{"num_assets":5000,"filters":{"since":0},"include_unlicensed":true}`)
	w.now = w.now.Add(time.Minute)
	var chunk []map[string]any
	w.get("/vulns/export/"+uuid+"/chunks/1", &chunk)
	byID := map[string]finding{}
	for _, f := range w.all(func(finding) bool { return true }) {
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
		if port["port"] != float64(f.Port) || port["protocol"] != f.Protocol || got["plugin"].(map[string]any)["id"] != float64(f.Plugin.ID) {
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
	w := newVulnWorld(t, func(c *tenant.Config, s *Config) { c.Assets, c.FindingsPerAsset, s.ExportDelay = 50, 8, 0 })
	path := "/vulns/export/" + w.startExport(`{"filters":{"since":0},"include_unlicensed":true,"include_software_vulns":true}`) + "/chunks/1"
	status, header, chunk := w.call("GET", path, "")
	validateAnswer(t, "GET", path, status, header, chunk)
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

// TestCallsAtTheSameTime: the race detector watches.
func TestCallsAtTheSameTime(t *testing.T) {
	w := newVulnWorld(t, func(c *tenant.Config, s *Config) { c.Assets, c.FindingsPerAsset, s.ExportDelay = 60, 2, 0 })
	uuid := w.startExport(`{}`)
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			w.startExport(fmt.Sprintf(`{"num_assets":%d}`, 60+i))
			for _, path := range []string{"/vulns/export/status", "/vulns/export/" + uuid + "/status", "/vulns/export/" + uuid + "/chunks/1", "/workbenches/vulnerabilities", "/workbenches/assets"} {
				if status, _, body := w.call("GET", path, ""); status != 200 {
					t.Errorf("%s: %d %.200s", path, status, body)
				}
			}
			w.call("POST", "/vulns/export/"+uuid+"/cancel", "")
		})
	}
	wait.Wait()
}

// TestMillionsOfFindings: the vulnerability side keeps nothing of 5 million of
// them, whether or not somebody asked.
func TestMillionsOfFindings(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	w := newVulnWorld(t, func(c *tenant.Config, s *Config) {
		c.Assets, c.FindingsPerAsset, s.ExportDelay = 125_000, 40, 0
	})
	if n := w.FindingCount(); n != 5_000_000 {
		t.Errorf("%d findings", n)
	}
	w.rows("/workbenches/assets/" + w.Asset(124_990).UUID + "/vulnerabilities")
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 50<<20 {
		t.Errorf("%d MiB are held", grown>>20)
	}
}
