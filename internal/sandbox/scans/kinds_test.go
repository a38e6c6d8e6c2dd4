package scans_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"tenableio/internal/sandbox"
	"tenableio/internal/sandbox/scans"
)

// The scans of other kinds.
const (
	policyScan = scans.FirstScanID + 8
	siteScan   = scans.FirstScanID + 9
	mixedScan  = scans.FirstScanID + 10
)

// TestScansOfSettings: one that looks for settings alone has no flaws, another both.
func TestScansOfSettings(t *testing.T) {
	w := newWorld(t, nil)
	for id, flaws := range map[int]bool{policyScan: false, mixedScan: true} {
		var d scanDetails
		w.Get(fmt.Sprintf("/scans/%d", id), &d)
		if (len(*d.Vulnerabilities) > 0) != flaws || (len(*d.Hosts) > 0) != flaws {
			t.Errorf("scan %d: %d flaws on %d hosts", id, len(*d.Vulnerabilities), len(*d.Hosts))
		}
		if len(*d.CompHosts) == 0 || len(*d.CompHosts) != d.Info.HostCount || len(*d.Compliance) == 0 {
			t.Fatalf("scan %d: %d checks on %d hosts of %d", id, len(*d.Compliance), len(*d.CompHosts), d.Info.HostCount)
		}
		outcomes := map[int]int{}
		for i, check := range *d.Compliance {
			outcomes[check.Severity] += check.Count
			if len(check.PluginID) != 32 || !strings.HasSuffix(check.PluginFamily, "Compliance Checks") || check.SeverityIndex != i {
				t.Errorf("scan %d: %+v", id, check)
			}
		}
		passed, warned, failed := 0, 0, 0
		for _, host := range *d.CompHosts {
			passed, warned, failed = passed+host.Low, warned+host.Medium, failed+host.High
		}
		if passed == 0 || warned == 0 || failed == 0 || outcomes[1] != passed || outcomes[2] != warned || outcomes[3] != failed {
			t.Errorf("scan %d: the checks add up to %v, the hosts to %d, %d, %d", id, outcomes, passed, warned, failed)
		}
		_, page := w.export(id, "", `{"format":"html","chapters":"compliance"}`)
		if !strings.Contains(string(page), (*d.Compliance)[0].PluginName+": FAILED on") {
			t.Errorf("scan %d: the report does not tell the checks", id)
		}
	}
}

// TestScanOfAWebApplication: it has a site for a host, and no members for flaws.
func TestScanOfAWebApplication(t *testing.T) {
	w := newWorld(t, nil)
	var list scanList
	w.Get("/scans", &list)
	for _, s := range list.Scans {
		if (s.Type != nil && *s.Type == "webapp") != (s.ID == siteScan) {
			t.Errorf("scan %d has type %v", s.ID, s.Type)
		}
	}
	_, _, body := w.Ask("GET", fmt.Sprintf("/scans/%d", siteScan), "")
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"vulnerabilities", "comphosts", "compliance", "filters"} {
		if members[name] != nil {
			t.Errorf("there is a member %s", name)
		}
	}
	if !strings.Contains(string(members["hosts"]), `"hostname":"https://shop.example.com"`) {
		t.Errorf("hosts are %s", members["hosts"])
	}
	w.Post(fmt.Sprintf("/scans/%d/launch", siteScan), "{}", &struct{}{})
}

// TestRemediationsAndNotes: what to do, most helpful first, and what went wrong.
func TestRemediationsAndNotes(t *testing.T) {
	w := newWorld(t, nil)
	var d scanDetails
	w.Get(fmt.Sprintf("/scans/%d", mixedScan), &d)
	if len(d.Notes) == 0 || d.Notes[0].Title == "" || d.Notes[0].Message == "" || d.Notes[0].Severity == 0 {
		t.Errorf("notes are %+v", d.Notes)
	}
	r := d.Remediations
	if len(r.Remediations) == 0 || r.NumRemediatedCVEs == 0 || r.NumRemediatedCVEs > r.NumCVEs || r.NumImpactedHosts > r.NumHosts {
		t.Errorf("remediations are %+v", r)
	}
	for i, one := range r.Remediations {
		if one.Value == "" || one.Hosts == 0 || one.Hosts > r.NumHosts || one.Remediation == "" {
			t.Errorf("%+v", one)
		}
		if i > 0 && one.Vulns*one.Hosts > r.Remediations[i-1].Vulns*r.Remediations[i-1].Hosts {
			t.Errorf("%+v comes after %+v", one, r.Remediations[i-1])
		}
	}
}

