package sandbox

import (
	"net/http"
	"strings"
)

// mostActive is how many scans of the account may be active at one time.
//
// https://developer.tenable.com/docs/concurrency-limiting
const mostActive = 25

// launch answers POST /scans/{scan}/launch: 409 while the scan is active, 429
// when too many others are.
//
// https://developer.tenable.com/reference/scans-launch
func (a *scanAPI) launch(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		AltTargets []string `json:"alt_targets"`
		Rollover   bool     `json:"rollover"`
	}
	if !readBody(w, r, &asked) {
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
		refuse(w, http.StatusForbidden, "Forbidden")
		return
	case s.latest() != nil && s.latest().activeAt(now):
		complain(w, http.StatusConflict, "This scan cannot be launched in its current status")
		return
	case a.active() >= mostActive:
		busy(w, usualWait)
		return
	}
	a.lastRun++
	launched := &run{
		id: a.lastRun, uuid: uuidOf(a.config.Seed, "run", a.lastRun), start: now, took: a.config.ScanDuration,
		end: completed, altTargets: splitTargets(asked.AltTargets), rollover: asked.Rollover,
	}
	s.runs = append(s.runs, launched)
	writeJSON(w, http.StatusOK, struct {
		ScanUUID string `json:"scan_uuid"`
	}{launched.uuid})
}

// active counts the scans that are active now. The lock must be held.
func (a *scanAPI) active() int {
	now, n := a.config.Now(), 0
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
