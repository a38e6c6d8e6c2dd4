package scans

import (
	"net/http"
	"slices"
	"time"

	"tenableio/internal/sandbox/web"
)

// Pause answers POST /scans/{scan}/pause.
//
// https://developer.tenable.com/reference/scans-pause
func (a *API) Pause(w http.ResponseWriter, r *http.Request) {
	a.control(w, r, "paused", (*run).pause)
}

// Resume answers POST /scans/{scan}/resume.
//
// https://developer.tenable.com/reference/scans-resume
func (a *API) Resume(w http.ResponseWriter, r *http.Request) {
	a.control(w, r, "resumed", (*run).resume)
}

// Stop answers POST /scans/{scan}/stop.
//
// https://developer.tenable.com/reference/scans-stop
func (a *API) Stop(w http.ResponseWriter, r *http.Request) {
	a.control(w, r, "stopped", (*run).stop)
}

// control changes the newest run of the scan; change says whether it could.
func (a *API) control(w http.ResponseWriter, r *http.Request, verb string, change func(*run, time.Time) bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.toExecute(w, r)
	if s == nil {
		return
	}
	var changed run // over, as of a scan that never ran
	if latest := s.latest(); latest != nil {
		changed = *latest // others may be reading it
	}
	if !change(&changed, a.config.Now()) {
		web.Complain(w, http.StatusConflict, "This scan cannot be "+verb+" in its current status")
		return
	}
	s.runs = append(slices.Clone(s.runs[:len(s.runs)-1]), &changed)
	w.WriteHeader(http.StatusOK)
}

// toExecute finds the scan in the path. It answers the request itself and returns nil
// where the caller may not execute it. The lock must be held.
func (a *API) toExecute(w http.ResponseWriter, r *http.Request) *scan {
	s := a.lookup(r)
	if s == nil {
		refuseScan(w)
		return nil
	}
	if s.permissionOf(web.Caller(r)) < web.CanExecute {
		web.RefuseStatus(w, http.StatusForbidden)
		return nil
	}
	return s
}

// pause holds a run that is at work.
func (r *run) pause(now time.Time) bool {
	if r.statusAt(now) != running {
		return false
	}
	r.pausedAt = now
	return true
}

// resume goes on where the run was paused; it ends later by as much.
func (r *run) resume(now time.Time) bool {
	if r.statusAt(now) != paused {
		return false
	}
	held := now.Sub(r.pausedAt)
	r.idle += held
	r.took += held
	r.pausedAt = time.Time{}
	return true
}

// stop ends a run that is not over.
func (r *run) stop(now time.Time) bool {
	if !r.activeAt(now) {
		return false
	}
	r.took = now.Sub(r.start)
	r.idle = 0
	r.pausedAt = time.Time{}
	r.end = canceled
	return true
}
