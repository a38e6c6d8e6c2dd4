package exports

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"tenableio/internal/sandbox/filters"
	"tenableio/internal/sandbox/tenant"
)

// exportFilter reads the value of one member of filters and makes its test; or
// says what is wrong with it.
type exportFilter func(raw json.RawMessage) (test func(finding) bool, why string)

// exportFilters are the members of filters but those of the states and times,
// which depend on each other, and tag.<Category>. The API ignores others.
//
// https://developer.tenable.com/reference/exports-vulns-request-export
var exportFilters = map[string]exportFilter{
	"severity": words(tenant.SeverityWords, strings.EqualFold,
		func(f finding) string { return tenant.SeverityWords[f.Severity] }),
	"plugin_id":     anyOf(func(f finding, id int) bool { return f.Plugin.ID == id }),
	"plugin_family": anyOf(func(f finding, name string) bool { return f.Plugin.Family == name }),
	"plugin_type":   oneValue(func(f finding, kind string) bool { return f.Plugin.Type == kind }),
	"cve_id": atMost(200,
		anyOf(func(f finding, id string) bool { return slices.Contains(f.Plugin.CVEs, strings.ToUpper(id)) })),
	"cve_category": anyOf(inCategory),
	"cidr_range":   inNetwork,
	"network_id":   oneValue(func(_ finding, id string) bool { return id == tenant.NetworkID }),
	"source":       anyOf(func(f finding, name string) bool { return f.Source == name }),
	"severity_modification_type": words([]string{"NONE", "RECASTED", "ACCEPTED"}, func(a, b string) bool { return a == b },
		func(f finding) string { return f.Modification }),
	"scan_uuid": oneValue(func(f finding, uuid string) bool { return f.ScanUUID() == uuid }),
	"exploit_maturity": anyOf(func(f finding, word string) bool {
		return f.Plugin.VPR.Score > 0 && maturityWords[f.Plugin.VPR.Maturity] == strings.ToLower(word)
	}),
	"vpr_threat_intensity": anyOf(func(f finding, word string) bool {
		return f.Plugin.VPR.Score > 0 && f.Plugin.VPR.Intensity == wordOf(word)
	}),
	"weaponization": anyOf(func(f finding, word string) bool {
		return f.Plugin.ByMalware && strings.EqualFold(word, "malware")
	}),
	"initiative_id":    oneValue(func(finding, string) bool { return false }),  // nobody started an initiative
	"zero_day":         oneValue(func(_ finding, is bool) bool { return !is }), // all had a patch when they were found
	"vpr_score":        scoreRange(0.1, 10, func(f finding) float64 { return f.Plugin.VPR.Score }),
	"vpr_v2_score":     scoreRange(0.1, 10, func(f finding) float64 { return f.Plugin.VPR.Score }),
	"cvss4_base_score": scoreRange(0, 10, func(f finding) float64 { return f.Plugin.CVSS4.Base }),
	"epss_score":       scoreRange(0, 100, func(f finding) float64 { return f.Plugin.EPSS }),
	"software_vulns_potential": oneValue(func(f finding, is bool) bool {
		return f.Software() != nil && f.Software().Potential == is
	}),
	"software_vulns_potential_reasons": anyOf(func(f finding, reason string) bool {
		return f.Software() != nil && f.Software().Potential && reason == f.Software().Reason
	}),
	"time_taken_to_fix": fixTime,
}

var maturityWords = map[string]string{
	"HIGH":             "high",
	"FUNCTIONAL":       "functional",
	"PROOF_OF_CONCEPT": "poc",
	"UNPROVEN":         "unproven",
}

// wordOf writes "very low" the way the VPR does: VERY_LOW.
func wordOf(words string) string { return strings.ReplaceAll(strings.ToUpper(words), " ", "_") }

// inCategory tells Tenable's categories from what a plugin says.
func inCategory(f finding, category string) bool {
	switch strings.ReplaceAll(strings.ToLower(category), "_", " ") {
	case "in the news", "emerging threats":
		return f.Plugin.InTheNews
	case "cisa known exploitable", "persistently exploited":
		return f.Plugin.ByMalware
	case "recent active exploitation":
		return f.Plugin.ByMalware && f.Plugin.InTheNews
	case "top 50 vpr":
		return f.Plugin.VPR.Score >= 9
	}
	return false
}

// decode reads a value into into. It refuses null.
func decode(raw json.RawMessage, into any) bool {
	return string(raw) != "null" && json.Unmarshal(raw, into) == nil
}

