package scans

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"time"

	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

type folder struct {
	UnreadCount int    `json:"unread_count"`
	Custom      int    `json:"custom"`
	DefaultTag  int    `json:"default_tag"`
	Type        string `json:"type"`
	Name        string `json:"name"`
	ID          int    `json:"id"`
}

// emptyFolders are the folders before any unread scan is counted.
func emptyFolders() []folder {
	return []folder{
		{Type: "trash", Name: "Trash", ID: trashFolder},
		{DefaultTag: 1, Type: "main", Name: "My Scans", ID: mainFolder},
		{Custom: 1, Type: "custom", Name: "Night shift", ID: customFolder},
	}
}

// List answers GET /scans: the scans that the caller may view, the last changed
// first.
//
// https://developer.tenable.com/reference/scans-list
func (a *API) List(w http.ResponseWriter, r *http.Request) {
	wanted, ok := readScanQuery(w, r)
	if !ok {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.config.Now()
	folders := emptyFolders()
	var found []*scan
	for _, s := range a.scans {
		if s.permissionOf(web.Caller(r)) < web.CanView {
			continue
		}
		for i := range folders {
			if folders[i].ID == s.folder && !s.read() {
				folders[i].UnreadCount++
			}
		}
		if wanted.matches(s, now) {
			found = append(found, s)
		}
	}
	slices.SortStableFunc(found, func(x, y *scan) int { return cmp.Compare(y.changedAt(now), x.changedAt(now)) })
	list := []web.Members{}
	for _, s := range found {
		list = append(list, a.listed(s, s.permissionOf(web.Caller(r)), now))
	}
	web.WriteJSON(w, http.StatusOK, web.Members{
		{"folders", folders},
		{"scans", list},
		{"timestamp", now.Unix()},
	})
}

// read says whether the newest run counts as read.
func (s *scan) read() bool { return s.id%3 != 0 }

// changedAt is the end of the newest run in Unix seconds, or now; 0 before the first one.
func (s *scan) changedAt(now time.Time) int64 {
	if r := s.latest(); r != nil {
		return r.changedAt(now).Unix()
	}
	return 0
}

// listed is a scan of the list. Its times are Unix seconds: those of the newest run, in
// spite of their names, and 0 before the first one.
func (a *API) listed(s *scan, permission int, now time.Time) web.Members {
	var template, policy, uuid any
	if !s.imported {
		template = templateUUID(s.Kind)
		policy = 300 + s.id
	}
	created := int64(0)
	latest := s.latest()
	if latest != nil {
		uuid = latest.uuid
		created = latest.start.Unix()
	}
	listed := web.Members{
		{"template_uuid", template},
		{"permissions", permission},
		{"legacy", false},
		{"type", s.kind()},
		{"read", s.read()},
		{"last_modification_date", s.changedAt(now)},
		{"creation_date", created},
		{"status", s.statusAt(now)},
		{"uuid", uuid},
		{"shared", s.shared > web.NoAccess},
		{"user_permissions", permission},
		{"owner", a.owner.Email},
		{"schedule_uuid", s.ScheduleUUID},
		{"timezone", nil},
		{"rrules", nil},
		{"starttime", nil},
		{"enabled", !s.imported && s.id%2 == 0},
		{"control", !s.imported},
		{"wizard_uuid", template},
		{"policy_id", policy},
		{"name", s.Name},
		{"id", s.id},
	}
	if latest != nil {
		listed = listed.With("progress", latest.progressAt(now)).With("total_targets", a.targetCount(s, latest))
	}
	return listed
}

// templateUUID is that of the kind of scan that Tenable offers.
func templateUUID(kind tenant.Kind) string {
	name := templates[kind]
	return web.UUIDOf(0, "template", name) + web.Digest(0, "template", name)[:16]
}

// templates are the names of the kinds of scans that Tenable offers.
var templates = map[tenant.Kind]string{
	tenant.Network:        "Basic Network Scan",
	tenant.ByAgent:        "Basic Agent Scan",
	tenant.Compliance:     "Policy Compliance Auditing",
	tenant.WebApplication: "Web App Scan",
	tenant.WithCompliance: "Advanced Network Scan",
}

// scanQuery holds the filters of the list of scans; a zero member filters nothing.
type scanQuery struct {
	folder      int64
	activeSince int64 // Unix seconds
	startedFrom int64
	startedTo   int64
}

func readScanQuery(w http.ResponseWriter, r *http.Request) (q scanQuery, ok bool) {
	for _, parameter := range []struct {
		name string
		into *int64
	}{
		{"folder_id", &q.folder},
		{"last_modification_date", &q.activeSince},
		{"started_from", &q.startedFrom},
		{"started_to", &q.startedTo},
	} {
		if *parameter.into, ok = web.Number(w, r, parameter.name, 0, 0, math.MaxInt64); !ok {
			return q, false
		}
	}
	return q, true
}

func (q scanQuery) matches(s *scan, now time.Time) bool {
	if q.folder != 0 && q.folder != int64(s.folder) {
		return false
	}
	latest := s.latest()
	if latest == nil {
		return q.activeSince == 0 && q.startedFrom == 0 && q.startedTo == 0
	}
	start := latest.start.Unix()
	return (latest.activeAt(now) || latest.changedAt(now).Unix() >= q.activeSince) &&
		start >= q.startedFrom && (q.startedTo == 0 || start <= q.startedTo)
}
