package sandbox

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"tenableio/internal/sandbox/tenant"
)

// Permissions on a scan, as Tenable numbers them.
//
// https://developer.tenable.com/docs/permissions
const (
	noAccess   = 0
	canView    = 16
	canExecute = 32
	canEdit    = 64
	isOwner    = 128
)

// The folders that a scan can be in.
const (
	trashFolder  = 17
	mainFolder   = 18
	customFolder = 19
)

// scan is a configured scan and its runs.
type scan struct {
	tenant.Scan
	id       int
	folder   int
	shared   int  // the permission of everybody but the owner, who is the administrator
	imported bool // from another Nessus: it cannot be launched and has no history
	created  time.Time
	runs     []*run // by rising start
}

// scanAPI answers for scans, their runs and their exports.
type scanAPI struct {
	tenant  *tenant.Tenant
	config  Config
	owner   user         // the administrator
	filters []vulnFilter // what the results of a scan can be filtered by

	mu      sync.Mutex // guards all below
	scans   []*scan
	lastRun int // the highest id of a run
	exports []*scanExport
}

// firstScanID is the id of the first scan; the others follow.
const firstScanID = 21

func newScanAPI(t *tenant.Tenant, config Config) *scanAPI {
	a := &scanAPI{tenant: t, config: config, owner: makeUsers(config.Seed)[0], filters: makeVulnFilters(config.Now), lastRun: 10_000_000}
	for i := range t.ScanCount() {
		a.scans = append(a.scans, a.makeScan(i))
	}
	return a
}

// makeScan makes scan i with the runs that it had before the sandbox started.
func (a *scanAPI) makeScan(i int) *scan {
	s := &scan{
		Scan: a.tenant.Scan(i), id: firstScanID + i, folder: mainFolder,
		shared:   []int{canExecute, canView, canEdit, noAccess}[i%4],
		imported: i%6 == 4,
	}
	if i%5 == 1 {
		s.folder = customFolder
	}
	s.created = a.tenant.Now.AddDate(0, -4, 0).Add(time.Duration(i) * time.Minute)
	if s.UUID == "" {
		return s
	}
	first := s.LastRun
	if !s.imported {
		first = first.AddDate(0, 0, -7*(2+i*3%11)) // every week, some of them for longer than 60 days
	}
	for start := first; !start.After(s.LastRun); start = start.AddDate(0, 0, 7) {
		a.lastRun++
		r := &run{id: a.lastRun, uuid: uuidOf(a.config.Seed, "run", a.lastRun), start: start, took: pastRun, end: completed}
		switch {
		case start.Equal(s.LastRun):
			r.uuid = s.UUID // the findings name it
		case a.lastRun%7 == 3:
			r.end = canceled
		case a.lastRun%11 == 5:
			r.end = aborted
		}
		if s.imported {
			r.end = imported
		}
		s.runs = append(s.runs, r)
	}
	s.created = first
	return s
}

func (a *scanAPI) routes() []route {
	return []route{
		{http.MethodGet, "/scans", basic, a.list},
		{http.MethodGet, "/scans/{scan}", scanOperator, a.details},
		{http.MethodGet, "/scans/{scan}/latest-status", scanOperator, a.latestStatus},
		{http.MethodGet, "/scans/{scan}/history", scanOperator, a.history},
		{http.MethodPost, "/scans/{scan}/launch", scanOperator, a.launch},
		{http.MethodPost, "/scans/{scan}/pause", scanOperator, a.pause},
		{http.MethodPost, "/scans/{scan}/resume", scanOperator, a.resume},
		{http.MethodPost, "/scans/{scan}/stop", scanOperator, a.stop},
		{http.MethodGet, "/scans/exports", scanOperator, a.listExports},
		{http.MethodPost, "/scans/{scan}/export", scanOperator, a.requestExport},
		{http.MethodGet, "/scans/{scan}/export/{file}/status", scanOperator, a.exportStatus},
		{http.MethodGet, "/scans/{scan}/export/{file}/download", scanOperator, a.downloadExport},
		{http.MethodGet, "/filters/scans/reports", scanOperator, a.listReportFilters},
	}
}

