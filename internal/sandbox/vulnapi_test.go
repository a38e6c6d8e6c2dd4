package sandbox

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tenableio/internal/sandbox/tenant"
)

// TestVulnAnswersAreAsRecorded compares the answers with what the cloud said to
// the same calls: members and types, both ways. Named are members that the API
// got since, or that depend on the plugin.
func TestVulnAnswersAreAsRecorded(t *testing.T) {
	recordings := readRecordings(t)
	w := newVulnWorld(t, func(c *Config) { c.FindingsPerAsset, c.ExportDelay = 8, 0 })
	rich := w.all(func(f finding) bool { // a finding that shows as much as possible
		p := f.Plugin
		return w.current(f) && strings.HasPrefix(p.Family, "Red Hat") && p.CVSS3 != nil && p.VPR != nil && p.VPR.RecentLower >= 0 && len(p.CVEs) > 0 && len(f.Asset.FQDN) > 0
	})[0]
	for name, at := range map[string]struct {
		path  string
		newer []string
	}{
		"workbench-assets":                  {"/workbenches/assets?all_fields=full", []string{".assets[].tags[]"}},
		"workbench-asset-info":              {"/workbenches/assets/" + rich.Asset.UUID + "/info?all_fields=full", nil},
		"workbench-vulnerabilities":         {"/workbenches/vulnerabilities", nil},
		"workbench-asset-vulnerabilities":   {"/workbenches/assets/" + rich.Asset.UUID + "/vulnerabilities", nil},
		"workbench-vulnerability-info":      {"/workbenches/vulnerabilities/" + strconv.Itoa(rich.Plugin.ID) + "/info", []string{".info.vulnerability_information.exploit_frameworks[]"}},
		"workbench-vulnerability-outputs":   {"/workbenches/vulnerabilities/" + strconv.Itoa(rich.Plugin.ID) + "/outputs", nil},
		"filters-workbench-vulnerabilities": {"/filters/workbenches/vulnerabilities", []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, answer := w.ask("GET", at.path, "")
			compareShapes(t, recordings[name].Response.Body, answer, at.newer...)
		})
	}
	var started struct {
		UUID string `json:"export_uuid"`
	}
	w.want(200, "POST", "/vulns/export", `{"num_assets": "5000", "filters": {"since": 0}}`, &started)
	_, _, status := w.ask("GET", "/vulns/export/"+started.UUID+"/status", "")
	for _, name := range []string{"vulns-export-status-chunk", "vulns-export-status-empty"} {
		compareShapes(t, recordings[name].Response.Body, status, ".uuid", ".total_chunks", ".chunks_available_count", ".empty_chunks_count", ".finished_chunks", ".filters", ".num_assets_per_chunk", ".created", ".chunks_available[]")
	}
	_, header, chunk := w.ask("GET", "/vulns/export/"+started.UUID+"/chunks/1", "")
	compareShapes(t, recordings["vulns-export-chunk"].Response.Body, chunk, newerOfFindings...)
	was := recordings["vulns-export-chunk"].header()
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

// TestUnaskedInfoIsLeftOut: the lists over all assets leave out what has no
// severity when nothing is asked for, and only then. It was recorded so: the
// list of all plugins had none of the 29 that the one asset had.
func TestUnaskedInfoIsLeftOut(t *testing.T) {
	w := newVulnWorld(t, nil)
	infos := func(target string) (n int) {
		var answer struct {
			Rows []vulnRow `json:"vulnerabilities"`
		}
		w.get(target, &answer)
		for _, row := range answer.Rows {
			if row.MaxSeverity == 0 {
				n++
			}
		}
		return n
	}
	asset := w.all(w.current)[0].Asset
	if infos("/workbenches/vulnerabilities") != 0 || infos("/workbenches/vulnerabilities?date_range=400") != 0 {
		t.Error("the list has plugins of severity 0")
	}
	if infos("/workbenches/vulnerabilities"+filtered("severity", "eq", "Info")) == 0 || infos("/workbenches/vulnerabilities?severity=info") == 0 {
		t.Error("the list has no plugin of severity 0 where they are asked for")
	}
	if infos("/workbenches/assets/"+asset.UUID+"/vulnerabilities") == 0 {
		t.Error("the list of one asset has no plugin of severity 0")
	}
}

