package exports

import "tenableio/internal/sandbox/tenant"

// vprRating is the VPR of a plugin by the second version of Tenable's model, which
// exports have under the name of the first one since 2026-07-01. The workbenches
// still tell what the first one was made from.
//
// https://developer.tenable.com/changelog/vulnerability-priority-rating-transition-to-version-2
type vprRating struct {
	Score            float64 `json:"score"`
	Percentile       float64 `json:"vpr_percentile"`
	Severity         string  `json:"vpr_severity"`
	Probability      float64 `json:"exploit_probability"` // 0 to 1
	CVE              string  `json:"cve_id,omitempty"`
	Maturity         string  `json:"exploit_code_maturity"`
	OnKEV            bool    `json:"on_cisa_kev"`
	NewsIntensity    string  `json:"in_the_news_intensity_last30"`
	NewsRecency      string  `json:"in_the_news_recency"`
	MalwareIntensity string  `json:"malware_observations_intensity_last30"`
	MalwareRecency   string  `json:"malware_observations_recency"`
}

// vprOf is nil for a plugin without a VPR.
func vprOf(p *tenant.Plugin) *vprRating {
	v := p.VPR
	if v == nil {
		return nil
	}
	rating := &vprRating{
		Score:            v.Score,
		Percentile:       min(v.Score*10, 99.9),
		Severity:         vprSeverity(v.Score),
		Probability:      p.EPSS / 100,
		Maturity:         v.Maturity,
		OnKEV:            p.ByMalware, // taken for the list of CISA
		NewsIntensity:    "VERY_LOW",
		NewsRecency:      unseen,
		MalwareIntensity: "VERY_LOW",
		MalwareRecency:   unseen,
	}
	if len(p.CVEs) > 0 {
		rating.CVE = p.CVEs[0]
	}
	if p.InTheNews {
		rating.NewsIntensity = v.Intensity
		rating.NewsRecency = recency(v.RecentLower)
	}
	if p.ByMalware {
		rating.MalwareIntensity = v.Intensity
		rating.MalwareRecency = recency(v.RecentLower)
	}
	return rating
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

const unseen = "NO_RECORDED_EVENTS"

// recency is the range that a number of days is in; -1 is no event.
func recency(days int) string {
	switch {
	case days < 0 || days > 180:
		return unseen
	case days < 7:
		return "0_7_DAYS"
	case days < 14:
		return "7_14_DAYS"
	case days < 30:
		return "14_30_DAYS"
	case days < 60:
		return "30_60_DAYS"
	}
	return "60_180_DAYS"
}
