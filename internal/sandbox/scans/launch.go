package scans

import (
	"net/http"
	"strings"

	"tenableio/internal/sandbox/web"
)

// mostActive is how many scans of the account may be active at one time.
//
// https://developer.tenable.com/docs/concurrency-limiting
const mostActive = 25

// Launch answers POST /scans/{scan}/launch: 409 while the scan is active, 429
// when too many others are.
//
// https://developer.tenable.com/reference/scans-launch
func (a *API) Launch(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		AltTargets []string `json:"alt_targets"`
		Rollover   bool     `json:"rollover"`
	}
	if !web.ReadBody(w, r, &asked) {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.config.Now()
	s := a.toExecute(w, r)
	switch {
	case s == nil:
		return
	case s.imported: // there is nothing to launch
		web.Refuse(w, http.StatusForbidden, "Forbidden")
		return
	case s.latest() != nil && s.latest().activeAt(now):
		web.Complain(w, http.StatusConflict, "This scan cannot be launched in its current status")
		return
	case a.active() >= mostActive:
		web.Busy(w, web.UsualWait)
		return
	}
	a.lastRun++
	launched := &run{
		id: a.lastRun, uuid: web.UUIDOf(a.config.Seed, "run", a.lastRun), start: now, took: a.config.ScanDuration,
		end: completed, altTargets: splitTargets(asked.AltTargets), rollover: asked.Rollover,
	}
	s.runs = append(s.runs, launched)
	web.WriteJSON(w, http.StatusOK, web.Object{"scan_uuid": launched.uuid})
}

// active counts the scans that are active now. The lock must be held.
func (a *API) active() int {
	now := a.config.Now()
	n := 0
	for _, s := range a.scans {
		if latest := s.latest(); latest != nil && latest.activeAt(now) {
			n++
		}
	}
	return n
}

// splitTargets takes a list of targets, or a list of one text with commas.
func splitTargets(given []string) []string {
	var list []string
	for _, text := range given {
		for target := range strings.SplitSeq(text, ",") {
			list = append(list, strings.TrimSpace(target))
		}
	}
	return list
}
