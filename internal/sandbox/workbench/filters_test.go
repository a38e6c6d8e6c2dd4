package workbench_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenableio/internal/sandbox"
	"tenableio/internal/sandbox/filters"
	"tenableio/internal/sandbox/sandboxtest"
	"tenableio/internal/sandbox/tenant"
)

// filterCase is a filter and a reading of it that shares no code with the
// sandbox's.
type filterCase struct {
	name, operator, value string
	holds                 func(finding) bool
}

// xrefIs says whether a reference of the kind has the identifier.
func xrefIs(kind, id string) func(finding) bool {
	return func(f finding) bool { return slices.Contains(f.Plugin.XRefs, tenant.XRef{Type: kind, ID: id}) }
}

// xrefCase takes the first reference of the kind.
func xrefCase(w *world, kind string) filterCase {
	w.T.Helper()
	for _, p := range w.Plugins() {
		for _, ref := range p.XRefs {
			if ref.Type == kind && len(w.All(func(f finding) bool { return w.Current(f) && f.Plugin.ID == p.ID })) > 0 {
				return filterCase{"plugin.attributes.xref:" + kind, "eq", ref.ID, xrefIs(kind, ref.ID)}
			}
		}
	}
	w.T.Fatalf("no plugin has a reference %s", kind)
	return filterCase{}
}

