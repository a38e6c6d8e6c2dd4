package workbench

import (
	"time"

	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// vprOf is the VPR of a plugin, which Tenable works out once a day, and what it follows from.
//
// https://developer.tenable.com/docs/vpr-drivers-tio
func vprOf(v tenant.VPR, now time.Time) web.Members {
	drivers := web.Members{
		{"age_of_vuln", dayRange(v.AgeLower, v.AgeUpper)},
		{"exploit_code_maturity", v.Maturity},
		{"cvss3_impact_score", web.Score(v.Impact)},
		{"cvss_impact_score_predicted", v.Predicted},
		{"threat_intensity_last28", v.Intensity},
		{"threat_sources_last28", v.Sources},
		{"product_coverage", v.Coverage},
	}
	if v.RecentLower >= 0 {
		drivers = drivers.With("threat_recency", dayRange(v.RecentLower, v.RecentUpper))
	}
	return web.Members{
		{"score", web.Score(v.Score)},
		{"drivers", drivers},
		{"updated", now.UTC().Truncate(24 * time.Hour).Format(time.RFC3339)},
	}
}

func dayRange(lower, upper int) web.Object {
	return web.Object{"lower_bound": lower, "upper_bound": upper}
}