// permissionOf is what the user may do with the scan.
func (s *scan) permissionOf(u user) int {
	if u.Permissions == administrator {
		return isOwner
	}
	return s.shared
}

// latest is the newest run; nil when the scan never ran.
func (s *scan) latest() *run {
	if len(s.runs) == 0 {
		return nil
	}
	return s.runs[len(s.runs)-1]
}

// statusAt is the status of the newest run.
func (s *scan) statusAt(now time.Time) string {
	if r := s.latest(); r != nil {
		return r.statusAt(now)
	}
	return empty
}

// kind is the type of the scan: agent, ps (over the network from the cloud); nil
// for what never ran here.
func (s *scan) kind() *string {
	word := "ps"
	switch {
	case s.imported || s.latest() == nil:
		return nil
	case s.Agent:
		word = "agent"
	}
	return &word
}

// lookup finds a scan by the id or the schedule UUID in the path. What the
// caller may not view is not found either. The lock must be held.
func (a *scanAPI) lookup(r *http.Request) *scan {
	wanted := r.PathValue("scan")
	for _, s := range a.scans {
		if (strconv.Itoa(s.id) == wanted || s.ScheduleUUID == wanted) && s.permissionOf(callerOf(r)) >= canView {
			return s
		}
	}
	return nil
}

// refuseScan answers for a scan or a run that is not there.
func refuseScan(w http.ResponseWriter) { complain(w, http.StatusNotFound, "Scan not found") }

// find is lookup without holding the lock: it gives the scan as it is now.
func (a *scanAPI) find(r *http.Request) *scan {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.lookup(r)
	if s == nil {
		return nil
	}
	copied := *s // a run never changes: it is replaced, in another list
	return &copied
}

type folder struct {
	UnreadCount int    `json:"unread_count"`
	Custom      int    `json:"custom"`
	DefaultTag  int    `json:"default_tag"`
	Type        string `json:"type"`
	Name        string `json:"name"`
	ID          int    `json:"id"`
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

// list answers GET /scans: the scans that the caller may view, the last changed
// first.
//
// https://developer.tenable.com/reference/scans-list
func (a *scanAPI) list(w http.ResponseWriter, r *http.Request) {
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
		Folders: []folder{
			{Type: "trash", Name: "Trash", ID: trashFolder},
			{DefaultTag: 1, Type: "main", Name: "My Scans", ID: mainFolder},
			{Custom: 1, Type: "custom", Name: "Night shift", ID: customFolder},
		},
		Scans:     []listedScan{},
		Timestamp: now.Unix(),
	}
	for _, s := range a.scans {
		permission := s.permissionOf(callerOf(r))
		if permission < canView {
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
	writeJSON(w, http.StatusOK, answer)
}

func (a *scanAPI) listed(s *scan, permission int, now time.Time) listedScan {
	l := listedScan{
		Permissions: permission, Type: s.kind(), Read: s.id%3 != 0, Status: s.statusAt(now),
		Shared: s.shared > noAccess, UserPermissions: permission, Owner: a.owner.email,
		ScheduleUUID: s.ScheduleUUID, Enabled: !s.imported && s.id%2 == 0, Control: !s.imported, Name: s.Name, ID: s.id,
	}
	if !s.imported {
		template, policy := a.template(s), 300+s.id
		l.TemplateUUID, l.WizardUUID, l.PolicyID = &template, &template, &policy
	}
	if r := s.latest(); r != nil {
		l.UUID, l.CreationDate, l.LastModificationDate = &r.uuid, r.start.Unix(), r.changedAt(now).Unix()
		progress, targets := r.progressAt(now), a.targetCount(s, r)
		l.Progress, l.TotalTargets = &progress, &targets
	}
	return l
}

// template is the UUID of the kind of scan that Tenable offers.
func (a *scanAPI) template(s *scan) string {
	kind := "Basic Network Scan"
	if s.Agent {
		kind = "Basic Agent Scan"
	}
	return uuidOf(0, "template", kind) + digest(0, "template", kind)[:16]
}

// scanQuery is what a list of scans is narrowed by; zero members narrow nothing.
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
		if *parameter.into, ok = number(w, r, parameter.name, 0, 0, math.MaxInt64); !ok {
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