func filterCases(w *world) []filterCase {
	first := w.All(func(f finding) bool {
		return w.Current(f) && len(f.Plugin.CVEs) > 1 && f.Plugin.CVSS3.Base > 0 && f.Plugin.ExploitAvailable &&
			f.Plugin.Metasploit != ""
	})[0]
	p, a := first.Plugin, first.Asset
	pluginIs := func(is func(p *tenant.Plugin) bool) func(finding) bool {
		return func(f finding) bool { return is(f.Plugin) }
	}
	cases := []filterCase{
		{"host.id", "eq", a.UUID, func(f finding) bool { return f.Asset.UUID == a.UUID }},
		{"host.id", "neq", a.UUID, func(f finding) bool { return f.Asset.UUID != a.UUID }},
		{"plugin.attributes.bid", "eq", fmt.Sprint(p.BIDs[0]), pluginIs(func(q *tenant.Plugin) bool { return slices.Contains(q.BIDs, p.BIDs[0]) })},
		{"plugin.attributes.exploit_framework_canvas", "eq", "true", pluginIs(func(q *tenant.Plugin) bool { return q.Canvas != "" })},
		{"plugin.attributes.canvas_package", "neq", "CANVAS", pluginIs(func(q *tenant.Plugin) bool { return q.Canvas != "CANVAS" })},
		{"plugin.attributes.exploit_framework_core", "neq", "true", pluginIs(func(q *tenant.Plugin) bool { return !q.Core })},
		{"plugin.attributes.cpe", "match", "foobar", pluginIs(func(q *tenant.Plugin) bool { return slices.Contains(q.CPEs, "cpe:/a:foobar:runtime") })},
		{"plugin.attributes.cve.raw", "eq", p.CVEs[0] + "," + p.CVEs[1], pluginIs(func(q *tenant.Plugin) bool {
			return slices.Contains(q.CVEs, p.CVEs[0]) || slices.Contains(q.CVEs, p.CVEs[1])
		})},
		{"plugin.attributes.cve.raw", "eq", strings.ToLower(p.CVEs[0]), pluginIs(func(q *tenant.Plugin) bool { return slices.Contains(q.CVEs, p.CVEs[0]) })},
		{"plugin.attributes.cve.raw", "neq", p.CVEs[0], pluginIs(func(q *tenant.Plugin) bool { return !slices.Contains(q.CVEs, p.CVEs[0]) })},
		{"plugin.attributes.cvss_base_score", "gte", "7", pluginIs(func(q *tenant.Plugin) bool { return q.CVSS2.Base > 0 && q.CVSS2.Base >= 7 })},
		{"plugin.attributes.cvss_temporal_score", "lte", "5.0", pluginIs(func(q *tenant.Plugin) bool { return q.CVSS2.Base > 0 && q.CVSS2.Temporal <= 5 })},
		{"plugin.attributes.cvss_temporal_vector.raw", "match", "CVSS2#" + p.CVSS2.TemporalVector, pluginIs(func(q *tenant.Plugin) bool {
			return q.CVSS2.Base > 0 && q.CVSS2.TemporalVector == p.CVSS2.TemporalVector
		})},
		{"plugin.attributes.cvss_vector.raw", "nmatch", "CVSS2#" + p.CVSS2.Vector, pluginIs(func(q *tenant.Plugin) bool { return q.CVSS2.Base == 0 || q.CVSS2.Vector != p.CVSS2.Vector })},
		{"plugin.attributes.cvss3_base_score", "lt", "7.8", pluginIs(func(q *tenant.Plugin) bool { return q.CVSS3.Base > 0 && q.CVSS3.Base < 7.8 })},
		{"plugin.attributes.cvss3_base_score", "neq", "9.8", pluginIs(func(q *tenant.Plugin) bool { return q.CVSS3.Base == 0 || q.CVSS3.Base != 9.8 })},
		{"plugin.attributes.cvss3_temporal_score", "gte", "8.0", pluginIs(func(q *tenant.Plugin) bool { return q.CVSS3.Base > 0 && q.CVSS3.Temporal >= 8 })},
		{"plugin.attributes.cvss3_temporal_vector.raw", "match", "CVSS:3.0/" + p.CVSS3.TemporalVector, pluginIs(func(q *tenant.Plugin) bool {
			return q.CVSS3.Base > 0 && q.CVSS3.TemporalVector == p.CVSS3.TemporalVector
		})},
		{"plugin.attributes.cvss3_vector.raw", "match", "CVSS:3.0/" + p.CVSS3.Vector, pluginIs(func(q *tenant.Plugin) bool { return q.CVSS3.Base > 0 && q.CVSS3.Vector == p.CVSS3.Vector })},
		{"compliance_description", "nmatch", "x", func(finding) bool { return true }},
		{"compliance_reference", "match", "x", func(finding) bool { return false }},
		{"plugin.attributes.default_account", "eq", "true", pluginIs(func(q *tenant.Plugin) bool { return q.DefaultAccount })},
		{"plugin.attributes.exploit_framework_d2_elliot", "eq", "true", pluginIs(func(q *tenant.Plugin) bool { return q.Elliot != "" })},
		{"plugin.attributes.d2_elliot_name", "match", "RCE", pluginIs(func(q *tenant.Plugin) bool { return strings.Contains(q.Elliot, "RCE") })},
		{"plugin.attributes.exploit_available", "eq", "false", pluginIs(func(q *tenant.Plugin) bool { return !q.ExploitAvailable })},
		{"plugin.attributes.exploit_framework_exploithub", "neq", "false", pluginIs(func(q *tenant.Plugin) bool { return q.ExploitHub != "" })},
		{"plugin.attributes.exploitability_ease.raw", "eq", "No exploit is required", pluginIs(func(q *tenant.Plugin) bool { return q.Severity > 0 && !q.ExploitAvailable && q.DefaultAccount })},
		{"plugin.attributes.exploited_by_malware", "eq", "true", pluginIs(func(q *tenant.Plugin) bool { return q.ByMalware })},
		{"plugin.attributes.exploited_by_nessus", "eq", "true", pluginIs(func(q *tenant.Plugin) bool { return q.ByNessus })},
		{"host.target", "eq", a.IPv4[0].String(), func(f finding) bool { return slices.Contains(f.Asset.IPv4, a.IPv4[0]) }},
		{"host.target", "eq", "192.0.2.10-192.0.2.20", func(f finding) bool {
			if len(f.Asset.IPv4) == 0 {
				return false
			}
			four := f.Asset.IPv4[0].As4()
			return four[0] == 192 && four[3] >= 10 && four[3] <= 20
		}},
		{"host.target", "neq", "192.0.2.0/26", func(f finding) bool { return len(f.Asset.IPv4) == 0 || f.Asset.IPv4[0].As4()[3] >= 64 }},
		{"host.target", "eq", strings.ToUpper(a.Hostname) + ",192.0.2.77", func(f finding) bool {
			return f.Asset.Hostname == a.Hostname || slices.Contains(f.Asset.IPv4, netip.MustParseAddr("192.0.2.77"))
		}},
		{"host.target", "match", "sql", func(f finding) bool { return strings.Contains(f.Asset.Hostname, "sql") }},
		{"host.target", "begins", "web", func(f finding) bool { return strings.HasPrefix(f.Asset.Hostname, "web") }},
		{"plugin.attributes.stig_severity", "eq", "II", pluginIs(func(q *tenant.Plugin) bool { return q.STIG == "II" })},
		{"plugin.attributes.stig_severity", "match", "II", pluginIs(func(q *tenant.Plugin) bool { return q.STIG == "II" || q.STIG == "III" })},
		{"plugin.attributes.in_the_news", "eq", "true", pluginIs(func(q *tenant.Plugin) bool { return q.InTheNews })},
		{"plugin.attributes.malware", "eq", "true", pluginIs(func(q *tenant.Plugin) bool { return q.Malware })},
		{"plugin.attributes.exploit_framework_metasploit", "eq", "true", pluginIs(func(q *tenant.Plugin) bool { return q.Metasploit != "" })},
		{"plugin.attributes.metasploit_name", "eq", p.Metasploit, pluginIs(func(q *tenant.Plugin) bool { return q.Metasploit == p.Metasploit })},
		{"plugin.attributes.patch_publication_date", "date-gte", p.Patched.Format("2006/01/02"), pluginIs(func(q *tenant.Plugin) bool { return !q.Patched.IsZero() && !q.Patched.Before(p.Patched) })},
		{"plugin.attributes.description", "match", "<script>", pluginIs(func(q *tenant.Plugin) bool { return strings.Contains(q.Text, "<script>") })},
		{"plugin.attributes.description", "match", "nessus", pluginIs(func(q *tenant.Plugin) bool { return strings.Contains(q.Text, "nessus") })},
		{"plugin.family_id", "eq", "20,30", pluginIs(func(q *tenant.Plugin) bool { return q.Family == "Windows" || q.Family == "General" })},
		{"plugin.id", "eq", fmt.Sprintf("%d, 100000 - 105000", p.ID), pluginIs(func(q *tenant.Plugin) bool { return q.ID == p.ID || q.ID >= 100000 && q.ID <= 105000 })},
		{"plugin.id", "neq", fmt.Sprint(p.ID), pluginIs(func(q *tenant.Plugin) bool { return q.ID != p.ID })},
		{"plugin.attributes.plugin_modification_date", "date-lt", p.Modified.Format("2006/01/02"), pluginIs(func(q *tenant.Plugin) bool { return q.Modified.Before(p.Modified) })},
		{"plugin.name", "match", "Detection", pluginIs(func(q *tenant.Plugin) bool { return strings.Contains(q.Name, "Detection") })},
		{"plugin.name", "nmatch", "Detection", pluginIs(func(q *tenant.Plugin) bool { return !strings.Contains(q.Name, "Detection") })},
		{"plugin.name", "eq", p.Name, pluginIs(func(q *tenant.Plugin) bool { return q.Name == p.Name })},
		{"output", "match", "<b>,Lorem", func(f finding) bool {
			return strings.Contains(f.Output(), "<b>") || strings.Contains(f.Output(), "Lorem")
		}},
		{"plugin.attributes.plugin_publication_date", "date-eq", p.Published.Format("2006/01/02"), pluginIs(func(q *tenant.Plugin) bool { return q.Published.Equal(p.Published) })},
		{"plugin.attributes.plugin_publication_date", "date-neq", p.Published.Format("2006/01/02"), pluginIs(func(q *tenant.Plugin) bool { return !q.Published.Equal(p.Published) })},
		{"plugin.attributes.plugin_type", "eq", "local", pluginIs(func(q *tenant.Plugin) bool { return q.Type == "local" })},
		{"port.port", "eq", "22,8000-9000", func(f finding) bool { return f.Port == 22 || f.Port >= 8000 && f.Port <= 9000 }},
		{"port.port", "gte", "8443", func(f finding) bool { return f.Port >= 8443 }},
		{"port.port", "lte", "22", func(f finding) bool { return f.Port <= 22 }},
		{"port.protocol", "eq", "udp", func(f finding) bool { return f.Protocol == "UDP" }},
		{"modification", "eq", "Accepted", func(f finding) bool { return f.Modification == "ACCEPTED" }},
		{"modification", "neq", "Recasted", func(f finding) bool { return f.Modification != "RECASTED" }},
		{"plugin.attributes.see_also", "eq", "https://www.example.org/?a=1&b=2", pluginIs(func(q *tenant.Plugin) bool { return len(q.SeeAlso) == 2 })},
		{"severity", "eq", "Critical,High", func(f finding) bool { return f.Severity >= 3 }},
		{"severity", "neq", "Info", func(f finding) bool { return f.Severity != 0 }},
		{"plugin.attributes.solution", "match", "Upgrade", pluginIs(func(q *tenant.Plugin) bool { return strings.Contains(q.Solution, "Upgrade") })},
		{"plugin.attributes.synopsis", "match", "remote Windows", pluginIs(func(q *tenant.Plugin) bool { return strings.Contains(q.Synopsis, "remote Windows") })},
		{"plugin.attributes.unsupported_by_vendor", "eq", "true", pluginIs(func(q *tenant.Plugin) bool { return q.Unsupported })},
		{"tracking.first_found", "date-gt", "2025/12/01", func(f finding) bool { return f.FirstFound.Format("20060102") > "20251201" }},
		{"tracking.first_found", "with-in", "20", func(f finding) bool { return w.Now.Sub(f.FirstFound) <= 20*24*time.Hour }},
		{"tracking.last_found", "date-lte", "2026/02/20", func(f finding) bool { return f.LastFound.Format("20060102") <= "20260220" }},
		{"plugin.attributes.vpr.score", "gte", "7.0", pluginIs(func(q *tenant.Plugin) bool { return q.VPR.Score > 0 && q.VPR.Score >= 7 })},
		{"plugin.attributes.vpr.score", "gt", "7", pluginIs(func(q *tenant.Plugin) bool { return q.VPR.Score > 0 && q.VPR.Score > 7 })},
		{"plugin.attributes.vuln_publication_date", "date-lt", p.VulnPublished.Format("2006/01/02"), pluginIs(func(q *tenant.Plugin) bool {
			return !q.VulnPublished.IsZero() && q.VulnPublished.Before(p.VulnPublished)
		})},
		{"tracking.state", "eq", "Resurfaced", func(f finding) bool { return f.State == "REOPENED" }},
		{"tracking.state", "eq", "New,Active", func(f finding) bool { return f.State == "OPEN" }},
		{"tracking.state", "eq", "New", func(f finding) bool { return f.State == "OPEN" && w.Now.Sub(f.FirstFound) < 14*24*time.Hour }},
		{"tag.Site", "set-has", "Hill,River", func(f finding) bool { return hasTag(f.Asset, "Site", "Hill") || hasTag(f.Asset, "Site", "River") }},
		{"tag_uuid", "eq", w.TagUUID(tenant.Tag{Category: "Site", Value: "Hill"}), func(f finding) bool { return hasTag(f.Asset, "Site", "Hill") }},
		{"tag.Stage", "set-hasnot", "Lab", func(f finding) bool { return !hasTag(f.Asset, "Stage", "Lab") }},
	}
	for _, kind := range []string{"CERT-CC", "CERT", "CWE", "EDB-ID", "IAVA", "IAVB", "IAVT", "MSFT", "OSVDB", "Secunia"} {
		cases = append(cases, xrefCase(w, kind))
	}
	return cases
}

