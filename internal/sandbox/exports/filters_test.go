package exports_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenableio/internal/sandbox"
	"tenableio/internal/sandbox/exports"
	"tenableio/internal/sandbox/sandboxtest"
	"tenableio/internal/sandbox/tenant"
)

// recent is the window of exports that say nothing of times.
func recent(f finding) bool {
	if f.State == "FIXED" {
		return sandboxtest.DayOne.Sub(f.LastFixed) <= 30*24*time.Hour
	}
	return sandboxtest.DayOne.Sub(f.LastFound) <= 30*24*time.Hour
}

// exportCases are filters, each with a reading that shares no code with the
// sandbox's.
func exportCases(w *world) map[string]func(finding) bool {
	f := w.All(func(f finding) bool {
		return f.Asset.Licensed && recent(f) && f.State == "OPEN" && len(f.Plugin.CVEs) > 0 && len(f.Asset.Tags) == 2 &&
			f.Plugin.CVSS4.Base > 0
	})[0]
	open := func(g finding) bool { return g.State != "FIXED" && recent(g) }
	since := sandboxtest.DayOne.AddDate(0, 0, -90)
	seconds := since.Unix()
	vpr := func(is func(float64) bool) func(finding) bool {
		return func(g finding) bool { return open(g) && g.Plugin.VPR.Score > 0 && is(g.Plugin.VPR.Score) }
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
		`{"cidr_range":"192.0.2.64/27"}`: and(func(g finding) bool {
			return len(g.Asset.IPv4) > 0 && g.Asset.IPv4[0].As4()[3] >= 64 && g.Asset.IPv4[0].As4()[3] < 96
		}),
		fmt.Sprintf(`{"cidr_range":"%s/32"}`, f.Asset.IPv4[0]): and(func(g finding) bool { return slices.Contains(g.Asset.IPv4, f.Asset.IPv4[0]) }),
		`{"cidr_range":"0.0.0.0/0"}`:                           and(func(g finding) bool { return len(g.Asset.IPv4) > 0 }),
		`{"cidr_range":"192.0.2.77/26"}`: and(func(g finding) bool {
			return len(g.Asset.IPv4) > 0 && g.Asset.IPv4[0].As4()[3] >= 64 && g.Asset.IPv4[0].As4()[3] < 128
		}),
		`{"cidr_range":"127.0.0.1/32"}`:                          func(finding) bool { return false },
		`{"network_id":"00000000-0000-0000-0000-000000000000"}`:  open,
		`{"network_id":"00000000-0000-0000-0000-000000000001"}`:  func(finding) bool { return false },
		`{"source":["AGENT"]}`:                                   and(func(g finding) bool { return g.Source == "AGENT" }),
		`{"severity_modification_type":["RECASTED","ACCEPTED"]}`: and(func(g finding) bool { return g.Modification != "NONE" }),
		fmt.Sprintf(`{"scan_uuid":%q}`, w.ScanOf(f.Asset).UUID):  and(func(g finding) bool { return w.ScanOf(g.Asset).Index == w.ScanOf(f.Asset).Index }),
		`{"exploit_maturity":["poc","HIGH"]}`: and(func(g finding) bool {
			v := g.Plugin.VPR
			return v.Score > 0 && (v.Maturity == "PROOF_OF_CONCEPT" || v.Maturity == "HIGH")
		}),
		`{"vpr_threat_intensity":["very low"]}`:                          and(func(g finding) bool { return g.Plugin.VPR.Score > 0 && g.Plugin.VPR.Intensity == "VERY_LOW" }),
		`{"weaponization":["malware"]}`:                                  and(func(g finding) bool { return g.Plugin.ByMalware }),
		`{"initiative_id":"00000000-0000-0000-0000-000000000000"}`:       func(finding) bool { return false },
		`{"zero_day":true}`:                                              func(finding) bool { return false },
		`{"zero_day":false}`:                                             open,
		`{"software_vulns_potential":true}`:                              and(func(g finding) bool { return g.Software() != nil && g.Software().Potential }),
		`{"software_vulns_potential_reasons":["Managed"]}`:               and(func(g finding) bool { return g.Software() != nil && g.Software().Reason == "Managed" }),
		`{"vpr_score":{"gte":5,"lt":7.5}}`:                               vpr(func(v float64) bool { return v >= 5 && v < 7.5 }),
		fmt.Sprintf(`{"vpr_score":{"eq":[%g]}}`, f.Plugin.VPR.Score):     vpr(func(v float64) bool { return v == f.Plugin.VPR.Score }),
		fmt.Sprintf(`{"vpr_v2_score":{"neq":[%g]}}`, f.Plugin.VPR.Score): vpr(func(v float64) bool { return v != f.Plugin.VPR.Score }),
		`{"cvss4_base_score":{"gt":8.6,"lte":10}}`:                       and(func(g finding) bool { return g.Plugin.CVSS4.Base > 0 && g.Plugin.CVSS4.Base > 8.6 }),
		`{"epss_score":{"lt":20}}`:                                       and(func(g finding) bool { return g.Plugin.EPSS > 0 && g.Plugin.EPSS < 20 }),
		`{"tag.Site":["Hill"],"tag.Stage":["Lab","Staging"]}`: and(func(g finding) bool {
			return slices.Contains(g.Asset.Tags, tenant.Tag{Category: "Site", Value: "Hill"}) &&
				(slices.Contains(g.Asset.Tags, tenant.Tag{Category: "Stage", Value: "Lab"}) ||
					slices.Contains(g.Asset.Tags, tenant.Tag{Category: "Stage", Value: "Staging"}))
		}),
		`{"tag.Nowhere":["Hill"]}`: func(finding) bool { return false },
		`{"severity":["high"],"plugin_type":"local","state":["OPEN"]}`: func(g finding) bool {
			return recent(g) && g.Severity == 3 && g.Plugin.Type == "local" && g.State == "OPEN"
		},
	}
}

