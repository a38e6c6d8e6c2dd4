package scans_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenableio/internal/sandbox"
	"tenableio/internal/sandbox/scans"
	"tenableio/internal/sandbox/web"
)

type historyPage struct {
	Pagination web.Pagination
	History    []runOfHistory
}

func TestScanLifecycle(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) { c.ScanDuration = 8 * time.Minute })
	var before, after historyPage
	w.Get(fmt.Sprintf("/scans/%d/history", weeklyScan), &before)
	var launched struct {
		ScanUUID string `json:"scan_uuid"`
	}
	w.Post(fmt.Sprintf("/scans/%d/launch", weeklyScan), `{}`, &launched)
	if got := w.status(weeklyScan); got != "pending" {
		t.Errorf("at once: %s", got)
	}
	w.Get(fmt.Sprintf("/scans/%d/history", weeklyScan), &after)
	if newest := after.History[0]; after.Pagination.Total != before.Pagination.Total+1 ||
		newest.ScanUUID != launched.ScanUUID ||
		newest.Status != "pending" || newest.TimeEnd != nil || newest.ID <= before.History[0].ID {
		t.Errorf("history: %+v, launched %+v", newest, launched)
	}
	conflict := w.Call(web.Administrator, "POST", fmt.Sprintf("/scans/%d/launch", weeklyScan), `{}`)
	if conflict.StatusCode != http.StatusConflict {
		t.Errorf("launched twice: %s", conflict.Status)
	}
	w.Wait(4 * time.Minute)
	var details scanDetails
	w.Get(fmt.Sprintf("/scans/%d", weeklyScan), &details)
	if got := w.status(weeklyScan); got != "running" || details.Info.Status != "running" || details.Progress != 50 ||
		len(*details.Hosts) == 0 || details.Info.ScanEnd != nil {
		t.Errorf("half way: %s, %d%%, %d hosts, %+v", got, details.Progress, len(*details.Hosts), details.Info)
	}
	half := len(*details.Hosts)
	w.Wait(4 * time.Minute)
	w.Get(fmt.Sprintf("/scans/%d", weeklyScan), &details)
	if got := w.status(weeklyScan); got != "completed" || *details.Info.UUID != launched.ScanUUID ||
		len(*details.Hosts) <= half {
		t.Errorf("at the end: %s, %d hosts after %d, %+v", got, len(*details.Hosts), half, details.Info)
	}
	w.Get(fmt.Sprintf("/scans/%d/history", weeklyScan), &after)
	if newest := after.History[0]; newest.TimeEnd == nil || *newest.TimeEnd-newest.TimeStart != 480 {
		t.Errorf("history at the end: %+v", newest)
	}
	w.Post(fmt.Sprintf("/scans/%d/launch", weeklyScan), `{}`, &launched)
}

// TestRunsArePausedAndStopped: a pause takes as long as it takes, and what is
// stopped is over.
func TestRunsArePausedAndStopped(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) { c.ScanDuration = 8 * time.Minute })
	control := func(verb string, want int) {
		t.Helper()
		if got := w.Call(web.ScanOperator, "POST", fmt.Sprintf("/scans/%d/%s", weeklyScan, verb), ``); got.StatusCode != want {
			t.Errorf("%s: %s, want %d", verb, got.Status, want)
		}
	}
	is := func(want string) {
		t.Helper()
		if got := w.status(weeklyScan); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	for _, verb := range []string{"pause", "resume", "stop"} {
		control(verb, 409)
		w.Expect(w.Call(web.Administrator, "POST", "/scans/9999/"+verb, ``), 404, `{"error":"Scan not found"}`)
		w.Expect(w.Call(web.Standard, "POST", fmt.Sprintf("/scans/%d/%s", scans.FirstScanID+1, verb), ``), 403,
			`{"statusCode":403,"error":"Forbidden","message":"Insufficient scope"}`)
		w.Expect(w.Call(web.Administrator, "POST", fmt.Sprintf("/scans/%d/%s", unusedScan, verb), ``), 409, `{"error":"This scan cannot be `+map[string]string{"pause": "paused", "resume": "resumed", "stop": "stopped"}[verb]+` in its current status"}`)
	}
	control("launch", 200)
	control("pause", 409)
	w.Wait(6 * time.Minute)
	control("pause", 200)
	w.Wait(time.Hour)
	is("paused")
	control("launch", 409)
	control("pause", 409)
	control("resume", 200)
	is("running")
	w.Wait(time.Minute)
	control("resume", 409)
	var details scanDetails
	w.Get(fmt.Sprintf("/scans/%d", weeklyScan), &details)
	if details.Progress != 87 {
		t.Errorf("%d%% after 7 of 8 minutes of work", details.Progress)
	}
	w.Wait(time.Minute)
	is("completed")
	control("stop", 409)
	for _, pause := range []bool{false, true} {
		control("launch", 200)
		w.Wait(3 * time.Minute)
		if pause {
			control("pause", 200)
			w.Wait(time.Minute)
		}
		control("stop", 200)
		is("canceled")
		w.Wait(time.Hour)
		is("canceled")
	}
	var page historyPage
	w.Get(fmt.Sprintf("/scans/%d/history?limit=3", weeklyScan), &page)
	for i, took := range []int64{4 * 60, 3 * 60, 68 * 60} {
		if got := page.History[i]; got.TimeEnd == nil || *got.TimeEnd-got.TimeStart != took {
			t.Errorf("history: %+v, want %d seconds", got, took)
		}
	}
}

