package scans

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// Details answers GET /scans/{scan}: the scan, and what one of its runs found.
//
// https://developer.tenable.com/reference/scans-details
func (a *API) Details(w http.ResponseWriter, r *http.Request) {
	s, wanted, ok := a.findRun(w, r)
	if !ok {
		return
	}
	w.Header().Del("Cache-Control") // recorded without
	web.WriteJSON(w, http.StatusOK, a.detailsOf(s, wanted, web.Caller(r)))
}

// findRun finds the scan of the path and the run that the query names by number or
// UUID, else the newest; nil for a scan that never ran. It answers the request itself
// and returns false where there is no such scan or run.
func (a *API) findRun(w http.ResponseWriter, r *http.Request) (*scan, *run, bool) {
	s := a.find(w, r, refuseScan)
	if s == nil {
		return nil, nil, false
	}
	query := r.URL.Query()
	wanted := cmp.Or(query.Get("history_id"), query.Get("history_uuid"))
	if wanted == "" {
		return s, s.latest(), true
	}
	for _, one := range s.runs {
		if strconv.Itoa(one.id) == wanted || one.uuid == wanted {
			return s, one, true
		}
	}
	refuseScan(w)
	return nil, nil, false
}

// detailsOf describes the scan and the run, which is nil when the scan never ran. An
// archived run no longer has its results.
func (a *API) detailsOf(s *scan, r *run, caller web.User) web.Members {
	now := a.config.Now()
	progress := 0
	var hosts []*tenant.Asset
	if r != nil {
		progress = r.progressAt(now)
		hosts = a.hosts(s, r)
		hosts = hosts[:len(hosts)*progress/100] // while it runs, one host after the other
	}
	found := a.resultsOf(s, hosts, r)
	details := web.Members{{"info", a.infoOf(s, r, len(hosts), caller)}}
	if r == nil || !r.archivedAt(now) {
		details = details.With("hosts", found.hosts)
		if s.Kind != tenant.WebApplication { // nothing else is known of a site
			details = append(details, web.Members{
				{"vulnerabilities", found.vulnerabilities()},
				{"comphosts", found.audited},
				{"compliance", found.checks},
				{"filters", a.resultFilters()},
			}...)
		}
	}
	return append(details, web.Members{
		{"history", a.runsForDetails(s)},
		{"notes", s.notes(r)},
		{"remediations", found.remediations(len(hosts))},
		{"progress", progress},
	}...)
}

// infoOf is what the details say of the scan and of the run. Times are Unix seconds; they
// and the UUID are absent before the first run, the end before it.
func (a *API) infoOf(s *scan, r *run, hosts int, caller web.User) web.Members {
	permission := s.permissionOf(caller)
	var policy, scanner any
	if !s.imported {
		policy = templates[s.Kind]
		scanner = "Cloud Scanner"
		if s.byAgent() {
			scanner = "Agents"
		}
	}
	neverRan := r == nil
	if neverRan {
		r = &run{end: empty}
	}
	var scannerStart, scannerEnd any
	if s.imported && !neverRan {
		scannerStart = r.start.Format(time.RFC3339)
		scannerEnd = r.start.Add(r.took).Format(time.RFC3339)
	}
	now := a.config.Now()
	info := web.Members{
		{"owner", a.owner.Email},
		{"name", s.Name},
		{"no_target", s.byAgent()},
		{"folder_id", s.folder},
		{"control", !s.imported},
		{"user_permissions", permission},
		{"schedule_uuid", s.ScheduleUUID},
		{"edit_allowed", permission >= web.CanEdit},
		{"scanner_name", scanner},
		{"policy", policy},
		{"shared", s.shared > web.NoAccess},
		{"object_id", s.id},
		{"tag_targets", nil},
		{"acls", a.aclsOf(s)},
		{"hostcount", hosts},
		{"uuid", r.uuid},
		{"status", r.statusAt(now)},
		{"scan_type", s.kind()},
		{"targets", a.targets(s)},
		{"alt_targets_used", s.byAgent() || r.altTargets != nil},
		{"pci-can-upload", false},
		{"scan_start", r.start.Unix()},
		{"timestamp", r.changedAt(now).Unix()},
		{"is_archived", !neverRan && r.archivedAt(now)},
		{"reindexing", false},
		{"scan_end", r.changedAt(now).Unix()},
		{"haskb", true},
		{"hasaudittrail", true},
		{"scanner_start", scannerStart},
		{"scanner_end", scannerEnd},
	}
	switch {
	case neverRan:
		return info.Without("uuid", "scan_start", "timestamp", "scan_end")
	case r.activeAt(now):
		return info.Without("scan_end")
	}
	return info
}

// aclsOf lists the permissions on the scan; the first one is everybody's.
func (a *API) aclsOf(s *scan) []web.Members {
	return []web.Members{
		{
			{"permissions", s.shared},
			{"owner", nil},
			{"display_name", nil},
			{"name", nil},
			{"uuid", nil},
			{"id", nil},
			{"type", "default"},
		},
		{
			{"permissions", web.Owner},
			{"owner", 1},
			{"display_name", a.owner.Email},
			{"name", a.owner.Email},
			{"uuid", a.owner.UUID},
			{"id", a.owner.ID},
			{"type", "user"},
		},
	}
}

// runsForDetails lists the runs, newest first.
func (a *API) runsForDetails(s *scan) []web.Members {
	now := a.config.Now()
	list := []web.Members{}
	for _, r := range slices.Backward(s.runs) {
		list = append(list, web.Members{
			{"history_id", r.id},
			{"owner_id", a.owner.ID},
			{"creation_date", r.start.Unix()},
			{"last_modification_date", r.changedAt(now).Unix()},
			{"uuid", r.uuid},
			{"type", s.kind()},
			{"status", r.statusAt(now)},
			{"scheduler", 0},
			{"alt_targets_used", s.byAgent() || r.altTargets != nil},
			{"is_archived", r.archivedAt(now)},
		})
	}
	return list
}
