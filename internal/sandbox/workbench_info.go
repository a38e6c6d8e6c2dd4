package sandbox

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenableio/internal/sandbox/tenant"
)

// vulnInfo answers GET /workbenches/vulnerabilities/{plugin_id}/info, and the
// same of one asset: the plugin, and when it found what. For a plugin that found
// nothing the answer is 200 with no body at all.
//
// https://developer.tenable.com/reference/workbenches-vulnerability-info
func (a *vulnAPI) vulnInfo(w http.ResponseWriter, r *http.Request) {
	found, ok := a.pluginFindings(w, r)
	if !ok {
		return
	}
	if len(found) == 0 {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(http.StatusOK)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"info": infoOf(found, a.config.Now())})
}

// pluginFindings gathers what the plugin of the path found. It has answered, and
// gives false, where the call is wrong.
func (a *vulnAPI) pluginFindings(w http.ResponseWriter, r *http.Request) ([]finding, bool) {
	id, err := strconv.Atoi(r.PathValue("plugin_id"))
	if err != nil {
		refuseParameter(w, "params", "plugin_id", "must be a number")
		return nil, false
	}
	asset, ok := a.namedAsset(w, r)
	if !ok {
		return nil, false
	}
	query, ok := a.readVulnQuery(w, r)
	if !ok || a.tenant.Plugin(id) == nil {
		return nil, ok
	}
	return slices.Collect(a.findings(asset, func(f finding) bool { return f.Plugin.ID == id && query.holds(f) })), true
}

// infoOf describes a plugin and its findings, of which there is one at least.
func infoOf(found []finding, now time.Time) object {
	p := found[0].Plugin
	first, last := found[0].FirstFound, found[0].LastFound
	var row vulnRow
	for _, f := range found {
		row.add(f, now)
		if f.FirstFound.Before(first) {
			first = f.FirstFound
		}
		if f.LastFound.After(last) {
			last = f.LastFound
		}
	}
	info := object{
		"count": row.Count, "vuln_count": row.Count, "recasted_count": row.Recasted, "accepted_count": row.Accepted,
		"description": p.Text, "synopsis": p.Synopsis, "solution": p.Solution,
		"discovery": object{"seen_first": iso(first), "seen_last": iso(last)},
		"severity":  row.MaxSeverity,
		"plugin_details": object{
			"family": p.Family, "modification_date": dayOrNull(p.Modified), "name": p.Name, "publication_date": dayOrNull(p.Published),
			"type": p.Type, "version": orNull(p.Version), "severity": p.Severity,
		},
		"reference_information":     references(p),
		"risk_information":          riskOf(p),
		"see_also":                  list(p.SeeAlso),
		"vulnerability_information": vulnerabilityOf(p),
	}
	if p.VPR != nil {
		info["vpr"] = object{"score": p.VPR.Score, "drivers": drivers(p.VPR), "updated": now.UTC().Truncate(24 * time.Hour).Format(time.RFC3339)}
	}
	return info
}

// referenceSites are where the references of a kind are found: what comes before
// the identifier and what after.
var referenceSites = map[string]struct{ url, ext string }{
	"bid":    {url: "http://www.securityfocus.com/bid/"},
	"cve":    {url: "http://web.nvd.nist.gov/view/vuln/detail?vulnId="},
	"cwe":    {url: "http://cwe.mitre.org/data/definitions/"},
	"cert":   {url: "http://www.kb.cert.org/vuls/id/"},
	"edb-id": {url: "http://www.exploit-db.com/exploits/"},
	"mskb":   {url: "http://support.microsoft.com/kb/"},
	"rhsa":   {url: "https://rhn.redhat.com/errata/RHSA-", ext: ".html"},
	"usn":    {url: "http://www.ubuntu.com/usn/usn-"},
}

// references groups the references by kind. Bugtraq's are numbers, the others
// texts.
func references(p *tenant.Plugin) []object {
	groups := []object{}
	add := func(name string, value any) {
		at := slices.IndexFunc(groups, func(g object) bool { return g["name"] == name })
		if at < 0 {
			at = len(groups)
			groups = append(groups, object{"name": name, "values": []any{}})
			if site, known := referenceSites[name]; known {
				groups[at]["url"] = site.url
			}
			if ext := referenceSites[name].ext; ext != "" {
				groups[at]["ext"] = ext
			}
		}
		groups[at]["values"] = append(groups[at]["values"].([]any), value)
	}
	for _, id := range p.BIDs {
		add("bid", id)
	}
	for _, id := range p.CVEs {
		add("cve", id)
	}
	for _, ref := range p.XRefs {
		add(strings.ToLower(ref.Type), ref.ID)
	}
	return groups
}

// riskOf writes the scores as texts, and null for a version without any.
func riskOf(p *tenant.Plugin) object {
	risk := object{"risk_factor": p.Risk(), "stig_severity": orNull(p.STIG)}
	for name, cvss := range map[string]*tenant.CVSS{"cvss": p.CVSS2, "cvss3": p.CVSS3} {
		for member, value := range map[string]func() string{
			"vector":          func() string { return cvss.Vector },
			"temporal_vector": func() string { return cvss.TemporalVector },
			"base_score":      func() string { return strconv.FormatFloat(cvss.Base, 'f', 1, 64) },
			"temporal_score":  func() string { return strconv.FormatFloat(cvss.Temporal, 'f', 1, 64) },
		} {
			risk[name+"_"+member] = nil
			if cvss != nil {
				risk[name+"_"+member] = value()
			}
		}
	}
	return risk
}

func vulnerabilityOf(p *tenant.Plugin) object {
	frameworks := []object{}
	if p.Core {
		frameworks = append(frameworks, object{"name": "Core Impact"})
	}
	for _, known := range []struct{ framework, exploit string }{
		{"Metasploit", p.Metasploit}, {"Canvas", p.Canvas}, {"D2 Elliot", p.Elliot}, {"ExploitHub", p.ExploitHub},
	} {
		if known.exploit != "" {
			frameworks = append(frameworks, object{"name": known.framework, "exploits": []object{{"name": known.exploit, "url": nil}}})
		}
	}
	return object{
		"vulnerability_publication_date": dayOrNull(p.VulnPublished), "patch_publication_date": dayOrNull(p.Patched),
		"exploit_available": p.ExploitAvailable, "exploitability_ease": orNull(p.Ease()), "exploit_frameworks": frameworks,
		"exploited_by_malware": p.ByMalware, "exploited_by_nessus": p.ByNessus, "in_the_news": p.InTheNews, "malware": p.Malware,
		"default_account": p.DefaultAccount, "unsupported_by_vendor": p.Unsupported, "asset_inventory": nil, "cpe": p.CPEs,
	}
}

// drivers are what the VPR follows from.
//
// https://developer.tenable.com/docs/vpr-drivers-tio
func drivers(v *tenant.VPR) object {
	d := object{
		"age_of_vuln":           object{"lower_bound": v.AgeLower, "upper_bound": v.AgeUpper},
		"exploit_code_maturity": v.Maturity, "cvss3_impact_score": v.Impact, "cvss_impact_score_predicted": v.Predicted,
		"threat_intensity_last28": v.Intensity, "threat_sources_last28": v.Sources, "product_coverage": v.Coverage,
	}
	if v.RecentLower >= 0 {
		d["threat_recency"] = object{"lower_bound": v.RecentLower, "upper_bound": v.RecentUpper}
	}
	return d
}
