package scans

import (
	"slices"
	"strings"
	"time"

	"tenableio/internal/sandbox/filters"
	"tenableio/internal/sandbox/tenant"
)

// The statuses of runs that the sandbox knows.
//
// https://developer.tenable.com/docs/scan-status-tio
const (
	pending   = "pending"
	running   = "running"
	paused    = "paused"
	completed = "completed"
	canceled  = "canceled"
	aborted   = "aborted"
	imported  = "imported"
	empty     = "empty" // of a scan without a run
)

// pastRun is how long the runs took that are over when the sandbox starts.
const pastRun = time.Hour

// archivedAfter is the age at which the details of a run lose their hosts, and
// exportedUntil the age up to which it is exported in every format.
const (
	archivedAfter = 35 * 24 * time.Hour
	exportedUntil = 60 * 24 * time.Hour
)

// run is one run of a scan. Its state follows from the time alone.
type run struct {
	id         int
	uuid       string
	start      time.Time
	took       time.Duration // from the start to the end
	idle       time.Duration // part of took in which it was paused
	pausedAt   time.Time     // zero: it is not paused
	end        string        // the status that it ends in
	altTargets []string      // in the place of the scan's own; nil: none
	rollover   bool
}

// statusAt is pending for the first quarter of the work of the run.
func (r *run) statusAt(now time.Time) string {
	switch worked := r.workedAt(now); {
	case worked >= r.work():
		return r.end
	case !r.pausedAt.IsZero():
		return paused
	case worked < r.work()/4:
		return pending
	}
	return running
}

// work is the time that the run takes without its pauses.
func (r *run) work() time.Duration { return r.took - r.idle }

// workedAt is how much of the work is done.
func (r *run) workedAt(now time.Time) time.Duration {
	if !r.pausedAt.IsZero() {
		now = r.pausedAt
	}
	return now.Sub(r.start) - r.idle
}

func (r *run) activeAt(now time.Time) bool { return r.workedAt(now) < r.work() }

// changedAt is the end of the run; now while it is active.
func (r *run) changedAt(now time.Time) time.Time {
	if r.activeAt(now) {
		return now
	}
	return r.start.Add(r.took)
}

// progressAt is the part of the work that is done, in per cent.
func (r *run) progressAt(now time.Time) int {
	if r.statusAt(now) == pending {
		return 0
	}
	if !r.activeAt(now) {
		return 100
	}
	return int(100 * r.workedAt(now) / r.work())
}

func (r *run) archivedAt(now time.Time) bool {
	return now.Sub(r.start.Add(r.took)) > archivedAfter
}

// hosts lists the assets that the run of the scan found alive.
func (a *API) hosts(s *scan, r *run) []*tenant.Asset {
	if r.end == canceled || r.end == aborted || s.Kind == tenant.WebApplication {
		return nil
	}
	since := a.tenant.Scan(a.tenant.Scope(s.Index)).LastRun // what was not seen then is gone
	if r.start.Before(since) {
		since = r.start
	}
	var list []*tenant.Asset
	for asset := range a.tenant.AssetsOfScan(a.tenant.Scope(s.Index)) {
		alive := !asset.LastSeen.Before(since) && asset.FirstSeen.Before(r.start.Add(r.took))
		wanted := r.altTargets == nil || slices.ContainsFunc(r.altTargets,
			func(target string) bool { return aimsAt(target, asset) })
		if alive && wanted {
			list = append(list, asset)
		}
	}
	return list
}

// targetCount is the number of hosts that the run was to look at.
func (a *API) targetCount(s *scan, r *run) int {
	if r.altTargets != nil {
		return len(r.altTargets)
	}
	return a.tenant.AssetCountOfScan(a.tenant.Scope(s.Index))
}

// aimsAt says whether a target (an address, a range, a network, a name) is the asset.
func aimsAt(target string, asset *tenant.Asset) bool {
	target = strings.TrimSpace(target)
	if within := filters.Addresses(target); within != nil {
		return slices.ContainsFunc(asset.IPv4, within) || slices.ContainsFunc(asset.IPv6, within)
	}
	_, names := asset.Hosts()
	return slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, target) })
}

// site is what the scan of a web application looks at.
const site = "https://shop.example.com"

// targets is what the scan is set to look at, comma-separated: its assets' first
// addresses. A scan by agents aims at nothing.
func (a *API) targets(s *scan) *string {
	switch {
	case s.byAgent() || s.imported:
		return nil
	case s.Kind == tenant.WebApplication:
		return new(site)
	}
	var list []string
	for asset := range a.tenant.AssetsOfScan(a.tenant.Scope(s.Index)) {
		list = append(list, asset.Target())
	}
	slices.Sort(list)
	return new(strings.Join(slices.Compact(list), ","))
}