func TestLaunchAtOtherTargets(t *testing.T) {
	w := newWorld(t, nil)
	var before, after scanDetails
	w.Get(fmt.Sprintf("/scans/%d", weeklyScan), &before)
	host := (*before.Hosts)[1]
	w.Post(fmt.Sprintf("/scans/%d/launch", weeklyScan), fmt.Sprintf(`{"alt_targets":["%s, nowhere.example.com"]}`, host.Hostname), &struct{}{})
	w.Wait(time.Hour)
	w.Get(fmt.Sprintf("/scans/%d", weeklyScan), &after)
	if len(*after.Hosts) == 0 || (*after.Hosts)[0].Hostname != host.Hostname || len(*after.Hosts) > 2 ||
		!after.Info.AltTargetsUsed {
		t.Errorf("hosts %v, want %s alone: %+v", after.Hosts, host.Hostname, after.Info)
	}
	var history historyPage
	w.Get(fmt.Sprintf("/scans/%d/history?limit=1", weeklyScan), &history)
	if history.History[0].Targets["custom"] != true {
		t.Errorf("history: %+v", history.History[0])
	}
}

func TestLaunchIsRefused(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) { c.Scans = 40 })
	for _, tt := range []struct {
		permissions, scan, status int
		body, want                string
	}{
		{web.Administrator, 9999, 404, `{}`, `{"error":"Scan not found"}`},
		{web.Basic, weeklyScan, 403, `{}`, `{"statusCode":403,"error":"Forbidden","message":"Insufficient scope"}`},
		{web.ScanOperator, scans.FirstScanID + 1, 403, `{}`, `{"statusCode":403,"error":"Forbidden","message":"Insufficient scope"}`},
		{web.ScanOperator, privateScan, 404, `{}`, `{"error":"Scan not found"}`},
		{web.Administrator, importedScan, 403, `{}`, `{"statusCode":403,"error":"Forbidden","message":"Forbidden"}`},
		{web.Administrator, weeklyScan, 400, `{`, `{"statusCode":400,"error":"Bad Request","message":"Invalid request payload JSON format"}`},
		{web.Administrator, weeklyScan, 400, `{"alt_targets":"x"}`, `{"statusCode":400,"error":"Bad Request","message":"child \"alt_targets\" fails because [\"alt_targets\" must not be a string]","validation":{"source":"payload","keys":["alt_targets"]}}`},
	} {
		w.Expect(w.Call(tt.permissions, "POST", fmt.Sprintf("/scans/%d/launch", tt.scan), tt.body), tt.status, tt.want)
	}
	if got := w.Call(web.ScanOperator, "POST", fmt.Sprintf("/scans/%d/launch", weeklyScan), ``).StatusCode; got != 200 {
		t.Errorf("a scan operator with Can Execute: status %d", got)
	}
	active := 1
	for id := weeklyScan + 1; active < scans.MostActive; id++ {
		if w.Call(web.Administrator, "POST", fmt.Sprintf("/scans/%d/launch", id), `{}`).StatusCode == 200 {
			active++
		}
	}
	answer := w.Call(web.Administrator, "POST", fmt.Sprintf("/scans/%d/launch", scans.FirstScanID+39), `{}`)
	if answer.StatusCode != 429 || answer.Header.Get("Retry-After") != "30" {
		t.Errorf("scan 26: %s %v", answer.Status, answer.Header)
	}
	w.Wait(time.Hour)
	w.Post(fmt.Sprintf("/scans/%d/launch", scans.FirstScanID+39), `{}`, &struct{}{})
}