func hasTag(a *tenant.Asset, category, value string) bool {
	return slices.Contains(a.Tags, tenant.Tag{Category: category, Value: value})
}

// TestWorkbenchFilters holds each filter to a walk through the whole tenant.
func TestWorkbenchFilters(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) { c.FindingsPerAsset = 12 })
	all := len(w.All(w.Current))
	asked := map[string]bool{}
	for _, c := range filterCases(w) {
		asked[c.name] = true
		_, got := w.rows("/workbenches/vulnerabilities" + sandboxtest.Filtered(c.name, c.operator, c.value))
		want := w.All(func(f finding) bool { return w.Current(f) && c.holds(f) })
		if diff := cmp.Diff(counts(want), got); diff != "" {
			t.Errorf("%s %s %s (-want +got):\n%s", c.name, c.operator, c.value, diff)
		}
		if decides := len(want) > 0 && len(want) < all; !decides && !strings.HasPrefix(c.name, "compliance") &&
			c.value != "nessus" {
			t.Errorf("%s %s %s decides nothing: %d of %d findings", c.name, c.operator, c.value, len(want), all)
		}
	}
	for _, f := range append(filters.OfFindings(time.Now), filters.TagUUIDFilter(w.Tenant)) {
		if !asked[f.Name] {
			t.Errorf("no case asks for %s", f.Name)
		}
	}
}

