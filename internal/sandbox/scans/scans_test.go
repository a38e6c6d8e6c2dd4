package scans_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenableio/internal/sandbox"
	"tenableio/internal/sandbox/sandboxtest"
	"tenableio/internal/sandbox/scans"
	"tenableio/internal/sandbox/web"
)

// world is a sandbox with what these tests ask of it.
type world struct{ *sandboxtest.World }

func newWorld(t *testing.T, change func(*sandbox.Config)) *world {
	t.Helper()
	return &world{sandboxtest.New(t, change)}
}

// The scans of the default account that tests speak of.
const (
	weeklyScan   = scans.FirstScanID     // everybody may launch it; has history
	agentScan    = scans.FirstScanID + 2 // by agents
	privateScan  = scans.FirstScanID + 3
	importedScan = scans.FirstScanID + 4
	archivedScan = scans.FirstScanID + 6 // last ran more than 35 days ago
	unusedScan   = scans.FirstScanID + 7 // never ran
)

type scanList struct {
	Folders []scans.Folder
	Scans   []listedScan
}

func (w *world) status(id int) string {
	var got struct{ Status string }
	w.Get(fmt.Sprintf("/scans/%d/latest-status", id), &got)
	return got.Status
}

func (w *world) listScans(query string) (ids []int) {
	var got scanList
	w.Get("/scans"+query, &got)
	for _, s := range got.Scans {
		ids = append(ids, s.ID)
	}
	slices.Sort(ids)
	return ids
}

func TestScansAreFoundByBothIDs(t *testing.T) {
	w := newWorld(t, nil)
	var list scanList
	w.Get("/scans", &list)
	templates := 0
	for _, s := range list.Scans {
		for _, path := range []string{"", "/history", "/latest-status"} {
			byID := sandboxtest.Text(t, w.Call(web.Administrator, "GET", fmt.Sprintf("/scans/%d%s", s.ID, path), ""))
			byUUID := sandboxtest.Text(t, w.Call(web.Administrator, "GET", "/scans/"+s.ScheduleUUID+path, ""))
			if byID != byUUID {
				t.Errorf("scan %d%s: %s\nby %s: %s", s.ID, path, byID, s.ScheduleUUID, byUUID)
			}
		}
		if s.ScheduleUUID[:9] == "template-" {
			templates++
		}
	}
	if len(list.Scans) != 12 || templates == 0 {
		t.Errorf("%d scans, %d of them of a template", len(list.Scans), templates)
	}
	for path, want := range map[string]string{
		"":               `{"error":"Scan not found"}`,
		"/history":       `{"error":"Scan not found"}`,
		"/latest-status": `{"error":"The requested file was not found"}`,
	} {
		w.Expect(w.Call(web.Administrator, "GET", "/scans/6799"+path, ""), 404, want)
		w.Expect(w.Call(web.ScanOperator, "GET", fmt.Sprintf("/scans/%d%s", privateScan, path), ""), 404, want)
		if got := w.Call(web.Basic, "GET", fmt.Sprintf("/scans/%d%s", weeklyScan, path), "").StatusCode; got != 403 {
			t.Errorf("basic reads %s: status %d", path, got)
		}
	}
}

func TestScanListIsNarrowed(t *testing.T) {
	w := newWorld(t, nil)
	all := w.listScans("")
	var list scanList
	w.Get("/scans", &list)
	for i, s := range list.Scans {
		if i > 0 && s.LastModificationDate > list.Scans[i-1].LastModificationDate {
			t.Errorf("scan %d is newer than the one before it", s.ID)
		}
	}
	inFolders := 0
	for _, f := range list.Folders {
		inFolders += len(w.listScans(fmt.Sprintf("?folder_id=%d", f.ID)))
	}
	if inFolders != len(all) || len(w.listScans("?folder_id=999")) != 0 {
		t.Errorf("%d scans in the folders, want %d", inFolders, len(all))
	}
	middle := list.Scans[3]
	since := fmt.Sprintf("?last_modification_date=%d", middle.LastModificationDate)
	if got := w.listScans(since); len(got) != 4 {
		t.Errorf("executed since the fourth newest: %v", got)
	}
	oldest := list.Scans[6]
	w.Post(fmt.Sprintf("/scans/%d/launch", weeklyScan), `{}`, &struct{}{})
	if got := w.listScans(fmt.Sprintf("?last_modification_date=%d", w.Now.AddDate(1, 0, 0).Unix())); !cmp.Equal(got, []int{weeklyScan}) {
		t.Errorf("active or executed in a year: %v, want the active scan", got)
	}
	if got := w.listScans(fmt.Sprintf("?started_to=%d", oldest.CreationDate)); !slices.Contains(got, oldest.ID) ||
		slices.Contains(got, unusedScan) {
		t.Errorf("started before: %v", got)
	}
	if got := w.listScans(fmt.Sprintf("?started_from=%d", w.Now.Unix())); !cmp.Equal(got, []int{weeklyScan}) {
		t.Errorf("started now: %v", got)
	}
	if got := w.Call(web.Administrator, "GET", "/scans?folder_id=x", "").StatusCode; got != 400 {
		t.Errorf("folder x: status %d", got)
	}
	if got := w.listScans("?lastmodificationdate=x"); len(got) != len(all) {
		t.Errorf("an unknown parameter narrows: %v", got)
	}
}

