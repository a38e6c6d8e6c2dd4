package exports

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"tenableio/internal/sandbox/filters"
	"tenableio/internal/sandbox/web"
)

// window is how far back an export goes that has no filter of a time.
const window = 30 * 24 * time.Hour

// exportStates are the states of findings as exports call them.
var exportStates = []string{"OPEN", "REOPENED", "FIXED"}

// exportTimes are the filters that take a moment in Unix seconds: a finding must
// not be older. With any of them there is no window. Two have two names.
var exportTimes = map[string]func(finding) time.Time{
	"first_found":     func(f finding) time.Time { return f.FirstFound },
	"first_seen":      func(f finding) time.Time { return f.FirstFound },
	"last_found":      func(f finding) time.Time { return f.LastFound },
	"last_seen":       func(f finding) time.Time { return f.LastFound },
	"last_fixed":      func(f finding) time.Time { return f.LastFixed },
	"indexed_at":      func(f finding) time.Time { return f.Indexed },
	"resurfaced_date": func(f finding) time.Time { return f.Resurfaced },
	"since":           seenOrFixed,
}

// seenOrFixed is when a finding was fixed, or else seen for the last time.
func seenOrFixed(f finding) time.Time {
	if f.State == "FIXED" {
		return f.LastFixed
	}
	return f.LastFound
}

// readExportFilters makes the test of all filters, which must all hold, and what
// the status shows of them. Members that the API does not know are ignored, as
// the API does.
func readExportFilters(members map[string]json.RawMessage, now time.Time) (
	wants func(finding) bool, echo web.Object, wrong *problem,
) {
	var tests []func(finding) bool
	timed := false
	for name, raw := range members {
		read := exportFilterNamed(name)
		if read == nil {
			continue // not known, or the state, which is read below
		}
		test, why := read(raw)
		if test == nil {
			return nil, nil, &problem{name, why}
		}
		tests = append(tests, test)
		timed = timed || exportTimes[name] != nil
	}
	if wrong := conflict(members); wrong != nil {
		return nil, nil, wrong
	}
	states, wrong := readStates(members)
	if wrong != nil {
		return nil, nil, wrong
	}
	echo = echoOf(members, states)
	tests = append(tests, func(f finding) bool { return slices.Contains(states, f.State) })
	if !timed {
		from := now.Add(-window)
		echo["since"] = from.Unix()
		tests = append(tests, func(f finding) bool { return !seenOrFixed(f).Before(from) })
	}
	return filters.Combine(tests, false), echo, nil
}

// echoOf shows the filters as the status of an export does: the times always.
func echoOf(filters map[string]json.RawMessage, states []string) web.Object {
	tags := web.Object{}
	echo := web.Object{"tags": tags, "state": states}
	for name := range exportTimes {
		echo[name] = 0
	}
	for name, raw := range filters {
		switch {
		case strings.HasPrefix(name, tagPrefix):
			tags[name] = raw
		case exportFilterNamed(name) != nil:
			echo[name] = raw
		}
	}
	return echo
}

// tagPrefix begins the names of filters by a tag; its category follows.
const tagPrefix = "tag."

// exportFilterNamed is nil for what the API does not know, and for the state.
func exportFilterNamed(name string) exportFilter {
	if category, isTag := strings.CutPrefix(name, tagPrefix); isTag {
		return anyOf(func(f finding, value string) bool { return slices.Contains(f.Asset.TagValues(category), value) })
	}
	if of := exportTimes[name]; of != nil {
		return notBefore(of)
	}
	return exportFilters[name]
}

// notBefore reads Unix seconds.
func notBefore(of func(finding) time.Time) exportFilter {
	return func(raw json.RawMessage) (func(finding) bool, string) {
		var seconds float64 // clients that keep numbers as floats write 1795000000.0
		if !decode(raw, &seconds) || seconds < 0 || seconds > math.MaxInt32*100 {
			return nil, "must be a Unix time in seconds"
		}
		from := time.Unix(int64(seconds), 0)
		return func(f finding) bool { return !of(f).IsZero() && !of(f).Before(from) }, ""
	}
}

// conflict finds filters that do not go together.
func conflict(filters map[string]json.RawMessage) *problem {
	for _, name := range []string{"first_found", "first_seen", "last_found", "last_seen", "last_fixed"} {
		if filters[name] != nil && filters["since"] != nil {
			return &problem{"since", "conflicts with " + name}
		}
	}
	if string(filters["software_vulns_potential"]) == "false" && filters["software_vulns_potential_reasons"] != nil {
		return &problem{"software_vulns_potential", "conflicts with software_vulns_potential_reasons"}
	}
	return nil
}

// readStates reads the states, in any case. Without any the export is of what is
// open; with since alone, of all.
func readStates(filters map[string]json.RawMessage) ([]string, *problem) {
	switch {
	case filters["state"] != nil:
	case filters["time_taken_to_fix"] != nil, filters["last_fixed"] != nil:
		return []string{"FIXED"}, nil
	case filters["since"] != nil:
		return exportStates, nil
	default:
		return exportStates[:2], nil
	}
	var states []string
	if !decode(filters["state"], &states) {
		return nil, &problem{"state", "must be an array of string"}
	}
	for i, state := range states {
		states[i] = strings.ToUpper(state)
		if !slices.Contains(exportStates, states[i]) {
			return nil, &problem{"state", "must be one of [" + strings.Join(exportStates, ", ") + "]"}
		}
	}
	return states, nil
}
