package workbench_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenableio/internal/sandbox"
	"tenableio/internal/sandbox/filters"
	"tenableio/internal/sandbox/sandboxtest"
	"tenableio/internal/sandbox/workbench"
)

// TestBadFilterValueIsExplained: the 400 names what was wrong, member by member.
func TestBadFilterValueIsExplained(t *testing.T) {
	w := newWorld(t, nil)
	var got filters.Refusal
	w.Want(400, "GET", "/workbenches/vulnerabilities"+sandboxtest.Filtered("host.id", "eq", "192.0.2.1"), "", &got)
	const form = "[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}(,[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12})*"
	want := filters.Refusal{
		Error: "Value '192.0.2.1' is not valid for filter host.id and operator eq : host.id - 192.0.2.1 does not match " +
			form,
		Type: "invalid_filter_value", Name: "host.id", Operator: "eq", Value: "192.0.2.1",
		Reason: "host.id - 192.0.2.1 does not match " + form,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestBadWorkbenchCallsAreRefused: each with a 400 that says what.
func TestBadWorkbenchCallsAreRefused(t *testing.T) {
	w := newWorld(t, nil)
	ids := make([]string, 11)
	for i := range ids {
		ids[i] = strconv.Itoa(100 + i)
	}
	eleven := make([]string, 0, 33)
	for range 11 {
		eleven = append(eleven, "severity", "eq", "High")
	}
	for name, c := range map[string]struct{ query, want string }{
		"eleven filters":       {sandboxtest.Filtered(eleven...), "10"},
		"eleven values":        {sandboxtest.Filtered("plugin.id", "eq", strings.Join(ids, ",")), "11 values"},
		"unknown filter":       {sandboxtest.Filtered("host.ip", "eq", "x"), "host.ip"},
		"unknown operator":     {sandboxtest.Filtered("plugin.attributes.description", "eq", "x"), "Operator 'eq'"},
		"no operator":          {"?filter.0.filter=severity&filter.0.value=High", "Operator ''"},
		"no value":             {"?filter.0.filter=severity&filter.0.quality=eq", "severity"},
		"severity by number":   {sandboxtest.Filtered("severity", "eq", "4"), "Info, Low, Medium, High, Critical"},
		"severity in small":    {sandboxtest.Filtered("severity", "eq", "critical"), "critical"},
		"one of two":           {sandboxtest.Filtered("severity", "eq", "High,Hot"), "Hot"},
		"two decimals":         {sandboxtest.Filtered("plugin.attributes.vpr.score", "gte", "7.05"), "7.05"},
		"no decimal":           {sandboxtest.Filtered("plugin.attributes.cvss_temporal_score", "gte", "7"), "does not match"},
		"eight digits":         {sandboxtest.Filtered("plugin.id", "eq", "12345678"), "12345678"},
		"CVE of 1998":          {sandboxtest.Filtered("plugin.attributes.cve.raw", "eq", "CVE-1998-0001"), "CVE-1998-0001"},
		"CVE in mixed case":    {sandboxtest.Filtered("plugin.attributes.cve.raw", "eq", "Cve-2020-0001"), "Cve-2020-0001"},
		"one bad CVE":          {sandboxtest.Filtered("plugin.attributes.cve.raw", "eq", "CVE-2020-0001,CVE-20-1"), "CVE-20-1"},
		"date with hyphens":    {sandboxtest.Filtered("tracking.last_found", "date-gt", "2026-01-01"), "2026-01-01"},
		"no such day":          {sandboxtest.Filtered("tracking.last_found", "date-gt", "2026/02/31"), "2026/02/31"},
		"date in days":         {sandboxtest.Filtered("tracking.last_found", "with-in", "2026/01/01"), "2026/01/01"},
		"long value":           {sandboxtest.Filtered("plugin.attributes.bid", "eq", "1234567890123456789"), "longer than 18"},
		"unknown tag":          {sandboxtest.Filtered("tag.Site", "set-has", "Nowhere"), "Nowhere"},
		"protocol in capitals": {sandboxtest.Filtered("port.protocol", "eq", "TCP"), "TCP"},
		"search type":          {sandboxtest.Filtered("severity", "eq", "High") + "&filter.search_type=xor", "xor"},
		"days":                 {"?date_range=many", "date_range"},
		"negative days":        {"?date_range=-1", "date_range"},
		"short severity":       {"?severity=hot", "severity"},
		"short flag":           {"?exploitable=perhaps", "exploitable"},
		"short age":            {"?age=old", "age"},
	} {
		for _, path := range []string{"/workbenches/vulnerabilities", "/workbenches/vulnerabilities/" + fmt.Sprint(w.Plugins()[0].ID) + "/outputs", "/workbenches/assets/" + w.Asset(0).UUID + "/vulnerabilities"} {
			var got struct{ Error, Message, Reason string }
			status, _, body := w.Ask("GET", path+c.query, "")
			if status != 400 || json.Unmarshal(body, &got) != nil || !strings.Contains(got.Error+got.Message, c.want) {
				t.Errorf("%s, %s: %d %s, want a 400 with %q", name, path, status, body, c.want)
			}
		}
	}
}

// TestTenFiltersAndValuesAreTaken: the limit itself is allowed.
func TestTenFiltersAndValuesAreTaken(t *testing.T) {
	w := newWorld(t, nil)
	var ten []string
	for range 10 {
		ten = append(ten, "severity", "neq", "Info")
	}
	w.rows("/workbenches/vulnerabilities" + sandboxtest.Filtered(ten...))
	w.rows("/workbenches/vulnerabilities" + sandboxtest.Filtered("plugin.id", "eq", "1,2,3,4,5,6,7,8,9,10"))
}

// TestUnknownAssets: 404 for one that is not there, 400 for what is no UUID.
func TestUnknownAssets(t *testing.T) {
	w := newWorld(t, nil)
	plugin := strconv.Itoa(w.Plugins()[0].ID)
	for _, end := range []string{"/info", "/vulnerabilities", "/vulnerabilities/" + plugin + "/info", "/vulnerabilities/" + plugin + "/outputs"} {
		if status, _, body := w.Ask("GET", "/workbenches/assets/00000000-0000-4000-8000-000000000000"+end, ""); status != 404 || string(body) != `{"statusCode":404,"error":"Not Found","message":"Not Found"}` {
			t.Errorf("%s: %d %s", end, status, body)
		}
		if status, _, body := w.Ask("GET", "/workbenches/assets/192.0.2.1"+end, ""); status != 400 ||
			!strings.Contains(string(body), `"keys":["asset_id"]`) {
			t.Errorf("%s: %d %s", end, status, body)
		}
	}
	for _, end := range []string{"/info", "/outputs"} {
		if status, _, body := w.Ask("GET", "/workbenches/vulnerabilities/x"+end, ""); status != 400 ||
			!strings.Contains(string(body), `"keys":["plugin_id"]`) {
			t.Errorf("%s: %d %s", end, status, body)
		}
	}
}

// all_fields, and the same values.
func TestAssetFields(t *testing.T) {
	w := newWorld(t, nil)
	var short, full struct{ Assets []map[string]any }
	w.Get("/workbenches/assets", &short)
	w.Get("/workbenches/assets?"+url.Values{"all_fields": {"full"}}.Encode(), &full)
	for i, a := range short.Assets {
		if len(a) >= len(full.Assets[i]) {
			t.Errorf("asset %d has %d fields by default and %d with all_fields", i, len(a), len(full.Assets[i]))
		}
		for name, value := range a {
			if diff := cmp.Diff(full.Assets[i][name], value); diff != "" {
				t.Errorf("asset %d: %s (-full +default):\n%s", i, name, diff)
			}
		}
		if target := a["last_scan_target"]; target != w.Asset(i).Target() {
			t.Errorf("asset %d was scanned at %s, not at %s", i, target, w.Asset(i).Target())
		}
	}
	if n := len(w.assetIDs("?date_range=30")); n == 0 || n >= len(short.Assets) {
		t.Errorf("%d of %d assets were seen within 30 days", n, len(short.Assets))
	}
}

// TestAssetsAreCut at 5,000.
func TestAssetsAreCut(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) { c.Assets, c.FindingsPerAsset = workbench.MostRows+100, 1 })
	_, _, answer := w.Ask("GET", "/workbenches/assets", "")
	if n := strings.Count(string(answer), `"last_scan_target"`); n != workbench.MostRows {
		t.Errorf("%d assets, want %d", n, workbench.MostRows)
	}
}

