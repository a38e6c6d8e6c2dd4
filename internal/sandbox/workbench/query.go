package workbench

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenableio/internal/sandbox/filters"
	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// lookBack is how many days the workbenches look back.
const lookBack = 450

// MostRows is how many rows a workbench gives; nothing in the answer says that
// there were more.
const MostRows = 5000

// vulnQuery is the query of a call to a vulnerability workbench.
type vulnQuery filters.Selection[finding]

// readVulnQuery reads the filters, date_range and the short forms. It answers the
// request itself and returns false where one of them is wrong.
//
// Findings that were fixed come only with a filter of their state.
func (a *API) readVulnQuery(w http.ResponseWriter, r *http.Request) (vulnQuery, bool) {
	query := r.URL.Query()
	since, ok := a.readSince(w, r)
	if !ok {
		return vulnQuery{}, false
	}
	chosen, bad := filters.Read(query, a.vulnFilters, a.now())
	if bad != nil {
		bad.Write(w)
		return vulnQuery{}, false
	}
	short, names, ok := a.readShortForms(w, query)
	if !ok {
		return vulnQuery{}, false
	}
	withFixed := slices.Contains(chosen.Named, filters.TrackingState)
	holds := chosen.Holds
	chosen.Named = append(chosen.Named, names...)
	chosen.Holds = func(f finding) bool {
		return !f.LastFound.Before(since) && (withFixed || f.State != "FIXED") && short(f) && holds(f)
	}
	return vulnQuery(chosen), true
}

// readAssetQuery is readVulnQuery for a call about the asset of the path; nil without one there.
func (a *API) readAssetQuery(w http.ResponseWriter, r *http.Request) (*tenant.Asset, vulnQuery, bool) {
	asset, ok := a.namedAsset(w, r)
	if !ok {
		return nil, vulnQuery{}, false
	}
	query, ok := a.readVulnQuery(w, r)
	return asset, query, ok
}

// withoutInfo leaves out findings of no severity when nothing at all was asked
// for: so do the lists over all assets, and only they.
func (q vulnQuery) withoutInfo() func(finding) bool {
	if len(q.Named) > 0 {
		return q.Holds
	}
	return func(f finding) bool { return f.Severity > 0 && q.Holds(f) }
}

// readSince reads date_range: the number of days before today, and today.
func (a *API) readSince(w http.ResponseWriter, r *http.Request) (time.Time, bool) {
	days, ok := web.Number(w, r, "date_range", lookBack, 0, web.MostOfInt32)
	return a.now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -int(min(days, lookBack))), ok
}

// readShortForms reads the parameters that workbenches had before they had filters, and
// still honour: severity=medium, exploitable, resolvable, authenticated (found with
// credentials) and age (days since the first time). All of them must hold. It answers
// the request itself and returns false where one is wrong.
func (a *API) readShortForms(w http.ResponseWriter, query url.Values) (holds func(finding) bool, named []string,
	ok bool,
) {
	var tests []func(finding) bool
	for _, form := range []struct {
		name string
		test func(value string) (func(finding) bool, string)
	}{
		{"severity", shortSeverity},
		{"exploitable", shortFlag(func(f finding) bool { return f.Plugin.ExploitAvailable })},
		{"resolvable", shortFlag(func(f finding) bool { return !f.Plugin.Patched.IsZero() })},
		{"authenticated", shortFlag(func(f finding) bool { return f.Plugin.Type == "local" })},
		{"age", a.shortAge},
	} {
		if !query.Has(form.name) {
			continue
		}
		test, why := form.test(query.Get(form.name))
		if test == nil {
			web.RefuseParameter(w, "query", form.name, why)
			return nil, nil, false
		}
		tests = append(tests, test)
		named = append(named, form.name)
	}
	return filters.Combine(tests, false), named, true
}

func shortSeverity(value string) (func(finding) bool, string) {
	severity := slices.Index(tenant.SeverityWords, strings.ToLower(value))
	if severity < 0 {
		return nil, fmt.Sprintf("must be one of [%s]", strings.Join(tenant.SeverityWords, ", "))
	}
	return func(f finding) bool { return f.Severity == severity }, ""
}

// shortFlag takes true, false, and nothing, which is true.
func shortFlag(of func(finding) bool) func(string) (func(finding) bool, string) {
	return func(value string) (func(finding) bool, string) {
		if value == "" {
			return of, ""
		}
		want, err := strconv.ParseBool(value)
		if err != nil {
			return nil, "must be a boolean"
		}
		return func(f finding) bool { return of(f) == want }, ""
	}
}

func (a *API) shortAge(value string) (func(finding) bool, string) {
	days, err := strconv.Atoi(value)
	if err != nil {
		return nil, "must be a number"
	}
	before := a.now().AddDate(0, 0, -days)
	return func(f finding) bool { return f.FirstFound.Before(before) }, ""
}