// TestChunkIsCompressed: where the client takes gzip; otherwise its length is
// told.
func TestChunkIsCompressed(t *testing.T) {
	w := newVulnWorld(t, func(c *Config) { c.FindingsPerAsset, c.ExportDelay = 4, 0 })
	var started struct {
		UUID string `json:"export_uuid"`
	}
	w.want(200, "POST", "/vulns/export", `{}`, &started)
	r := httptest.NewRequest("GET", "/vulns/export/"+started.UUID+"/chunks/1", nil)
	r.Header.Set("Accept-Encoding", "gzip, deflate")
	r.Header.Set("X-ApiKeys", w.as(basic))
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
	_, header, plain := w.ask("GET", "/vulns/export/"+started.UUID+"/chunks/1", "")
	if string(got) != string(plain) || header.Get("Content-Length") != strconv.Itoa(len(plain)) || header.Get("Content-Encoding") != "" {
		t.Errorf("%d bytes compressed, %d plain, headers %v", len(got), len(plain), header)
	}
	if want := "attachment; filename=" + started.UUID + "-1-vulndoc.json"; header.Get("Content-Disposition") != want {
		t.Errorf("Content-Disposition is %q, want %q", header.Get("Content-Disposition"), want)
	}
}

// TestFiltersSuitTheSDK: the official SDK reads the first item of each list and
// each pattern before it sends a filter, and stumbles over an empty one.
func TestFiltersSuitTheSDK(t *testing.T) {
	w := newVulnWorld(t, nil)
	for _, call := range [][2]string{
		{"GET", "/filters/workbenches/vulnerabilities"},
		{"POST", "/filters/workbenches/vulnerabilities"},
		{"GET", "/filters/workbenches/assets"},
		{"POST", "/filters/workbenches/assets"},
	} {
		var answer struct {
			Filters []struct {
				Name      string   `json:"name"`
				Readable  string   `json:"readable_name"`
				Operators []string `json:"operators"`
				Control   struct {
					Type, Regex string
					List        []any
				}
			}
		}
		w.want(200, call[0], call[1], `{"tag_uuids":[]}`, &answer)
		var names []string
		for _, f := range answer.Filters {
			names = append(names, f.Name)
			if f.Name == "tag_uuid" && call[0] == "GET" {
				t.Errorf("%v shows the filter of the POST", call)
			}
			isList := strings.HasPrefix(f.Control.Type, "dropdown")
			if f.Readable == "" || len(f.Operators) == 0 || isList != (len(f.Control.List) > 0) || isList == (f.Control.Regex != "") {
				t.Errorf("%v: %+v", call, f)
			}
		}
		if len(names) < 20 || len(names) != len(slices.Compact(slices.Sorted(slices.Values(names)))) {
			t.Errorf("%v: filters %v", call, names)
		}
	}
	recorded := readRecordings(t)["filters-workbench-vulnerabilities"]
	type named struct {
		Name      string   `json:"name"`
		Operators []string `json:"operators"`
	}
	var was, is struct{ Filters []named }
	if err := json.Unmarshal(recorded.Response.Body, &was); err != nil {
		t.Fatal(err)
	}
	w.get("/filters/workbenches/vulnerabilities", &is)
	for _, f := range was.Filters {
		same := func(g named) bool { return g.Name == f.Name && slices.Equal(g.Operators, f.Operators) }
		if !strings.HasPrefix(f.Name, "tag.") && !slices.ContainsFunc(is.Filters, same) {
			t.Errorf("%s with %v was recorded and is not offered", f.Name, f.Operators)
		}
	}
}

// BenchmarkChunk tells how fast chunks are made.
func BenchmarkChunk(b *testing.B) {
	t := tenant.Generate(tenant.Config{Seed: 1, Assets: 10_000, FindingsPerAsset: 40, Plugins: 400, Scans: 8, Now: dayOne})
	writer := newFindingWriter(t)
	var assets []int
	for i := range 500 {
		assets = append(assets, i)
	}
	for b.Loop() {
		var n byteCount
		if err := writer.writeChunk(&n, assets, exportRequest{wants: func(finding) bool { return true }}); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(n))
	}
}