// TestVulnExportFilters holds each filter to a walk through the whole tenant.
func TestVulnExportFilters(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) { c.FindingsPerAsset, c.ExportDelay = 4, 0 })
	cases := exportCases(w)
	asked := strings.Join(slices.Collect(maps.Keys(cases)), " ")
	for _, name := range slices.Concat(slices.Collect(maps.Keys(exports.ExportFilters)), slices.Collect(maps.Keys(exports.ExportTimes)), []string{"state"}) {
		if !strings.Contains(asked, `"`+name+`"`) {
			t.Errorf("no case asks for %s", name)
		}
	}
	found := 0
	for filters, holds := range cases {
		want := w.idsOf(func(f finding) bool { return f.Asset.Licensed && holds(f) })
		if diff := cmp.Diff(want, w.exportIDs(`{"filters":`+filters+`}`)); diff != "" {
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
	w := newWorld(t, func(c *sandbox.Config) { c.FindingsPerAsset, c.ExportDelay = 4, 0 })
	want := w.idsOf(func(f finding) bool { return f.State != "FIXED" && recent(f) })
	if diff := cmp.Diff(want, w.exportIDs(`{"include_unlicensed":true}`)); diff != "" {
		t.Errorf("(-want +got):\n%.600s", diff)
	}
	if len(want) == len(w.exportIDs(`{}`)) {
		t.Error("no asset is unlicensed")
	}
	for body, with := range map[string]bool{`{"include_software_vulns":true}`: true, `{"include_software_vulns":false}`: false} {
		uuid := w.StartExport(body)
		if _, _, chunk := w.Ask("GET", "/vulns/export/"+uuid+"/chunks/1", ""); strings.Contains(string(chunk), `"software_vulns"`) != with {
			t.Errorf("%s: software is there: %v", body, !with)
		}
	}
}

// TestTimesAreTakenAsClientsSendThem: without a state, which the document calls
// required, and as floats.
func TestTimesAreTakenAsClientsSendThem(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) { c.FindingsPerAsset, c.ExportDelay = 5, 0 })
	from := w.Now.AddDate(0, 0, -9)
	for member, want := range map[string]func(f finding) bool{
		"last_found":  func(f finding) bool { return f.State != "FIXED" && !f.LastFound.Before(from) },
		"first_found": func(f finding) bool { return f.State != "FIXED" && !f.FirstFound.Before(from) },
		"last_fixed":  func(f finding) bool { return f.State == "FIXED" && !f.LastFixed.Before(from) },
		"since": func(f finding) bool {
			return f.State == "FIXED" && !f.LastFixed.Before(from) || f.State != "FIXED" && !f.LastFound.Before(from)
		},
	} {
		for _, form := range []string{"%d", "%d.0", "%d.75"} {
			body := fmt.Sprintf(`{"include_unlicensed":true,"filters":{%q:`+form+`}}`, member, from.Unix())
			if diff := cmp.Diff(w.idsOf(want), w.exportIDs(body)); diff != "" {
				t.Errorf("%s (-want +got):\n%.600s", body, diff)
			}
		}
	}
}

// TestBadExportsAreRefused: each with a 400 that names the member.
func TestBadExportsAreRefused(t *testing.T) {
	w := newWorld(t, nil)
	many, err := json.Marshal(slices.Repeat([]string{"CVE-2026-900000"}, 201))
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]string{
		``:                                                        "payload",
		`[]`:                                                      "value",
		`{"filters":[]}`:                                          "filters",
		`{"include_unlicensed":"yes"}`:                            "include_unlicensed",
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
		`{"filters":{"since":-1.5}}`:                              "since",
		`{"filters":{"last_found":"1795000000"}}`:                 "last_found",
		`{"filters":{"since":1,"last_found":1,"state":["OPEN"]}}`: "since",
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
		w.Want(400, "POST", "/vulns/export", body, &answer)
		if answer.StatusCode != 400 || answer.Error != "Bad Request" || !strings.Contains(answer.Message, want) {
			t.Errorf("%.100s: %+v, want %q", body, answer, want)
		}
	}
}
