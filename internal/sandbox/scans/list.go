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

// listedScan is a scan of the list. Its times are Unix seconds: those of the
// newest run, in spite of their names, and 0 before the first one.
type listedScan struct {
	TemplateUUID         *string `json:"template_uuid"`
	Permissions          int     `json:"permissions"`
	Legacy               bool    `json:"legacy"`
	Type                 *string `json:"type"`
	Read                 bool    `json:"read"`
	LastModificationDate int64   `json:"last_modification_date"`
	CreationDate         int64   `json:"creation_date"`
	Status               string  `json:"status"`
	UUID                 *string `json:"uuid"`
	Shared               bool    `json:"shared"`
	UserPermissions      int     `json:"user_permissions"`
	Owner                string  `json:"owner"`
	ScheduleUUID         string  `json:"schedule_uuid"`
	Timezone             *string `json:"timezone"`
	RRules               *string `json:"rrules"`
	StartTime            *string `json:"starttime"`
	Enabled              bool    `json:"enabled"`
	Control              bool    `json:"control"`
	WizardUUID           *string `json:"wizard_uuid"`
	PolicyID             *int    `json:"policy_id"`
	Name                 string  `json:"name"`
	ID                   int     `json:"id"`
	Progress             *int    `json:"progress,omitempty"`
	TotalTargets         *int    `json:"total_targets,omitempty"`
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
	answer := struct {
		Folders   []folder     `json:"folders"`
		Scans     []listedScan `json:"scans"`
		Timestamp int64        `json:"timestamp"`
	}{
		Folders: emptyFolders(), Scans: []listedScan{}, Timestamp: now.Unix(),
	}
	for _, s := range a.scans {
		permission := s.permissionOf(web.Caller(r))
		if permission < web.CanView {
			continue
		}
		listed := a.listed(s, permission, now)
		for i := range answer.Folders {
			if answer.Folders[i].ID == s.folder && !listed.Read {
				answer.Folders[i].UnreadCount++
			}
		}
		if wanted.matches(s, now) {
			answer.Scans = append(answer.Scans, listed)
		}
	}
	slices.SortStableFunc(answer.Scans, func(x, y listedScan) int {
		return cmp.Compare(y.LastModificationDate, x.LastModificationDate)
	})
	web.WriteJSON(w, http.StatusOK, answer)
}

func (a *API) listed(s *scan, permission int, now time.Time) listedScan {
	l := listedScan{
		Permissions: permission, Type: s.kind(), Read: s.id%3 != 0, Status: s.statusAt(now),
		Shared: s.shared > web.NoAccess, UserPermissions: permission, Owner: a.owner.Email,
		ScheduleUUID: s.ScheduleUUID, Enabled: !s.imported && s.id%2 == 0, Control: !s.imported, Name: s.Name, ID: s.id,
	}
	if !s.imported {
		l.TemplateUUID = new(templateUUID(s.Kind))
		l.WizardUUID = l.TemplateUUID
		l.PolicyID = new(300 + s.id)
	}
	if r := s.latest(); r != nil {
		l.UUID = &r.uuid
		l.CreationDate = r.start.Unix()
		l.LastModificationDate = r.changedAt(now).Unix()
		l.Progress = new(r.progressAt(now))
		l.TotalTargets = new(a.targetCount(s, r))
	}
	return l
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