func TestHistoryPages(t *testing.T) {
	w := newWorld(t, nil)
	var all, ends, part historyPage
	path := fmt.Sprintf("/scans/%d/history", scans.FirstScanID+2)
	w.Get(path, &all)
	total := all.Pagination.Total
	if total < 4 || len(all.History) != total || all.Pagination.Limit != 50 ||
		all.Pagination.Sort[0] != (web.SortOrder{Name: "start_date", Order: "DESC"}) {
		t.Fatalf("%d runs, %+v", len(all.History), all.Pagination)
	}
	w.Get(path+"?limit=2&offset=1&exclude_rollover=false", &part)
	if diff := cmp.Diff(all.History[1:3], part.History); diff != "" || part.Pagination.Total != total ||
		part.Pagination.Offset != 1 {
		t.Errorf("a page: %+v (-want +got)\n%s", part.Pagination, diff)
	}
	w.Get(path+fmt.Sprintf("?offset=%d", total+5), &part)
	if len(part.History) != 0 {
		t.Errorf("beyond the end: %+v", part.History)
	}
	w.Get(path+"?sort=start_date:asc", &ends)
	slices.Reverse(ends.History)
	if diff := cmp.Diff(all.History, ends.History); diff != "" {
		t.Errorf("ascending is not the reverse:\n%s", diff)
	}
	w.Get(path+"?sort=status:desc,end_date:asc", &part)
	for i := 1; i < len(part.History); i++ {
		if a, b := part.History[i-1], part.History[i]; a.Status < b.Status || a.Status == b.Status &&
			*a.TimeEnd > *b.TimeEnd {
			t.Errorf("sorted by status and end: %+v before %+v", a, b)
		}
	}
	for _, query := range []string{"?limit=0", "?limit=x", "?offset=-1", "?sort=name:asc", "?sort=status", "?exclude_rollover=perhaps"} {
		if got := w.Call(web.Administrator, "GET", path+query, "").StatusCode; got != 400 {
			t.Errorf("%s: status %d", query, got)
		}
	}
	w.Post(fmt.Sprintf("/scans/%d/launch", scans.FirstScanID+2), `{"rollover":true}`, &struct{}{})
	w.Get(path, &part)
	w.Get(path+"?exclude_rollover=true", &ends)
	if part.Pagination.Total != total+1 || ends.Pagination.Total != total {
		t.Errorf("%d runs with the rollover, %d without", part.Pagination.Total, ends.Pagination.Total)
	}
	w.Get(fmt.Sprintf("/scans/%d/history", importedScan), &part)
	if len(part.History) != 0 {
		t.Errorf("an imported scan has a history: %+v", part.History)
	}
}

func TestArchivedRunsHaveNoHosts(t *testing.T) {
	w := newWorld(t, nil)
	var latest scanDetails
	w.Get(fmt.Sprintf("/scans/%d", agentScan), &latest)
	archived, fresh := 0, 0
	for _, r := range latest.History {
		for _, query := range []string{fmt.Sprintf("?history_id=%d", r.HistoryID), "?history_id=" + r.UUID, "?history_uuid=" + r.UUID} {
			var got map[string]json.RawMessage
			w.Get(fmt.Sprintf("/scans/%d%s", agentScan, query), &got)
			var info scanInfo
			if err := json.Unmarshal(got["info"], &info); err != nil {
				t.Fatal(err)
			}
			old := w.Now.Unix()-r.LastModificationDate > 35*24*3600
			if *info.UUID != r.UUID || info.IsArchived != old || (got["hosts"] == nil) != old ||
				(got["filters"] == nil) != old || got["remediations"] == nil {
				t.Errorf("%s: %s, archived %t, want %s, %t; members %d", query, *info.UUID, info.IsArchived, r.UUID, old, len(got))
			}
			if old {
				archived++
			} else {
				fresh++
			}
		}
	}
	if archived == 0 || fresh == 0 {
		t.Errorf("%d archived runs and %d others: want both", archived, fresh)
	}
	var old scanDetails
	w.Get(fmt.Sprintf("/scans/%d", archivedScan), &old)
	if !old.Info.IsArchived || old.Hosts != nil || old.Vulnerabilities != nil {
		t.Errorf("a scan of long ago: %+v", old.Info)
	}
	w.Expect(w.Call(web.Administrator, "GET", fmt.Sprintf("/scans/%d?history_id=1", agentScan), ""), 404,
		`{"error":"Scan not found"}`)
}
