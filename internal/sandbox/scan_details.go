package sandbox

import (
	"cmp"
	"net/http"
	"strconv"

	"tenableio/internal/sandbox/tenant"
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

type scanRemediations struct {
	NumCVEs           int      `json:"num_cves"`
	NumHosts          int      `json:"num_hosts"`
	NumRemediatedCVEs int      `json:"num_remediated_cves"`
	NumImpactedHosts  int      `json:"num_impacted_hosts"`
	Remediations      []string `json:"remediations"`
}

// scanDetails is the whole answer; what an archived run no longer has is nil.
type scanDetails struct {
	Info            scanInfo         `json:"info"`
	Hosts           *[]hostOfScan    `json:"hosts,omitempty"`
	Vulnerabilities *[]vulnOfScan    `json:"vulnerabilities,omitempty"`
	CompHosts       *[]hostOfScan    `json:"comphosts,omitempty"`
	Compliance      *[]vulnOfScan    `json:"compliance,omitempty"`
	Filters         *[]resultFilter  `json:"filters,omitempty"`
	History         []runOfDetails   `json:"history"`
	Notes           []object         `json:"notes"`
	Remediations    scanRemediations `json:"remediations"`
	Progress        int              `json:"progress"`
}

// details answers GET /scans/{scan}: the scan, and what one of its runs found.
//
// https://developer.tenable.com/reference/scans-details
func (a *scanAPI) details(w http.ResponseWriter, r *http.Request) {
	s, wanted, ok := a.findRun(w, r)
	if !ok {
		return
	}
	writeJSON(w, http.StatusOK, a.detailsOf(s, wanted, callerOf(r)))
}

// findRun finds the scan of the path and the run that the query names by number
// or UUID, else the newest; nil for a scan that never ran. It has answered, and
// gives false, where there is no such scan or run.
func (a *scanAPI) findRun(w http.ResponseWriter, r *http.Request) (*scan, *run, bool) {
	s := a.find(r)
	if s == nil {
		refuseScan(w)
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

func (a *scanAPI) detailsOf(s *scan, r *run, caller user) scanDetails {
	now := a.config.Now()
	d := scanDetails{Info: a.infoOf(s, r, caller), History: a.runsForDetails(s), Notes: []object{}}
	d.Remediations.Remediations = []string{}
	var hosts []*tenant.Asset
	if r != nil {
		d.Progress = r.progressAt(now)
		hosts = a.hosts(s, r)
		hosts = hosts[:len(hosts)*d.Progress/100] // while it runs, one host after the other
	}
	found := a.resultsOf(hosts, r)
	d.Info.HostCount = len(hosts)
	d.Remediations.NumHosts, d.Remediations.NumCVEs = len(hosts), found.cves
	if d.Info.IsArchived {
		return d
	}
	d.Hosts, d.Vulnerabilities = &found.hosts, &found.vulnerabilities
	d.CompHosts, d.Compliance = &[]hostOfScan{}, &[]vulnOfScan{}
	filters := a.resultFilters()
	d.Filters = &filters
	return d
}

// resultFilter is a filter of the results of a scan.
type resultFilter struct {
	Name      string   `json:"name"`
	Readable  string   `json:"readable_name"`
	Control   control  `json:"control"`
	Operators []string `json:"operators"`
	Group     string   `json:"group_name"`
}

// resultFilters are those of the vulnerability workbench.
func (a *scanAPI) resultFilters() []resultFilter {
	var list []resultFilter
	for _, f := range a.filters {
		list = append(list, resultFilter{f.name, f.readable, f.control, f.operators, "vulnerability"})
	}
	return list
}

// listReportFilters answers GET /filters/scans/reports, which Tenable's SDK asks
// before each export of a scan.
func (a *scanAPI) listReportFilters(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, struct {
		Filters []resultFilter `json:"filters"`
	}{a.resultFilters()})
}