// TestAnEmptyNameIsNoName: assets without a name are not found by an empty one.
func TestAnEmptyNameIsNoName(t *testing.T) {
	w := newWorld(t, nil)
	if rows, _ := w.rows("/workbenches/vulnerabilities" + sandboxtest.Filtered("host.target", "eq", "")); len(rows) != 0 {
		t.Errorf("%d rows", len(rows))
	}
}

// TestFixedFindingsAreAskedFor: they show up with a filter of the state alone.
func TestFixedFindingsAreAskedFor(t *testing.T) {
	w := newWorld(t, nil)
	_, got := w.rows("/workbenches/vulnerabilities" + sandboxtest.Filtered("tracking.state", "eq", "Fixed"))
	want := w.All(func(f finding) bool { return f.State == "FIXED" && w.Now.Sub(f.LastFound) < 450*24*time.Hour })
	if diff := cmp.Diff(counts(want), got); diff != "" || len(want) == 0 {
		t.Errorf("fixed findings (-want +got):\n%s", diff)
	}
}

// TestFiltersCombine: and is the default, or takes one of them.
func TestFiltersCombine(t *testing.T) {
	w := newWorld(t, nil)
	two := sandboxtest.Filtered("severity", "eq", "Critical", "port.port", "eq", "443")
	for suffix, holds := range map[string]func(finding) bool{
		"":                        func(f finding) bool { return f.Severity == 4 && f.Port == 443 },
		"&filter.search_type=":    func(f finding) bool { return f.Severity == 4 && f.Port == 443 },
		"&filter.search_type=and": func(f finding) bool { return f.Severity == 4 && f.Port == 443 },
		"&filter.search_type=or":  func(f finding) bool { return f.Severity == 4 || f.Port == 443 },
		// A gap ends the filters, and what is unknown is ignored: both widen the answer in silence.
		"&filter.3.filter=severity&filter.3.quality=eq&filter.3.value=Low": func(f finding) bool { return f.Severity == 4 && f.Port == 443 },
		"&severities=low&limit=1": func(f finding) bool { return f.Severity == 4 && f.Port == 443 },
	} {
		_, got := w.rows("/workbenches/vulnerabilities" + two + suffix)
		want := w.All(func(f finding) bool { return w.Current(f) && holds(f) })
		if diff := cmp.Diff(counts(want), got); diff != "" || len(want) == 0 {
			t.Errorf("%s (-want +got):\n%s", suffix, diff)
		}
	}
}

