package scans_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenableio/internal/sandbox"
	"tenableio/internal/sandbox/sandboxtest"
	"tenableio/internal/sandbox/scans"
	"tenableio/internal/sandbox/web"
)

type exportAnswer struct {
	File      string
	TempToken string `json:"temp_token"`
}

// export asks for a file, waits for it and downloads it.
func (w *world) export(scan int, query, body string) (exportAnswer, []byte) {
	w.T.Helper()
	var made exportAnswer
	w.Post(fmt.Sprintf("/scans/%d/export%s", scan, query), body, &made)
	w.Wait(sandbox.DefaultConfig().ExportDelay)
	answer := w.Call(web.Administrator, "GET", fmt.Sprintf("/scans/%d/export/%s/download", scan, made.File), "")
	content := []byte(sandboxtest.Text(w.T, answer))
	if answer.StatusCode != 200 {
		w.T.Fatalf("download of %s: %s %s", made.File, answer.Status, content)
	}
	return made, content
}

func (w *world) latestRun(scan int) (r runOfDetails, findings int, d scanDetails) {
	w.T.Helper()
	w.Get(fmt.Sprintf("/scans/%d", scan), &d)
	for _, v := range *d.Vulnerabilities {
		findings += v.Count
	}
	return d.History[0], findings, d
}

func TestExportLifecycle(t *testing.T) {
	w := newWorld(t, nil)
	r, _, d := w.latestRun(weeklyScan)
	var made, again exportAnswer
	path := fmt.Sprintf("/scans/%d/export", weeklyScan)
	w.Post(path, `{"format":"nessus","chapters":"vuln_by_host"}`, &made)
	if want := "SSE-" + r.UUID + "-nessus"; made.File != want || made.TempToken != "" {
		t.Errorf("made %+v, want %s", made, want)
	}
	w.Expect(w.Call(web.Administrator, "GET", path+"/"+made.File+"/status", ""), 200, `{"status":"loading"}`)
	w.Expect(w.Call(web.Administrator, "GET", path+"/"+made.File+"/download", ""), 404,
		`{"error":"The requested file was not found"}`)
	w.Wait(sandbox.DefaultConfig().ExportDelay)
	w.Expect(w.Call(web.Administrator, "GET", "/scans/"+d.Info.ScheduleUUID+"/export/"+made.File+"/status", ""), 200,
		`{"status":"ready"}`)
	answer := w.Call(web.Administrator, "GET", path+"/"+made.File+"/download", "")
	if got, want := answer.Header.Get("Content-Disposition"), "attachment; filename="+d.Info.Name+".nessus"; got != want ||
		!strings.Contains(d.Info.Name, " ") {
		t.Errorf("Content-Disposition %q, want %q with a space", got, want)
	}
	if got := answer.Header.Get("Content-Type"); got != "application/octet-stream" {
		t.Errorf("Content-Type %q", got)
	}
	w.Post(path, `{"format":"nessus"}`, &again)
	if again.File != made.File {
		t.Errorf("asked again: %s, want %s", again.File, made.File)
	}
	w.Expect(w.Call(web.Administrator, "GET", path+"/"+made.File+"/status", ""), 200, `{"status":"ready"}`)
	for _, unknown := range []string{path + "/SSE-x-nessus", fmt.Sprintf("/scans/%d/export/%s", agentScan, made.File), "/scans/9999/export/" + made.File} {
		for _, what := range []string{"/status", "/download"} {
			w.Expect(w.Call(web.Administrator, "GET", unknown+what, ""), 404, `{"error":"The requested file was not found"}`)
		}
	}
}

