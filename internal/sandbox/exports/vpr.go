package exports

import (
	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// vprOf is the VPR of a plugin by the second version of Tenable's model, which
// exports have under the name of the first one since 2026-07-01. The workbenches
// still tell what the first one was made from. It is empty for a plugin without a VPR.
//
// https://developer.tenable.com/changelog/vulnerability-priority-rating-transition-to-version-2
func vprOf(p *tenant.Plugin) web.Members {
	v := p.VPR
	if v.Score == 0 {
		return nil
	}
	news := tenant.VPR{Intensity: "VERY_LOW", RecentLower: -1}
	malware := news
	if p.InTheNews {
		news = v
	}
	if p.ByMalware {
		malware = v
	}
	return web.Members{
		{"score", v.Score},
		{"vpr_percentile", min(v.Score*10, 99.9)},
		{"vpr_severity", vprSeverity(v.Score)},
		{"exploit_probability", p.EPSS / 100}, // 0 to 1
		{"cve_id", firstOf(p.CVEs)},
		{"exploit_code_maturity", v.Maturity},
		{"on_cisa_kev", p.ByMalware}, // taken for the list of CISA
		{"in_the_news_intensity_last30", news.Intensity},
		{"in_the_news_recency", recency(news.RecentLower)},
		{"malware_observations_intensity_last30", malware.Intensity},
		{"malware_observations_recency", recency(malware.RecentLower)},
	}.Filled()
}

// vprSeverity is the word for a score.
func vprSeverity(score float64) string {
	switch {
	case score >= 9:
		return "CRITICAL"
	case score >= 7:
		return "HIGH"
	case score >= 4:
		return "MEDIUM"
	}
	return "LOW"
}

// recency is the range that a number of days is in; -1 is no event. The events of the tenant
// are of the last week or of before the last month.
func recency(days int) string {
	switch {
	case days < 0:
		return "NO_RECORDED_EVENTS"
	case days < 7:
		return "0_7_DAYS"
	}
	return "60_180_DAYS"
}
