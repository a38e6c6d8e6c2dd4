package tenant

import "math"

// CVSS is a score of one version of the standard. Vectors come without the
// prefix that names the version.
type CVSS struct {
	Base, Temporal float64
	Vector         string
	TemporalVector string
}

// VPR is Tenable's own rating. An upper bound of 0 means that there is none.
//
// https://docs.tenable.com/vulnerability-management/Content/Explore/Findings/RiskMetrics.htm
type VPR struct {
	Score                    float64 // 0.1 to 10, one decimal
	Impact                   float64 // of CVSS 3
	Predicted                bool
	AgeLower, AgeUpper       int // days since publication
	Maturity                 string
	Intensity                string
	Sources                  []string
	Coverage                 string
	RecentLower, RecentUpper int // days since the last event; -1 without any
}

// weakness is a CVSS rating by each version for one kind of flaw, worked out by
// the formulas of https://www.first.org/cvss. Version 4 is not there for all.
type weakness struct {
	v3     string
	base3  float64
	impact float64
	v2     string
	base2  float64
	v4     string
	base4  float64
}

// weaknesses by severity, 1 (low) to 4 (critical) of version 3.
var weaknesses = map[int][]weakness{
	4: {
		{
			"AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, 5.9, "AV:N/AC:L/Au:N/C:C/I:C/A:C", 10,
			"AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3,
		},
		{"AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10, 6.0, "AV:N/AC:L/Au:N/C:C/I:C/A:C", 10, "", 0},
		{"AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N", 9.1, 5.2, "AV:N/AC:L/Au:N/C:C/I:C/A:N", 9.4, "", 0},
	},
	3: {
		{
			"AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 8.8, 5.9, "AV:N/AC:L/Au:S/C:C/I:C/A:C", 9,
			"AV:N/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 8.7,
		},
		{
			"AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", 7.5, 3.6, "AV:N/AC:L/Au:N/C:N/I:N/A:C", 7.8,
			"AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N", 8.7,
		},
		{
			"AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8, 5.9, "AV:L/AC:L/Au:N/C:C/I:C/A:C", 7.2,
			"AV:L/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 8.5,
		},
		{"AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H", 8.1, 5.9, "AV:N/AC:M/Au:N/C:P/I:P/A:P", 6.8, "", 0},
	},
	2: {
		{"AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1, 2.7, "AV:N/AC:M/Au:N/C:N/I:P/A:N", 4.3, "", 0},
		{
			"AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N", 5.3, 1.4, "AV:N/AC:L/Au:N/C:P/I:N/A:N", 5,
			"AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", 6.9,
		},
		{"AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N", 5.9, 3.6, "AV:N/AC:M/Au:N/C:P/I:N/A:N", 4.3, "", 0},
	},
	1: {
		{"AV:L/AC:L/PR:L/UI:N/S:U/C:L/I:N/A:N", 3.3, 1.4, "AV:L/AC:L/Au:N/C:P/I:N/A:N", 2.1, "", 0},
		{"AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N", 3.7, 1.4, "AV:N/AC:H/Au:N/C:P/I:N/A:N", 2.6, "", 0},
	},
}

// maturities are how far an exploit is, with the factors of CVSS 2 and 3 for it,
// for an official fix (0.87 and 0.95) and a confirmed report (1).
var maturities = []struct {
	word2, word3     string // of the vectors
	factor2, factor3 float64
	vpr              string
}{
	{"U", "U", 0.85, 0.91, "UNPROVEN"},
	{"POC", "P", 0.90, 0.94, "PROOF_OF_CONCEPT"},
	{"F", "F", 0.95, 0.97, "FUNCTIONAL"},
	{"H", "H", 1, 1, "HIGH"},
}

// addScores gives the plugin its scores. An exploit that is available is at least
// a proof of concept.
func (p *Plugin) addScores(d *dice, ageDays int) {
	w := pick(d, weaknesses[p.Severity])
	stage := 0
	if p.ExploitAvailable {
		stage = 1 + d.below(3)
	}
	m := maturities[stage]
	p.CVSS2 = &CVSS{w.base2, tenth(math.Round, w.base2*m.factor2*0.87), w.v2, "E:" + m.word2 + "/RL:OF/RC:C"}
	if !d.oneIn(10) { // old plugins were never rated anew
		p.CVSS3 = &CVSS{w.base3, tenth(math.Ceil, w.base3*m.factor3*0.95), w.v3, "E:" + m.word3 + "/RL:O/RC:C"}
	}
	if w.v4 != "" && d.oneIn(2) {
		p.CVSS4 = &CVSS{w.base4, tenth(math.Round, w.base4*m.factor3), w.v4, ""}
	}
	p.EPSS = math.Round(float64(1+d.below(1000))*float64(1+stage)*25) / 1000
	p.VPR = &VPR{
		Score:       max(0.1, tenth(math.Round, w.base3*(0.55+0.14*float64(stage))-float64(d.below(10))/10)),
		Impact:      w.impact,
		Predicted:   d.oneIn(4),
		Maturity:    m.vpr,
		Intensity:   []string{"VERY_LOW", "LOW", "MEDIUM", "HIGH"}[stage],
		Coverage:    pick(d, []string{"LOW", "MEDIUM", "HIGH", "VERY_HIGH"}),
		Sources:     []string{"No recorded events"},
		RecentLower: -1,
	}
	if d.oneIn(2) {
		p.VPR.RecentLower = 121
		p.VPR.RecentUpper = 365 // an event before the 28 days
	}
	if stage > 0 {
		p.VPR.Sources = []string{"Security Research", "Others"}[:1+d.below(2)]
		p.VPR.RecentLower = 0
		p.VPR.RecentUpper = 7
	}
	for _, bounds := range [][2]int{{0, 7}, {8, 30}, {31, 60}, {61, 180}, {181, 365}, {366, 730}, {731, 0}} {
		if ageDays >= bounds[0] {
			p.VPR.AgeLower = bounds[0]
			p.VPR.AgeUpper = bounds[1]
		}
	}
}

// tenth rounds to one decimal.
func tenth(round func(float64) float64, v float64) float64 {
	return round(math.Round(v*1e5)/1e4) / 10
}

// VPRScore is the plugin's VPR, if it has one.
func (p *Plugin) VPRScore() (score float64, has bool) {
	if p.VPR == nil {
		return 0, false
	}
	return p.VPR.Score, true
}

// OnKEV says whether CISA lists a flaw of the plugin as exploited.
func (p *Plugin) OnKEV() bool { return p.ByMalware }