func TestExportIsRefused(t *testing.T) {
	w := newWorld(t, nil)
	_, _, d := w.latestRun(agentScan)
	oldest := d.History[len(d.History)-1]
	if age := w.Now.Unix() - oldest.LastModificationDate; age < 60*24*3600 {
		t.Fatalf("the oldest run is %d s old, want more than 60 days", age)
	}
	old := fmt.Sprintf("?history_id=%d", oldest.HistoryID)
	latest := fmt.Sprintf("?history_id=%d", d.History[0].HistoryID)
	for _, tt := range []struct {
		scan        int
		query, body string
		status      int
		says        string
	}{
		{9999, "", `{"format":"csv"}`, 404, `{"error":"Scan not found"}`},
		{agentScan, "?history_id=1", `{"format":"csv"}`, 404, `{"error":"Scan not found"}`},
		{unusedScan, "", `{"format":"csv"}`, 400, "no results to export"},
		{agentScan, "", `{}`, 400, `"keys":["format"]`},
		{agentScan, "", ``, 400, `"keys":["format"]`},
		{agentScan, "", `{"format":"CSV"}`, 400, `must be one of [nessus, html, pdf, csv, db]`},
		{agentScan, "", `{"format":3}`, 400, `\"format\" must be a string`},
		{agentScan, "", `["csv"]`, 400, `must not be a array`},
		{agentScan, "", `{"format":"pdf"}`, 400, `"keys":["chapters"]`},
		{agentScan, "", `{"format":"html","chapters":""}`, 400, `"keys":["chapters"]`},
		{agentScan, "", `{"format":"html","chapters":"vuln_by_host,remediations"}`, 400, `"keys":["chapters"]`},
		{agentScan, old, `{"format":"pdf","chapters":"vuln_by_host"}`, 400, "older than 60 days"},
		{agentScan, old, `{"format":"html","chapters":"vuln_by_host"}`, 400, "older than 60 days"},
		{agentScan, old, `{"format":"db","password":"x","asset_id":"x"}`, 400, "older than 60 days"},
		{agentScan, old, `{"format":"csv","filter.0.filter":"severity","filter.0.quality":"eq","filter.0.value":"High"}`, 400, "older than 60 days"},
		{agentScan, "", `{"format":"db","password":"x","asset_id":"x"}`, 400, `"keys":["history_id"]`},
		{agentScan, latest, `{"format":"db","asset_id":"x"}`, 400, `"keys":["password"]`},
		{agentScan, latest, `{"format":"db","password":"x"}`, 400, `"keys":["asset_id"]`},
		{agentScan, "", `{"format":"csv","filter.0.filter":"colour","filter.0.quality":"eq","filter.0.value":"red"}`, 400, "colour"},
	} {
		answer := w.Call(web.Administrator, "POST", fmt.Sprintf("/scans/%d/export%s", tt.scan, tt.query), tt.body)
		if body := sandboxtest.Text(t, answer); answer.StatusCode != tt.status || !strings.Contains(body, tt.says) {
			t.Errorf("%d%s %s: %s %s, want %d %s", tt.scan, tt.query, tt.body, answer.Status, body, tt.status, tt.says)
		}
	}
	for _, target := range []string{"export", "export/x/status", "export/x/download"} {
		method := "GET"
		if target == "export" {
			method = "POST"
		}
		w.Expect(w.Call(web.Basic, method, fmt.Sprintf("/scans/%d/%s", weeklyScan, target), ""), 403,
			`{"statusCode":403,"error":"Forbidden","message":"Insufficient scope"}`)
	}
	w.export(agentScan, old, `{"format":"csv"}`)
	w.export(agentScan, old, `{"format":"nessus","chapters":""}`)
	w.Post(fmt.Sprintf("/scans/%d/launch", weeklyScan), ``, &struct{}{})
	if got := w.Call(web.Administrator, "POST", fmt.Sprintf("/scans/%d/export", weeklyScan), `{"format":"csv"}`).StatusCode; got != 400 {
		t.Errorf("export of a running scan: status %d", got)
	}
}

// TestSampleFile: an export of the sample scan is there from the start.
func TestSampleFile(t *testing.T) {
	w := newWorld(t, nil)
	var list []scans.ExportRecord
	w.Get("/scans/exports", &list)
	if len(list) != 1 || list[0].ExportID != scans.SampleFile || !list[0].Ready || list[0].ScheduleID != fmt.Sprint(scans.SampleScan) {
		t.Fatalf("%+v", list)
	}
	_, header, content := w.Ask("GET", fmt.Sprintf("/scans/%d/export/%s/download", scans.SampleScan, scans.SampleFile), "")
	if int64(len(content)) != list[0].Metadata.FileSize || header.Get("Content-Disposition") != "attachment; filename=Weekly perimeter.nessus" {
		t.Errorf("%d bytes, %v", len(content), header)
	}
}

