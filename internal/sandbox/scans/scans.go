// Package scans answers for scans, their runs and the files that they are exported to.
package scans

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"tenableio/internal/sandbox/filters"
	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// The folders that a scan can be in.
const (
	trashFolder  = 9
	mainFolder   = 11
	customFolder = 17
)

// scan is a configured scan and its runs.
type scan struct {
	tenant.Scan
	id       int
	folder   int
	shared   int    // the permission of everybody but the owner, who is the administrator
	imported bool   // from another Nessus: it cannot be launched and has no history
	runs     []*run // by rising start
}

// API answers for scans, their runs and their exports.
type API struct {
	tenant  *tenant.Tenant
	config  web.Config
	owner   web.User                // the administrator
	filters []filters.FindingFilter // what the results of a scan can be filtered by

	mu      sync.Mutex // guards all below
	scans   []*scan
	lastRun int // the highest id of a run
	exports []*scanExport
}

// firstScanID is the id of the first scan; the others follow.
const firstScanID = 21

// sampleScan is an ordinary scan that everybody may launch, for examples to name.
const sampleScan = 32

// New makes the scans of a tenant with their past runs.
func New(t *tenant.Tenant, config web.Config, owner web.User) *API {
	a := &API{
		tenant:  t,
		config:  config,
		owner:   owner,
		filters: filters.OfFindings(config.Now),
		lastRun: 10_000_000,
	}
	for i := range t.ScanCount() {
		a.scans = append(a.scans, a.makeScan(i))
	}
	a.addPast()
	return a
}

// makeScan makes scan i with the runs that it had before the sandbox started.
func (a *API) makeScan(i int) *scan {
	s := &scan{
		Scan:   a.tenant.Scan(i),
		id:     firstScanID + i,
		folder: mainFolder,
		shared: []int{web.CanExecute, web.CanView, web.CanEdit, web.NoAccess}[i%4],
	}
	s.imported = i%6 == 4 && s.Kind == tenant.Network
	if s.id == sampleScan {
		s.shared = web.CanExecute
	}
	if i%5 == 1 {
		s.folder = customFolder
	}
	if s.UUID == "" {
		return s
	}
	first := s.LastRun
	if !s.imported {
		first = first.AddDate(0, 0, -7*(2+i*3%11)) // every week, some of them for longer than 60 days
	}
	for start := first; !start.After(s.LastRun); start = start.AddDate(0, 0, 7) {
		a.lastRun++
		r := &run{
			id:    a.lastRun,
			uuid:  web.UUIDOf(a.config.Seed, "run", a.lastRun),
			start: start,
			took:  pastRun,
			end:   completed,
		}
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
	return s
}

// permissionOf is what the user may do with the scan.
func (s *scan) permissionOf(u web.User) int {
	if u.Permissions == web.Administrator {
		return web.Owner
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

func (s *scan) byAgent() bool { return s.Kind == tenant.ByAgent }

// kind is the type of the scan: agent, webapp, ps (over the network from the cloud); nil
// for what never ran here.
func (s *scan) kind() *string {
	switch {
	case s.imported || s.latest() == nil:
		return nil
	case s.byAgent():
		return new("agent")
	case s.Kind == tenant.WebApplication:
		return new("webapp")
	}
	return new("ps")
}

// lookup finds a scan by the id or the schedule UUID in the path. What the
// caller may not view is not found either. The lock must be held.
func (a *API) lookup(r *http.Request) *scan {
	wanted := r.PathValue("scan")
	for _, s := range a.scans {
		if (strconv.Itoa(s.id) == wanted || s.ScheduleUUID == wanted) && s.permissionOf(web.Caller(r)) >= web.CanView {
			return s
		}
	}
	return nil
}

// refuseScan answers for a scan or a run that is not there.
func refuseScan(w http.ResponseWriter) { web.Complain(w, http.StatusNotFound, "Scan not found") }

// find is lookup without holding the lock: it gives the scan as it is now. It answers the
// request itself by refuse and returns nil where there is none.
func (a *API) find(w http.ResponseWriter, r *http.Request, refuse func(http.ResponseWriter)) *scan {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.lookup(r)
	if s == nil {
		refuse(w)
		return nil
	}
	return new(*s) // a run never changes: it is replaced, in another list
}
