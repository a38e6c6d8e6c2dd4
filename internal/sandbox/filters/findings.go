package filters

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"tenableio/internal/sandbox/tenant"
)

type finding = *tenant.Finding

// FindingFilter is a filter of the vulnerability workbench.
type FindingFilter = Filter[finding]

// The operators that filters have in common.
var (
	Equal     = []string{"eq", "neq"}
	EqualLike = []string{"eq", "neq", "match", "nmatch"}
	Like      = []string{"match", "nmatch"}
	compared  = []string{"lte", "gte", "eq", "neq", "lt", "gt"}
	roughly   = []string{"lte", "gte", "eq", "neq"}
	onDay     = []string{"date-lt", "date-lte", "date-gt", "date-gte", "date-eq", "date-neq"}
	tracked   = slices.Concat(onDay, []string{withIn})
	tagged    = []string{"set-has", "set-hasnot"}
)

// The controls that filters have in common.
var (
	anyText = Control{Type: "entry", Regex: ".*", ReadableRegex: "TEXT"}
	yesOrNo = Control{Type: "dropdown", List: []string{"true", "false"}}
	Day     = Control{Type: "datefield", Regex: "^[0-9]{4}/[0-9]{2}/[0-9]{2}$", ReadableRegex: "YYYY/MM/DD"}
	score   = Control{Type: "entry", Regex: `^[0-9]+(\.[0-9]+)?$`, ReadableRegex: "7.5"}
	decimal = Control{Type: "entry", Regex: `^[0-9]+(\.[0-9]+)$`, ReadableRegex: "4.2"}
	assetID = Control{
		Type:          "entry",
		Regex:         "[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}(,[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12})*",
		ReadableRegex: "01234567-abcd-ef01-2345-6789abcdef01",
	}
	target = Control{
		Type:          "entry",
		Regex:         ".*",
		ReadableRegex: "192.0.2.1,198.51.100.1-198.51.100.9,203.0.113.0/24,host.example.com",
	}
)

// listOf is the control for values of one form, separated by commas.
func listOf(form, readable string, most int) Control {
	return Control{
		Type:          "entry",
		Regex:         fmt.Sprintf("^%s(,%s)*$", form, form),
		ReadableRegex: readable,
		MaxLength:     most,
	}
}

// Most filters look at one attribute of the plugin; these make them.

func pluginFlag(name, readable string, of func(*tenant.Plugin) bool) FindingFilter {
	return FindingFilter{
		"plugin.attributes." + name, readable, Equal, yesOrNo,
		flags(func(f finding) bool { return of(f.Plugin) }),
	}
}

func pluginText(name, readable string, operators []string, of func(*tenant.Plugin) string) FindingFilter {
	return FindingFilter{
		"plugin." + name, readable, operators, anyText,
		Word(func(f finding) string { return of(f.Plugin) }),
	}
}

func pluginTexts(name, readable string, as Control, of func(*tenant.Plugin) []string) FindingFilter {
	return FindingFilter{
		"plugin.attributes." + name, readable, EqualLike, as,
		Texts(func(f finding) []string { return of(f.Plugin) }),
	}
}

func pluginDate(name, readable string, of func(*tenant.Plugin) time.Time) FindingFilter {
	return FindingFilter{
		"plugin.attributes." + name, readable, onDay, Day,
		Dates(func(f finding) time.Time { return of(f.Plugin) }),
	}
}

func pluginXRef(kind, readable string, as Control) FindingFilter {
	return pluginTexts("xref:"+kind, readable, as, func(p *tenant.Plugin) []string {
		var ids []string
		for _, ref := range p.XRefs {
			if ref.Type == kind {
				ids = append(ids, ref.ID)
			}
		}
		return ids
	})
}

// cvssVersion is one of the versions of CVSS that can be filtered by.
type cvssVersion struct {
	prefix string // of its vectors
	of     func(*tenant.Plugin) *tenant.CVSS
}