// TestOneRunByItsUUID: as soon as it is launched, and when it is over.
func TestOneRunByItsUUID(t *testing.T) {
	w := newWorld(t, nil)
	type details struct {
		Status, UUID, Name, Targets string
		ObjectID                    int    `json:"object_id"`
		ScanStart                   int64  `json:"scan_start"`
		ScanEnd                     *int64 `json:"scan_end"`
		IsArchived                  bool   `json:"is_archived"`
	}
	var launched struct {
		UUID string `json:"scan_uuid"`
	}
	w.Post(fmt.Sprintf("/scans/%d/launch", scans.SampleScan), `{"alt_targets":["192.0.2.1-192.0.2.9"]}`, &launched)
	path := fmt.Sprintf("/scans/%d/history/", scans.SampleScan)
	var now details
	w.Get(path+launched.UUID, &now)
	if now.Status != "pending" || now.ScanEnd != nil || now.UUID != launched.UUID || now.ScanStart != w.Now.Unix() || now.Targets != "192.0.2.1-192.0.2.9" {
		t.Errorf("at first: %+v", now)
	}
	w.Wait(sandbox.DefaultConfig().ScanDuration)
	w.Get(path+launched.UUID, &now)
	if now.Status != "completed" || now.ScanEnd == nil || *now.ScanEnd != w.Now.Unix() || now.Name != "Weekly perimeter" {
		t.Errorf("at the end: %+v", now)
	}
	var all historyPage
	w.Get(fmt.Sprintf("/scans/%d/history", scans.SampleScan), &all)
	if all.History[0].ScanUUID != launched.UUID || all.History[0].ID != now.ObjectID {
		t.Errorf("the history has %+v", all.History[0])
	}
	for _, wrong := range []string{
		path + "00000000-0000-4000-8000-000000000000",
		fmt.Sprintf("/scans/%d/history/%s", weeklyScan, launched.UUID),
		"/scans/99/history/" + launched.UUID,
	} {
		if status, _, body := w.Ask("GET", wrong, ""); status != 404 || string(body) != `{"error":"Scan not found"}` {
			t.Errorf("%s: %d %s", wrong, status, body)
		}
	}
}

// TestDetailsOfAPastRun: by its number and by its UUID.
func TestDetailsOfAPastRun(t *testing.T) {
	w := newWorld(t, nil)
	var newest, byNumber, byUUID scanDetails
	path := fmt.Sprintf("/scans/%d", scans.SampleScan)
	w.Get(path, &newest)
	past := newest.History[1]
	w.Get(path+fmt.Sprintf("?history_id=%d", past.HistoryID), &byNumber)
	w.Get(path+"?history_id="+past.UUID, &byUUID)
	if *byNumber.Info.UUID != past.UUID || *byUUID.Info.UUID != past.UUID || *newest.Info.UUID == past.UUID {
		t.Errorf("runs are %s, %s and %s", *byNumber.Info.UUID, *byUUID.Info.UUID, *newest.Info.UUID)
	}
}

// TestOtherTargets: addresses, ranges, networks and names of any sort.
func TestOtherTargets(t *testing.T) {
	for targets, want := range map[string]func(index int) bool{
		`["192.0.2.1"]`:                        func(i int) bool { return i == 0 },
		`["192.0.2.1-192.0.2.15"]`:             func(i int) bool { return i < 15 },
		`["192.0.2.0/28"]`:                     func(i int) bool { return i < 15 },
		`["192.0.2.1,192.0.2.8"]`:              func(i int) bool { return i == 0 || i == 7 },
		`["app-0000.EXAMPLE.com","192.0.2.8"]`: func(i int) bool { return i == 0 || i == 7 },
		`["192.0.2.250"]`:                      func(int) bool { return false },
	} {
		w := newWorld(t, nil)
		w.Post(fmt.Sprintf("/scans/%d/launch", weeklyScan), `{"alt_targets":`+targets+`}`, &struct{}{})
		w.Wait(sandbox.DefaultConfig().ScanDuration)
		var d scanDetails
		w.Get(fmt.Sprintf("/scans/%d", weeklyScan), &d)
		for _, host := range *d.Hosts {
			if !want(host.AssetID - 2) {
				t.Errorf("%s: host %s", targets, host.Hostname)
			}
		}
		if want(0) && len(*d.Hosts) == 0 {
			t.Errorf("%s: no hosts", targets)
		}
	}
}
