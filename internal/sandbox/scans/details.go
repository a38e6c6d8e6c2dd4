package scans

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"tenableio/internal/sandbox/filters"
	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// scanInfo is what the details say of the scan and of the run. Times are Unix
// seconds; they and the UUID are absent before the first run, the end before it.
type scanInfo struct {
	Owner          string   `json:"owner"`
	Name           string   `json:"name"`
	NoTarget       bool     `json:"no_target"`
	FolderID       int      `json:"folder_id"`
	Control        bool     `json:"control"`
	UserPermission int      `json:"user_permissions"`
	ScheduleUUID   string   `json:"schedule_uuid"`
	EditAllowed    bool     `json:"edit_allowed"`
	ScannerName    *string  `json:"scanner_name"`
	Policy         *string  `json:"policy"`
	Shared         *bool    `json:"shared"`
	ObjectID       int      `json:"object_id"`
	TagTargets     []string `json:"tag_targets"`
	ACLs           []acl    `json:"acls"`
	HostCount      int      `json:"hostcount"`
	UUID           *string  `json:"uuid,omitempty"`
	Status         string   `json:"status"`
	ScanType       *string  `json:"scan_type"`
	Targets        *string  `json:"targets"`
	AltTargetsUsed bool     `json:"alt_targets_used"`
	PCICanUpload   bool     `json:"pci-can-upload"`
	ScanStart      *int64   `json:"scan_start,omitempty"`
	Timestamp      *int64   `json:"timestamp,omitempty"`
	IsArchived     bool     `json:"is_archived"`
	Reindexing     bool     `json:"reindexing"`
	ScanEnd        *int64   `json:"scan_end,omitempty"`
	HasKB          bool     `json:"haskb"`
	HasAuditTrail  bool     `json:"hasaudittrail"`
	ScannerStart   *string  `json:"scanner_start"`
	ScannerEnd     *string  `json:"scanner_end"`
}

// acl is a permission on a scan; the first one is everybody's.
type acl struct {
	Permissions int     `json:"permissions"`
	Owner       *int    `json:"owner"`
	DisplayName *string `json:"display_name"`
	Name        *string `json:"name"`
	UUID        *string `json:"uuid"`
	ID          *int    `json:"id"`
	Type        string  `json:"type"`
}

// runOfDetails is a run as the details list it.
type runOfDetails struct {
	HistoryID            int     `json:"history_id"`
	OwnerID              int     `json:"owner_id"`
	CreationDate         int64   `json:"creation_date"`
	LastModificationDate int64   `json:"last_modification_date"`
	UUID                 string  `json:"uuid"`
	Type                 *string `json:"type"`
	Status               string  `json:"status"`
	Scheduler            int     `json:"scheduler"`
	AltTargetsUsed       bool    `json:"alt_targets_used"`
	IsArchived           bool    `json:"is_archived"`
}

// scanDetails is the whole answer; what an archived run no longer has is nil.
type scanDetails struct {
	Info            scanInfo                 `json:"info"`
	Hosts           *[]hostOfScan            `json:"hosts,omitempty"`
	Vulnerabilities *[]vulnOfScan            `json:"vulnerabilities,omitempty"`
	CompHosts       *[]hostOfScan            `json:"comphosts,omitempty"`
	Compliance      *[]checkOfScan           `json:"compliance,omitempty"`
	Filters         *[]filters.FindingFilter `json:"filters,omitempty"`
	History         []runOfDetails           `json:"history"`
	Notes           []note                   `json:"notes"`
	Remediations    scanRemediations         `json:"remediations"`
	Progress        int                      `json:"progress"`
}

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

func (a *API) detailsOf(s *scan, r *run, caller web.User) scanDetails {
	now := a.config.Now()
	d := scanDetails{Info: a.infoOf(s, r, caller), History: a.runsForDetails(s), Notes: s.notes(r)}
	var hosts []*tenant.Asset
	if r != nil {
		d.Progress = r.progressAt(now)
		hosts = a.hosts(s, r)
		hosts = hosts[:len(hosts)*d.Progress/100] // while it runs, one host after the other
	}
	d.Info.HostCount = len(hosts)
	found := a.resultsOf(s, hosts, r)
	d.Remediations = a.remediationsOf(found, len(hosts))
	if d.Info.IsArchived {
		return d
	}
	d.Hosts = &found.hosts
	if s.Kind == tenant.WebApplication {
		return d // nothing else is known of a site
	}
	d.Vulnerabilities = &found.vulnerabilities
	d.CompHosts = &found.audited
	d.Compliance = &found.checks
	d.Filters = new(a.resultFilters())
	return d
}

// infoOf describes the scan and the run; r is nil when it never ran.
func (a *API) infoOf(s *scan, r *run, caller web.User) scanInfo {
	permission := s.permissionOf(caller)
	info := scanInfo{
		Owner: a.owner.Email, Name: s.Name, NoTarget: s.byAgent(), FolderID: s.folder, Control: !s.imported,
		UserPermission: permission, ScheduleUUID: s.ScheduleUUID, EditAllowed: permission >= web.CanEdit,
		Shared: new(s.shared > web.NoAccess), ObjectID: s.id, ACLs: a.aclsOf(s), Status: empty, ScanType: s.kind(),
		Targets: a.targets(s), AltTargetsUsed: s.byAgent(), HasKB: true, HasAuditTrail: true,
	}
	if !s.imported {
		info.Policy = new(templates[s.Kind])
		info.ScannerName = new("Cloud Scanner")
		if s.byAgent() {
			info.ScannerName = new("Agents")
		}
	}
	if r == nil {
		return info
	}
	now := a.config.Now()
	info.UUID = &r.uuid
	info.Status = r.statusAt(now)
	info.ScanStart = new(r.start.Unix())
	info.Timestamp = new(r.changedAt(now).Unix())
	info.AltTargetsUsed = info.AltTargetsUsed || r.altTargets != nil
	info.IsArchived = r.archivedAt(now)
	if !r.activeAt(now) {
		info.ScanEnd = info.Timestamp
	}
	if s.imported {
		info.ScannerStart = new(r.start.Format(time.RFC3339))
		info.ScannerEnd = new(r.start.Add(r.took).Format(time.RFC3339))
	}
	return info
}

func (a *API) aclsOf(s *scan) []acl {
	return []acl{
		{Permissions: s.shared, Type: "default"},
		{
			Permissions: web.Owner,
			Owner:       new(1),
			DisplayName: &a.owner.Email,
			Name:        &a.owner.Email,
			UUID:        &a.owner.UUID,
			ID:          &a.owner.ID,
			Type:        "user",
		},
	}
}

// runsForDetails lists the runs, newest first.
func (a *API) runsForDetails(s *scan) []runOfDetails {
	now := a.config.Now()
	list := []runOfDetails{}
	for _, r := range slices.Backward(s.runs) {
		list = append(list, runOfDetails{
			HistoryID:            r.id,
			OwnerID:              a.owner.ID,
			CreationDate:         r.start.Unix(),
			LastModificationDate: r.changedAt(now).Unix(),
			UUID:                 r.uuid,
			Type:                 s.kind(),
			Status:               r.statusAt(now),
			AltTargetsUsed:       s.byAgent() || r.altTargets != nil,
			IsArchived:           r.archivedAt(now),
		})
	}
	return list
}
