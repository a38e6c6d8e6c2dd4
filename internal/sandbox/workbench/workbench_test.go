package workbench_test

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenableio/internal/sandbox"
	"tenableio/internal/sandbox/sandboxtest"
	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
	"tenableio/internal/sandbox/workbench"
)

type (
	finding = *tenant.Finding
	asset   = *tenant.Asset
)

// world is a sandbox with what these tests ask of it.
type world struct{ *sandboxtest.World }

func newWorld(t *testing.T, change func(*sandbox.Config)) *world {
	t.Helper()
	return &world{sandboxtest.New(t, change)}
}

// byPlugin groups what workbenches show without any filter.
func (w *world) byPlugin() map[int][]finding {
	by := map[int][]finding{}
	for _, f := range w.All(w.Current) {
		by[f.Plugin.ID] = append(by[f.Plugin.ID], f)
	}
	return by
}

// counts adds up findings by plugin.
func counts(found []finding) map[int]int {
	by := map[int]int{}
	for _, f := range found {
		by[f.Plugin.ID]++
	}
	return by
}

func (w *world) rows(target string) ([]workbench.VulnRow, map[int]int) {
	w.T.Helper()
	var answer struct {
		Rows   []workbench.VulnRow `json:"vulnerabilities"`
		Total  int                 `json:"total_vulnerability_count"`
		Assets int                 `json:"total_asset_count"`
	}
	w.Get(target, &answer)
	by, total := map[int]int{}, 0
	for _, row := range answer.Rows {
		by[row.ID] = row.Count
		total += row.Count
	}
	if total != answer.Total || answer.Assets != 0 || len(by) != len(answer.Rows) {
		w.T.Errorf("%s: %d rows of %d findings, total %d, assets %d", target, len(answer.Rows), total, answer.Total,
			answer.Assets)
	}
	return answer.Rows, by
}

// TestWorkbenchRow holds one row to the findings behind it.
func TestWorkbenchRow(t *testing.T) {
	w := newWorld(t, nil)
	rows, _ := w.rows("/workbenches/vulnerabilities" + sandboxtest.Filtered("plugin.id", "neq", "1"))
	if !slices.IsSortedFunc(rows, func(a, b workbench.VulnRow) int { return (b.Count-a.Count)*10_000_000 + a.ID - b.ID }) {
		t.Error("the rows are not sorted by count, then plugin")
	}
	mixed, by := false, w.byPlugin()
	for _, row := range rows {
		found := by[row.ID]
		p := found[0].Plugin
		want := workbench.VulnRow{Count: len(found), Family: p.Family, ID: p.ID, Name: p.Name}
		if p.VPR.Score > 0 {
			want.VPR = (*web.Score)(&p.VPR.Score)
		}
		if p.CVSS2.Base > 0 {
			want.CVSS = (*web.Score)(&p.CVSS2.Base)
		}
		if p.CVSS3.Base > 0 {
			want.CVSS3 = (*web.Score)(&p.CVSS3.Base)
		}
		sums := [5]int{}
		states := map[string]bool{}
		for _, f := range found {
			sums[f.Severity]++
			want.MaxSeverity = max(want.MaxSeverity, f.Severity)
			states[f.StateAt(w.Now)] = true
			if f.Modification == "ACCEPTED" {
				want.Accepted++
			}
			if f.Modification == "RECASTED" {
				want.Recasted++
			}
		}
		for severity, n := range sums {
			if n > 0 {
				want.BySeverity = append(want.BySeverity, workbench.SeveritySum{n, severity})
			}
		}
		mixed = mixed || len(want.BySeverity) > 1
		switch { // what is worst for the owner
		case states["Active"]:
			want.State = "Active"
		case states["Resurfaced"]:
			want.State = "Resurfaced"
		default:
			want.State = "New"
		}
		if diff := cmp.Diff(want, row); diff != "" {
			t.Errorf("plugin %d (-want +got):\n%s", p.ID, diff)
		}
	}
	if !mixed {
		t.Error("no row has findings of several severities")
	}
}

// TestWorkbenchRowsAreCut after 5,000 of them; the total counts all findings.
func TestWorkbenchRowsAreCut(t *testing.T) {
	account := tenant.Generate(tenant.Config{Seed: 1, Assets: 40, FindingsPerAsset: 2_000, Plugins: 6_000, Now: sandboxtest.DayOne})
	many := sandboxtest.World{Tenant: account, T: t, Now: sandboxtest.DayOne}
	current := many.All(many.Current)
	if n := len(counts(current)); n <= workbench.MostRows {
		t.Fatalf("%d plugins found something, want more than the limit", n)
	}
	recorder := httptest.NewRecorder()
	target := "/workbenches/vulnerabilities" + sandboxtest.Filtered("plugin.id", "neq", "1")
	workbench.New(account, func() time.Time { return many.Now }).ListVulns(recorder, httptest.NewRequest(http.MethodGet, target, nil))
	var answer struct {
		Rows  []workbench.VulnRow `json:"vulnerabilities"`
		Total int                 `json:"total_vulnerability_count"`
	}
	many.Read(recorder.Result(), target, &answer)
	if len(answer.Rows) != workbench.MostRows || answer.Total != len(current) {
		t.Errorf("%d rows, want %d; total %d, want %d", len(answer.Rows), workbench.MostRows, answer.Total, len(current))
	}
}

