package agents

import (
	_ "embed"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenableio/internal/sandbox/filters"
	"tenableio/internal/sandbox/web"
)

// wildcardFields are the fields that the parameter w searches.
var wildcardFields = []string{"core_version", "distro", "groups", "ip", "name", "platform", "status"}

// statusWords maps the status in a record to the word that filters use.
var statusWords = map[string]string{"on": "Online", "off": "Offline", "init": "Initializing"}

//go:embed filters.json
var filtersDocument []byte

// agentConditions are the conditions by the names of the filters.
var agentConditions = map[string]filters.Condition[*agent]{
	"core_version":   versions,
	"distro":         filters.Word(func(a *agent) string { return a.Distro }),
	"groups":         filters.Texts(groupIDs),
	"ip":             filters.Word(func(a *agent) string { return a.IP }),
	"last_connect":   moments(func(a *agent) int64 { return a.reported().LastConnect }),
	"last_scanned":   moments(func(a *agent) int64 { return a.reported().LastScanned }),
	"name":           filters.Word(func(a *agent) string { return a.Name }),
	"platform":       filters.Word(func(a *agent) string { return a.Platform }),
	"plugin_feed_id": filters.Dates(feedTime),
	"status":         filters.Word(func(a *agent) string { return statusWords[a.Status] }),
}

// agentFilters are what agents can be filtered by now: it changes with the groups.
func (a *API) agentFilters() []filters.Filter[*agent] {
	list := filters.Load(filtersDocument, agentConditions)
	groups := []filters.Choice{{Name: "None", ID: -1}}
	for _, g := range a.groups {
		groups = append(groups, filters.Choice{Name: g.name, ID: g.id})
	}
	at := slices.IndexFunc(list, func(f filters.Filter[*agent]) bool { return f.Name == "groups" })
	list[at].Control.List = groups
	return list
}

// groupIDs are the groups of an agent as filters write them; -1 is none.
func groupIDs(a *agent) []string {
	if len(a.Groups) == 0 {
		return []string{"-1"}
	}
	var ids []string
	for _, g := range a.Groups {
		ids = append(ids, strconv.Itoa(g.ID))
	}
	return ids
}

// versions compares versions number by number, and otherwise as text.
func versions(operator string, values []string, now time.Time) func(*agent) bool {
	text := filters.Word(func(a *agent) string { return a.reported().CoreVersion })(operator, values, now)
	return func(a *agent) bool {
		if operator != "lt" && operator != "gt" {
			return text(a)
		}
		return a.Report != nil && filters.Compares(operator, float64(compareVersions(a.CoreVersion, values[0])), 0)
	}
}

// moments compares Unix seconds, 0 for what never happened, with a day or with
// Unix seconds: what is before or after those, or on their day.
func moments(of func(*agent) int64) filters.Condition[*agent] {
	onDays := filters.Dates(func(a *agent) time.Time {
		if of(a) == 0 {
			return time.Time{}
		}
		return time.Unix(of(a), 0)
	})
	return func(operator string, values []string, now time.Time) func(*agent) bool {
		seconds, err := strconv.ParseInt(values[0], 10, 64)
		switch {
		case err != nil:
			return onDays(operator, values, now)
		case operator == "date-eq":
			return onDays(operator, []string{time.Unix(seconds, 0).UTC().Format(filters.DateForm)}, now)
		}
		return func(a *agent) bool {
			return of(a) != 0 && filters.Compares(strings.TrimPrefix(operator, "date-"), float64(of(a)), float64(seconds))
		}
	}
}

func feedTime(a *agent) time.Time {
	at, _ := time.Parse("200601021504", a.reported().PluginFeedID) // zero for an agent without plugins
	return at
}

// readAgentQuery reads the parameters f and ft (filters), w and wf (a text in any of
// some fields). Holds is nil for a query without filters; why says what is wrong with
// it, if anything is.
func (a *API) readAgentQuery(query url.Values) (holds func(*agent) bool, why string) {
	var tests []func(*agent) bool
	known := a.agentFilters()
	for _, text := range query["f"] {
		field, rest, _ := strings.Cut(text, ":")
		operator, value, whole := strings.Cut(rest, ":")
		if !whole {
			return nil, "Bad filter " + text + ", want field:operator:value"
		}
		test, bad := filters.Compile(known, field, operator, value, a.config.Now())
		switch {
		case bad != nil && strings.HasPrefix(operator, "date-") && bad.Type == "invalid_filter_value":
			return nil, "Bad value for date filter"
		case bad != nil:
			return nil, bad.Error
		}
		tests = append(tests, test)
	}
	either := query.Get("ft") == "or"
	if !either && query.Get("ft") != "" && query.Get("ft") != "and" {
		return nil, "Bad filter type " + query.Get("ft") + ", want and, or"
	}
	wild, why := readWildcard(query.Get("w"), query.Get("wf"))
	if why != "" || len(tests) == 0 {
		return wild, why
	}
	filtered := filters.Combine(tests, either)
	return func(one *agent) bool { return filtered(one) && (wild == nil || wild(one)) }, ""
}

// readWildcard makes the test for a text in any of the fields; nil for no text.
func readWildcard(text, fields string) (holds func(*agent) bool, why string) {
	wanted := wildcardFields
	if fields != "" {
		wanted = strings.Split(fields, ",")
	}
	for _, field := range wanted {
		if !slices.Contains(wildcardFields, field) {
			return nil, "Bad wildcard field " + field
		}
	}
	if text == "" {
		return nil, ""
	}
	return func(one *agent) bool {
		values := map[string]string{
			"core_version": one.reported().CoreVersion, "distro": one.Distro, "ip": one.IP, "name": one.Name,
			"platform": one.Platform, "status": statusWords[one.Status],
		}
		for _, g := range one.Groups {
			values["groups"] += g.Name + "\n"
		}
		return slices.ContainsFunc(wanted, func(field string) bool { return strings.Contains(values[field], text) })
	}, ""
}

// ListFilters answers GET /filters/scans/agents.
//
// https://developer.tenable.com/reference/io-filters-agents-list
func (a *API) ListFilters(w http.ResponseWriter, _ *http.Request) {
	defer a.lock().Unlock()
	var shown []web.Members
	for _, f := range a.agentFilters() {
		shown = append(shown, web.Members{
			{"name", f.Name},
			{"readable_name", f.Readable},
			{"operators", f.Operators},
			{"control", f.Control},
		})
	}
	web.WriteJSON(w, http.StatusOK, web.Members{
		{"wildcard_fields", wildcardFields},
		{"filters", shown},
		{"sort", web.Object{"sortable_fields": slices.Sorted(maps.Keys(agentSorting))}},
	})
}