// anyOf reads an array; one of its values must hold.
func anyOf[V any](holds func(finding, V) bool) exportFilter {
	return func(raw json.RawMessage) (func(finding) bool, string) {
		var values []V
		if !decode(raw, &values) {
			return nil, fmt.Sprintf("must be an array of %T", *new(V))
		}
		return func(f finding) bool {
			return slices.ContainsFunc(values, func(v V) bool { return holds(f, v) })
		}, ""
	}
}

// atMost limits the number of values of an array.
func atMost(most int, filter exportFilter) exportFilter {
	return func(raw json.RawMessage) (func(finding) bool, string) {
		var values []json.RawMessage
		if json.Unmarshal(raw, &values) == nil && len(values) > most {
			return nil, fmt.Sprintf("must contain less than or equal to %d items", most)
		}
		return filter(raw)
	}
}

// oneValue reads a value that is no array.
func oneValue[V any](holds func(finding, V) bool) exportFilter {
	return func(raw json.RawMessage) (func(finding) bool, string) {
		var value V
		if !decode(raw, &value) {
			return nil, fmt.Sprintf("must be a %T", value)
		}
		return func(f finding) bool { return holds(f, value) }, ""
	}
}

// words reads an array of the words that are known.
func words(known []string, same func(a, b string) bool, of func(finding) string) exportFilter {
	return func(raw json.RawMessage) (func(finding) bool, string) {
		var values []string
		unknown := func(value string) bool {
			return !slices.ContainsFunc(known, func(k string) bool { return same(k, value) })
		}
		if decode(raw, &values) && slices.ContainsFunc(values, unknown) {
			return nil, fmt.Sprintf("must be one of [%s]", strings.Join(known, ", "))
		}
		return anyOf(func(f finding, value string) bool { return same(of(f), value) })(raw)
	}
}

// inNetwork reads an IPv4 network; nothing else is documented.
func inNetwork(raw json.RawMessage) (func(finding) bool, string) {
	var text string
	read := decode(raw, &text)
	network, err := netip.ParsePrefix(text)
	if !read || err != nil || !network.Addr().Is4() {
		return nil, "must be a valid ip address of one of the following versions [ipv4] with a required CIDR"
	}
	return func(f finding) bool { return slices.ContainsFunc(f.Asset.IPv4, network.Masked().Contains) }, ""
}

// scoreRange reads {eq, neq, gt, gte, lt, lte}; eq goes with none of the last
// four. A finding without a score, which is 0 then, is not in any range.
func scoreRange(least, most float64, of func(finding) float64) exportFilter {
	return func(raw json.RawMessage) (func(finding) bool, string) {
		var limits struct {
			EQ  []float64 `json:"eq"`
			NEQ []float64 `json:"neq"`
			GT  *float64  `json:"gt"`
			GTE *float64  `json:"gte"`
			LT  *float64  `json:"lt"`
			LTE *float64  `json:"lte"`
		}
		if !decode(raw, &limits) {
			return nil, "must be an object of eq, neq, gt, gte, lt and lte"
		}
		bounds := map[string]*float64{"gt": limits.GT, "gte": limits.GTE, "lt": limits.LT, "lte": limits.LTE}
		all := slices.Concat(limits.EQ, limits.NEQ)
		for name, bound := range bounds {
			if bound != nil && limits.EQ != nil {
				return nil, fmt.Sprintf("contains a conflict between [eq, %s]", name)
			}
			if bound != nil {
				all = append(all, *bound)
			}
		}
		if slices.ContainsFunc(all, func(v float64) bool { return v < least || v > most }) {
			return nil, fmt.Sprintf("must be between %g and %g", least, most)
		}
		return func(f finding) bool {
			score := of(f)
			for name, bound := range bounds {
				if bound != nil && !filters.Compares(name, score, *bound) {
					return false
				}
			}
			return score > 0 && (limits.EQ == nil || slices.Contains(limits.EQ, score)) && !slices.Contains(limits.NEQ, score)
		}, ""
	}
}

// fixTime reads {gte, lte} in seconds, for findings that are fixed.
func fixTime(raw json.RawMessage) (func(finding) bool, string) {
	var limits struct {
		GTE *int64 `json:"gte"`
		LTE *int64 `json:"lte"`
	}
	if !decode(raw, &limits) {
		return nil, "must be an object of gte and lte"
	}
	return func(f finding) bool {
		took := int64(f.TimeToFix() / time.Second)
		return f.State == "FIXED" && (limits.GTE == nil || took >= *limits.GTE) && (limits.LTE == nil || took <= *limits.LTE)
	}, ""
}