// TestOldAssetsHaveNoRows: what was seen last more than 450 days ago is not shown,
// whatever is asked for.
func TestOldAssetsHaveNoRows(t *testing.T) {
	w := newWorld(t, nil)
	old := 0
	for a := range w.Assets() {
		if w.Now.Sub(a.LastSeen) > 452*24*time.Hour {
			old++
			if rows, _ := w.rows("/workbenches/assets/" + a.UUID + "/vulnerabilities?date_range=2000000000"); len(rows) != 0 {
				t.Errorf("an asset that was seen at %s has %d rows", a.LastSeen, len(rows))
			}
		}
	}
	if old == 0 {
		t.Error("no asset is older than 450 days")
	}
}

// TestAssetActivity: from when an asset was seen last back to its discovery.
func TestAssetActivity(t *testing.T) {
	w := newWorld(t, nil)
	for a := range w.Assets() {
		var got struct {
			Activity []struct {
				Type, Timestamp string
				ScanID          string `json:"scan_id"`
				Updates         []struct{ Method, Property, Value string }
				Details         struct {
					AssetID    string
					Properties map[string]struct{ Values []string }
				}
			}
		}
		w.Get("/workbenches/assets/"+a.UUID+"/activity", &got)
		first, last := got.Activity[0], got.Activity[len(got.Activity)-1]
		if first.Type != "seen" || first.Timestamp != web.ISO(a.LastSeen) || first.ScanID != w.ScanOf(a).UUID {
			t.Errorf("%s was seen: %+v", a.UUID, first)
		}
		if last.Type != "discovered" || last.Timestamp != web.ISO(a.FirstSeen) || last.Details.AssetID != a.UUID ||
			!slices.Equal(last.Details.Properties["ipv4"].Values, slices.Concat(web.Addresses(a.IPv4))) {
			t.Errorf("%s was found: %+v", a.UUID, last)
		}
		var tags []tenant.Tag
		for _, entry := range got.Activity[1 : len(got.Activity)-1] {
			category, value, _ := strings.Cut(entry.Updates[0].Value, ":")
			tags = append(tags, tenant.Tag{Category: category, Value: value})
		}
		if diff := cmp.Diff(a.Tags, tags); diff != "" {
			t.Errorf("%s was tagged (-want +got):\n%s", a.UUID, diff)
		}
	}
	w.Want(404, "GET", "/workbenches/assets/00000000-0000-4000-8000-000000000000/activity", "", &struct{}{})
}

// TestAssetVulns: of one asset; none for an asset without findings.
func TestAssetVulns(t *testing.T) {
	w := newWorld(t, nil)
	idle := 0
	byAsset := map[int][]finding{}
	for _, f := range w.All(w.Current) {
		byAsset[f.Asset.Index] = append(byAsset[f.Asset.Index], f)
	}
	for a := range w.Assets() {
		_, got := w.rows("/workbenches/assets/" + strings.ToUpper(a.UUID) + "/vulnerabilities")
		want := byAsset[a.Index]
		if diff := cmp.Diff(counts(want), got); diff != "" {
			t.Errorf("asset %d (-want +got):\n%s", a.Index, diff)
		}
		if len(want) == 0 {
			idle++
		}
	}
	if idle == 0 {
		t.Error("every asset has findings")
	}
	a := w.All(w.Current)[0].Asset
	_, got := w.rows("/workbenches/assets/" + a.UUID + "/vulnerabilities" + sandboxtest.Filtered("severity", "eq", "High"))
	want := w.All(func(f finding) bool { return w.Current(f) && f.Asset.Index == a.Index && f.Severity == 3 })
	if diff := cmp.Diff(counts(want), got); diff != "" || len(want) == 0 {
		t.Errorf("filtered (-want +got):\n%s", diff)
	}
}

// TestMillionsOfFindings: the vulnerability side keeps nothing of 5 million of
// them, whether or not somebody asked.
func TestMillionsOfFindings(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	w := newWorld(t, func(c *sandbox.Config) {
		c.Assets, c.FindingsPerAsset, c.ExportDelay = 125_000, 40, 0
	})
	w.rows("/workbenches/assets/" + w.Asset(124_990).UUID + "/vulnerabilities")
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 50<<20 {
		t.Errorf("%d MiB are held", grown>>20)
	}
}