func TestLowRolesSeeFewerScans(t *testing.T) {
	w := newWorld(t, nil)
	var list scanList
	w.Read(w.Call(web.Basic, "GET", "/scans", ""), "/scans", &list)
	for _, s := range list.Scans {
		if s.ID == privateScan || s.UserPermissions < web.CanView || s.UserPermissions > web.CanEdit {
			t.Errorf("basic sees scan %d with %d", s.ID, s.UserPermissions)
		}
	}
	if len(list.Scans) == 0 || len(list.Scans) >= 12 {
		t.Errorf("basic sees %d scans", len(list.Scans))
	}
}

func TestScanResultsAddUp(t *testing.T) {
	w := newWorld(t, nil)
	var d scanDetails
	w.Get(fmt.Sprintf("/scans/%d", weeklyScan), &d)
	ofHosts, ofPlugins := 0, 0
	for i, h := range *d.Hosts {
		sum, score, weight := 0, 0, 1
		for level, item := range h.SeverityCount.Item {
			if item.SeverityLevel != level {
				t.Errorf("host %d: item %d has level %d", i, level, item.SeverityLevel)
			}
			sum, score, weight = sum+item.Count, score+item.Count*weight, weight*10
		}
		if h.Severity != sum || h.Info+h.Low+h.Medium+h.High+h.Critical != sum || h.Score != score || h.HostIndex != i {
			t.Errorf("host %+v does not add up", h)
		}
		ofHosts += sum
	}
	for i, v := range *d.Vulnerabilities {
		ofPlugins += v.Count
		if v.VulnIndex != i+1 || i > 0 && v.Count > (*d.Vulnerabilities)[i-1].Count {
			t.Errorf("vulnerability %d out of order: %+v", i, v)
		}
	}
	if ofHosts == 0 || ofHosts != ofPlugins || d.Info.HostCount != len(*d.Hosts) {
		t.Errorf("%d findings of %d hosts, %d of plugins", ofHosts, d.Info.HostCount, ofPlugins)
	}
	d = scanDetails{}
	w.Get(fmt.Sprintf("/scans/%d", unusedScan), &d)
	if w.status(unusedScan) != "empty" || d.Info.Status != "empty" || d.Info.UUID != nil || len(*d.Hosts) != 0 ||
		len(d.History) != 0 {
		t.Errorf("a scan that never ran: %+v", d)
	}
}

func TestScanAnswersFollowTheSpecification(t *testing.T) {
	w := newWorld(t, nil)
	for _, c := range w.Connections() {
		w.AnswerTo(c.Permissions, "GET", "/scans", "", 200)
	}
	w.AnswerTo(web.Administrator, "GET", "/scans/timezones", "", 200)
	w.AnswerTo(web.Basic, "GET", "/scans/timezones", "", 403)
	for id := scans.FirstScanID; id < scans.FirstScanID+8; id++ {
		for _, path := range []string{"", "/history", "/latest-status"} {
			w.AnswerTo(web.Administrator, "GET", fmt.Sprintf("/scans/%d%s", id, path), "", 200)
			w.AnswerTo(web.Administrator, "GET", fmt.Sprintf("/scans/1%d%s", id, path), "", 404)
		}
	}
	w.AnswerTo(web.Administrator, "POST", fmt.Sprintf("/scans/%d/launch", unusedScan), `{}`, 200)
	w.AnswerTo(web.Administrator, "POST", fmt.Sprintf("/scans/%d/launch", importedScan), `{}`, 403)
	w.AnswerTo(web.Administrator, "POST", "/scans/1/launch", `{}`, 404)
	for _, path := range []string{"", "/history", "/latest-status"} {
		w.AnswerTo(web.Administrator, "GET", fmt.Sprintf("/scans/%d%s", unusedScan, path), "", 200)
	}
}

func TestScanAnswersAreAsRecorded(t *testing.T) {
	w := newWorld(t, nil)
	recorded := sandboxtest.ReadRecordings(t)
	for name, tt := range map[string]struct {
		target string
		newer  []string
	}{
		"session-200":        {"/session", nil},
		"scans-list":         {"/scans", []string{".scans[].progress", ".scans[].total_targets"}},
		"scan-details":       {fmt.Sprintf("/scans/%d", weeklyScan), []string{".progress", ".filters[].control.list[]"}}, // its filters are cut to a few
		"scan-latest-status": {fmt.Sprintf("/scans/%d/latest-status", unusedScan), nil},
		"scan-404":           {"/scans/6799", nil},
	} {
		t.Run(name, func(t *testing.T) {
			answer := w.Call(web.Administrator, "GET", tt.target, "")
			if want := recorded[name].Response.Status; answer.StatusCode != want {
				t.Errorf("status %d, want %d", answer.StatusCode, want)
			}
			sandboxtest.CompareShapes(t, recorded[name].Response.Body, []byte(sandboxtest.Text(t, answer)), tt.newer...)
		})
	}
}
