package workbench_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tenableio/internal/sandbox"
	"tenableio/internal/sandbox/sandboxtest"
	"tenableio/internal/sandbox/workbench"
)

// TestVulnAnswersAreAsRecorded compares the answers with what the cloud said to
// the same calls: members and types, both ways. Named are members that the API
// got since, or that depend on the plugin.
func TestVulnAnswersAreAsRecorded(t *testing.T) {
	recordings := sandboxtest.ReadRecordings(t)
	w := newWorld(t, func(c *sandbox.Config) { c.FindingsPerAsset, c.ExportDelay = 8, 0 })
	rich := w.All(func(f finding) bool { // a finding that shows as much as possible
		p := f.Plugin
		return w.Current(f) && strings.HasPrefix(p.Family, "Red Hat") && p.CVSS3.Base > 0 && p.VPR.Score > 0 &&
			p.VPR.RecentLower >= 0 && len(p.CVEs) > 0 && len(f.Asset.FQDN) > 0
	})[0]
	for name, at := range map[string]struct {
		path  string
		newer []string
	}{
		"workbench-assets":                  {"/workbenches/assets?all_fields=full", []string{".assets[].tags[]"}},
		"workbench-asset-info":              {"/workbenches/assets/" + rich.Asset.UUID + "/info?all_fields=full", sinceThen},
		"workbench-vulnerabilities":         {"/workbenches/vulnerabilities", nil},
		"workbench-asset-vulnerabilities":   {"/workbenches/assets/" + rich.Asset.UUID + "/vulnerabilities", nil},
		"workbench-vulnerability-info":      {"/workbenches/vulnerabilities/" + strconv.Itoa(rich.Plugin.ID) + "/info", []string{".info.vulnerability_information.exploit_frameworks[]"}},
		"workbench-vulnerability-outputs":   {"/workbenches/vulnerabilities/" + strconv.Itoa(rich.Plugin.ID) + "/outputs", nil},
		"filters-workbench-vulnerabilities": {"/filters/workbenches/vulnerabilities", []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, answer := w.Ask("GET", at.path, "")
			sandboxtest.CompareShapes(t, recordings[name].Response.Body, answer, at.newer...)
		})
	}
}

// TestUnaskedInfoIsLeftOut: the lists over all assets leave out what has no
// severity when nothing is asked for, and only then. It was recorded so: the
// list of all plugins had none of the 29 that the one asset had.
func TestUnaskedInfoIsLeftOut(t *testing.T) {
	w := newWorld(t, nil)
	infos := func(target string) (n int) {
		var answer struct {
			Rows []workbench.VulnRow `json:"vulnerabilities"`
		}
		w.Get(target, &answer)
		for _, row := range answer.Rows {
			if row.MaxSeverity == 0 {
				n++
			}
		}
		return n
	}
	asset := w.All(w.Current)[0].Asset
	if infos("/workbenches/vulnerabilities") != 0 || infos("/workbenches/vulnerabilities?date_range=400") != 0 {
		t.Error("the list has plugins of severity 0")
	}
	if infos("/workbenches/vulnerabilities"+sandboxtest.Filtered("severity", "eq", "Info")) == 0 ||
		infos("/workbenches/vulnerabilities?severity=info") == 0 {
		t.Error("the list has no plugin of severity 0 where they are asked for")
	}
	if infos("/workbenches/assets/"+asset.UUID+"/vulnerabilities") == 0 {
		t.Error("the list of one asset has no plugin of severity 0")
	}
}

// TestFiltersSuitTheSDK: the official SDK reads the first item of each list and
// each pattern before it sends a filter, and stumbles over an empty one.
func TestFiltersSuitTheSDK(t *testing.T) {
	w := newWorld(t, nil)
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
		w.Want(200, call[0], call[1], `{"tag_uuids":[]}`, &answer)
		var names []string
		for _, f := range answer.Filters {
			names = append(names, f.Name)
			if f.Name == "tag_uuid" && call[0] == "GET" {
				t.Errorf("%v shows the filter of the POST", call)
			}
			isList := strings.HasPrefix(f.Control.Type, "dropdown")
			if f.Readable == "" || len(f.Operators) == 0 || isList != (len(f.Control.List) > 0) ||
				isList == (f.Control.Regex != "") {
				t.Errorf("%v: %+v", call, f)
			}
		}
		if len(names) < 20 || len(names) != len(slices.Compact(slices.Sorted(slices.Values(names)))) {
			t.Errorf("%v: filters %v", call, names)
		}
	}
	recorded := sandboxtest.ReadRecordings(t)["filters-workbench-vulnerabilities"]
	type named struct {
		Name      string   `json:"name"`
		Operators []string `json:"operators"`
	}
	var was, is struct{ Filters []named }
	if err := json.Unmarshal(recorded.Response.Body, &was); err != nil {
		t.Fatal(err)
	}
	w.Get("/filters/workbenches/vulnerabilities", &is)
	for _, f := range was.Filters {
		same := func(g named) bool { return g.Name == f.Name && slices.Equal(g.Operators, f.Operators) }
		if !strings.HasPrefix(f.Name, "tag.") && !slices.ContainsFunc(is.Filters, same) {
			t.Errorf("%s with %v was recorded and is not offered", f.Name, f.Operators)
		}
	}
}

// sinceThen are members that assets got after the recording of 2018.
var sinceThen = []string{
	".info.interfaces", ".info.network_name", ".info.last_scan_id", ".info.last_schedule_id", ".info.last_scan_target", ".info.installed_software",
	".info.security_protection", ".info.scan_frequency", ".info.acr_", ".info.exposure_", ".info.bigfix_asset_id",
}