// TestVulnerableAssets adds findings up by asset and severity.
func TestVulnerableAssets(t *testing.T) {
	w := newWorld(t, nil)
	for query, holds := range map[string]func(finding) bool{
		"": func(f finding) bool { return f.Severity > 0 },
		sandboxtest.Filtered("severity", "eq", "Critical"): func(f finding) bool { return f.Severity == 4 },
		sandboxtest.Filtered("severity", "eq", "Info"):     func(f finding) bool { return f.Severity == 0 },
	} {
		var answer struct {
			Assets []struct {
				ID         string
				Total      int
				Severities []struct{ Count, Level int }
			}
			Total int `json:"total_asset_count"`
		}
		w.Get("/workbenches/assets/vulnerabilities"+query, &answer)
		got := map[string][5]int{}
		for _, a := range answer.Assets {
			var by [5]int
			for _, s := range a.Severities {
				by[s.Level] = s.Count
			}
			got[a.ID] = by
		}
		want := map[string][5]int{}
		for _, f := range w.All(func(f finding) bool { return w.Current(f) && holds(f) }) {
			by := want[f.Asset.UUID]
			by[f.Severity]++
			want[f.Asset.UUID] = by
		}
		if diff := cmp.Diff(want, got); diff != "" || answer.Total != len(want) || len(want) == 0 {
			t.Errorf("%s: total %d (-want +got):\n%s", query, answer.Total, diff)
		}
	}
	a := w.All(w.Current)[0].Asset
	var info struct {
		Info struct {
			ID, UUID string
			Counts   struct {
				Vulnerabilities struct{ Total int }
			}
		}
	}
	w.Get("/workbenches/assets/"+a.UUID+"/info", &info)
	if n := len(w.All(func(f finding) bool { return w.Current(f) && f.Asset.Index == a.Index })); info.Info.Counts.Vulnerabilities.Total != n || info.Info.ID != a.UUID || info.Info.UUID != a.UUID {
		t.Errorf("info is %+v, want %d findings of %s", info, n, a.UUID)
	}
}
