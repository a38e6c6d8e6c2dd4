package workbench

import (
	"time"

	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// vprRating is the VPR of a plugin, which Tenable works out once a day.
type vprRating struct {
	Score   web.Score  `json:"score"`
	Drivers vprDrivers `json:"drivers"`
	Updated string     `json:"updated"`
}

// vprDrivers are what the VPR follows from.
//
// https://developer.tenable.com/docs/vpr-drivers-tio
type vprDrivers struct {
	AgeOfVuln                dayRange  `json:"age_of_vuln"`
	ExploitCodeMaturity      string    `json:"exploit_code_maturity"`
	CVSS3ImpactScore         web.Score `json:"cvss3_impact_score"`
	CVSSImpactScorePredicted bool      `json:"cvss_impact_score_predicted"`
	ThreatIntensityLast28    string    `json:"threat_intensity_last28"`
	ThreatSourcesLast28      []string  `json:"threat_sources_last28"`
	ProductCoverage          string    `json:"product_coverage"`
	ThreatRecency            *dayRange `json:"threat_recency,omitempty"`
}

type dayRange struct {
	LowerBound int  `json:"lower_bound"`
	UpperBound *int `json:"upper_bound,omitempty"`
}

// vprOf is nil for a plugin without a VPR.
func vprOf(p *tenant.Plugin, now time.Time) *vprRating {
	v := p.VPR
	if v == nil {
		return nil
	}
	rating := &vprRating{
		Score: web.Score(v.Score), Updated: now.UTC().Truncate(24 * time.Hour).Format(time.RFC3339),
		Drivers: vprDrivers{
			AgeOfVuln:                dayRange{v.AgeLower, &v.AgeUpper},
			ExploitCodeMaturity:      v.Maturity,
			CVSS3ImpactScore:         web.Score(v.Impact),
			CVSSImpactScorePredicted: v.Predicted,
			ThreatIntensityLast28:    v.Intensity,
			ThreatSourcesLast28:      v.Sources,
			ProductCoverage:          v.Coverage,
		},
	}
	if v.RecentLower >= 0 {
		rating.Drivers.ThreatRecency = &dayRange{v.RecentLower, &v.RecentUpper}
	}
	return rating
}