var (
	cvss2 = cvssVersion{"CVSS2#", func(p *tenant.Plugin) *tenant.CVSS { return p.CVSS2 }}
	cvss3 = cvssVersion{"CVSS:3.0/", func(p *tenant.Plugin) *tenant.CVSS { return p.CVSS3 }}
)

// cvssScore makes the filter of a score; the temporal ones take no lt and gt and
// want a decimal.
func cvssScore(name, readable string, version cvssVersion, temporal bool) FindingFilter {
	operators := compared
	as := score
	if temporal {
		operators = roughly
		as = decimal
	}
	return FindingFilter{"plugin.attributes." + name, readable, operators, as, scores(func(f finding) (float64, bool) {
		switch cvss := version.of(f.Plugin); {
		case cvss == nil:
			return 0, false
		case temporal:
			return cvss.Temporal, true
		default:
			return cvss.Base, true
		}
	})}
}

// cvssVector makes the filter of a vector, which wants the prefix that names the
// version, and the metrics, each with its choices.
func cvssVector(name, readable, example string, version cvssVersion, of func(*tenant.CVSS) string,
	metrics ...string,
) FindingFilter {
	as := listOf(version.prefix+strings.Join(metrics, "/"), example, 0)
	return FindingFilter{"plugin.attributes." + name, readable, Like, as, Word(func(f finding) string {
		if cvss := version.of(f.Plugin); cvss != nil {
			return version.prefix + of(cvss)
		}
		return ""
	})}
}

func vectorOf(c *tenant.CVSS) string       { return c.Vector }
func temporalVector(c *tenant.CVSS) string { return c.TemporalVector }

// tagFilters make one filter for each category of tags.
func tagFilters[T any](of func(T) *tenant.Asset) []Filter[T] {
	var filters []Filter[T]
	for _, category := range tenant.TagValues {
		var list []Choice
		for _, value := range category.Values {
			list = append(list, Choice{Name: value, Value: value})
		}
		filters = append(filters, Filter[T]{"tag." + category.Category, category.Category, tagged, Control{
			Type: "dropdown_multi",
			List: list,
		}, Texts(func(thing T) []string {
			return of(thing).TagValues(category.Category)
		})})
	}
	return filters
}

// TagUUIDFilter is the filter that only the deprecated POST of the list shows:
// all tags by their UUID.
func TagUUIDFilter(t *tenant.Tenant) FindingFilter {
	var list []Choice
	for _, category := range tenant.TagValues {
		for _, value := range category.Values {
			list = append(list, Choice{
				Name: category.Category + ": " + value,
				Value: t.TagUUID(tenant.Tag{
					Category: category.Category,
					Value:    value,
				}),
			})
		}
	}
	return FindingFilter{"tag_uuid", "Tag (Category: Value)", Equal[:1], Control{
		Type: "dropdown_multi",
		List: list,
	}, Texts(func(f finding) []string {
		var uuids []string
		for _, tag := range f.Asset.Tags {
			uuids = append(uuids, t.TagUUID(tag))
		}
		return uuids
	})}
}

func findingHosts(f finding) ([]netip.Addr, []string) { return f.Asset.Hosts() }

func protocolOf(f finding) string { return strings.ToLower(f.Protocol) }

// modificationOf is Accepted or Recasted; empty for a finding as it was found.
func modificationOf(f finding) string {
	return map[string]string{"ACCEPTED": "Accepted", "RECASTED": "Recasted"}[f.Modification]
}

// none is the condition of what the sandbox's findings never have.
func none(string, []string, time.Time) func(finding) bool { return func(finding) bool { return false } }

// cves takes the identifiers in either case, and CAN for CVE, as they were once
// called.
func cves(operator string, values []string, now time.Time) func(finding) bool {
	upper := make([]string, len(values))
	for i, value := range values {
		upper[i] = strings.Replace(strings.ToUpper(value), "CAN-", "CVE-", 1)
	}
	return Texts(func(f finding) []string { return f.Plugin.CVEs })(operator, upper, now)
}

func familyChoices() []Choice {
	var list []Choice
	for _, family := range tenant.Families() {
		list = append(list, Choice{Name: family.Name, ID: family.ID})
	}
	return list
}