func TestExportList(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) { c.Scans = 8 })
	list := func(query string) (got []scans.ExportRecord) {
		w.Get("/scans/exports"+query, &got)
		return got
	}
	if got := list(""); got == nil || len(got) != 0 {
		t.Errorf("before any export: %v", got)
	}
	nessus, content := w.export(weeklyScan, "", `{"format":"nessus"}`)
	w.Wait(time.Hour)
	html, _ := w.export(agentScan, "", `{"format":"html","chapters":"remediations","filter.0.filter":"severity","filter.0.quality":"eq","filter.0.value":"Low,High"}`)
	w.Wait(time.Hour)
	var loading exportAnswer
	w.Post(fmt.Sprintf("/scans/%d/export", privateScan), `{"format":"csv"}`, &loading)
	got := list("")
	if len(got) != 3 || got[0].ExportID != loading.File || got[1].ExportID != html.File || got[2].ExportID != nessus.File {
		t.Fatalf("newest first: %+v", got)
	}
	if e := got[0]; e.Ready || e.Metadata.ReadyAt != "" || e.Metadata.FileSize != 0 || e.Metadata.FileName == "" {
		t.Errorf("loading: %+v", e)
	}
	if e := got[1]; e.Metadata.Chapters != "remediations;" || !cmp.Equal(e.Metadata.Filters, map[string]any{"search_type": "and", "severity": map[string]any{"eq": []any{"Low", "High"}}}) {
		t.Errorf("with chapters and filters: %+v", e)
	}
	if e := got[2]; !e.Ready || e.Error || e.Format != "nessus" || e.ScheduleID != strconv.Itoa(weeklyScan) ||
		e.Metadata.FileSize != int64(len(content)) {
		t.Errorf("ready: %+v, %d bytes", e, len(content))
	}
	if page := list("?limit=1&offset=1&sort=created_at:asc"); len(page) != 1 || page[0].ExportID != html.File {
		t.Errorf("a page: %+v", page)
	}
	if page := list("?sort=ready_at:asc"); page[0].ExportID != loading.File {
		t.Errorf("by ready_at: %+v", page)
	}
	var visible []scans.ExportRecord
	w.Read(w.Call(web.ScanOperator, "GET", "/scans/exports", ""), "/scans/exports", &visible)
	if len(visible) != 2 {
		t.Errorf("a scan operator sees %d, want those of the shared scans", len(visible))
	}
	for _, query := range []string{"?limit=0", "?limit=5002", "?offset=-1", "?sort=name:asc", "?sort=created_at", "?sort=created_at:asc,ready_at:asc"} {
		if got := w.Call(web.Administrator, "GET", "/scans/exports"+query, "").StatusCode; got != 400 {
			t.Errorf("%s: status %d", query, got)
		}
	}
	w.Wait(31 * 24 * time.Hour)
	if got := list(""); len(got) != 0 {
		t.Errorf("after 31 days: %+v", got)
	}
}

func TestExportAnswersFollowTheSpecification(t *testing.T) {
	w := newWorld(t, nil)
	path := fmt.Sprintf("/scans/%d/export", weeklyScan)
	r, _, d := w.latestRun(weeklyScan)
	w.AnswerTo(web.Administrator, "POST", path, `{"format":"pdf","chapters":"vuln_by_host"}`, 200)
	w.AnswerTo(web.Administrator, "POST", path, `{"format":"csv","filter.0.filter":"severity","filter.0.quality":"eq","filter.0.value":"High"}`, 200)
	w.AnswerTo(web.Administrator, "POST", path+fmt.Sprintf("?history_id=%d", r.HistoryID),
		fmt.Sprintf(`{"format":"db","password":"x","asset_id":%q}`, (*d.Hosts)[0].UUID), 200)
	w.AnswerTo(web.Administrator, "POST", path, `{}`, 400)
	w.AnswerTo(web.Administrator, "POST", "/scans/9/export", `{}`, 404)
	w.AnswerTo(web.Basic, "POST", path, `{}`, 403)
	w.AnswerTo(web.Administrator, "GET", "/scans/exports", ``, 200)
	w.Wait(time.Hour)
	w.AnswerTo(web.Administrator, "GET", "/scans/exports", ``, 200)
	made, _ := w.export(weeklyScan, "", `{"format":"csv"}`)
	for _, what := range []string{"/status", "/download"} {
		w.AnswerTo(web.Administrator, "GET", path+"/"+made.File+what, "", 200)
		w.AnswerTo(web.Administrator, "GET", path+"/x"+what, "", 404)
	}
}

func TestExportAnswersAreAsRecorded(t *testing.T) {
	w := newWorld(t, nil)
	recorded := sandboxtest.ReadRecordings(t)
	answer := w.Call(web.Administrator, "POST", fmt.Sprintf("/scans/%d/export", weeklyScan),
		*recorded["scan-export"].Request.Body)
	body := []byte(sandboxtest.Text(t, answer))
	sandboxtest.CompareShapes(t, recorded["scan-export"].Response.Body, body)
	made, _ := w.export(weeklyScan, "", *recorded["scan-export"].Request.Body)
	status := w.Call(web.Administrator, "GET", fmt.Sprintf("/scans/%d/export/%s/status", weeklyScan, made.File), "")
	if answer.StatusCode != http.StatusOK || status.StatusCode != http.StatusOK {
		t.Errorf("%s, then %s", answer.Status, status.Status)
	}
	if got, want := sandboxtest.Text(t, status), `{"status":"ready"}`; got != want {
		t.Errorf("status %s, want %s", got, want)
	}
}