// TestShortForms: the parameters from before the filters still work.
func TestShortForms(t *testing.T) {
	w := newWorld(t, nil)
	for query, holds := range map[string]func(finding) bool{
		"severity=medium":             func(f finding) bool { return f.Severity == 2 },
		"severity=High":               func(f finding) bool { return f.Severity == 3 },
		"exploitable":                 func(f finding) bool { return f.Plugin.ExploitAvailable },
		"exploitable=true":            func(f finding) bool { return f.Plugin.ExploitAvailable },
		"exploitable=false":           func(f finding) bool { return !f.Plugin.ExploitAvailable },
		"resolvable":                  func(f finding) bool { return !f.Plugin.Patched.IsZero() },
		"authenticated":               func(f finding) bool { return f.Plugin.Type == "local" },
		"age=100":                     func(f finding) bool { return w.Now.Sub(f.FirstFound) > 100*24*time.Hour },
		"severity=medium&exploitable": func(f finding) bool { return f.Severity == 2 && f.Plugin.ExploitAvailable },
		"severity=critical&date_range=30": func(f finding) bool {
			return f.Severity == 4 && !f.LastFound.Before(sandboxtest.DayOne.Truncate(24*time.Hour).AddDate(0, 0, -30))
		},
	} {
		_, got := w.rows("/workbenches/vulnerabilities?" + query)
		want := w.All(func(f finding) bool { return w.Current(f) && holds(f) })
		if diff := cmp.Diff(counts(want), got); diff != "" || len(want) == 0 {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}
