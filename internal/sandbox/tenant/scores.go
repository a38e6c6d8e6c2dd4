package tenant

import "math"

// CVSS is a score of one version of the standard; the base of what is not rated is 0.
// Vectors come without the prefix that names the version.
type CVSS struct {
	Base, Temporal float64
	Vector         string
	TemporalVector string
}

// VPR is Tenable's own rating; the score of what is not rated is 0. An upper bound of 0
// means that there is none.
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
	w := pick(d, catalogue().Weaknesses[p.Severity])
	stage := 0
	if p.ExploitAvailable {
		stage = 1 + d.below(3)
	}
	m := maturities[stage]
	p.CVSS2 = CVSS{w.Base2, tenth(math.Round, w.Base2*m.factor2*0.87), w.V2, "E:" + m.word2 + "/RL:OF/RC:C"}
	if !d.oneIn(10) { // old plugins were never rated anew
		p.CVSS3 = CVSS{w.Base3, tenth(math.Ceil, w.Base3*m.factor3*0.95), w.V3, "E:" + m.word3 + "/RL:O/RC:C"}
	}
	if w.V4 != "" && d.oneIn(2) {
		p.CVSS4 = CVSS{w.Base4, tenth(math.Round, w.Base4*m.factor3), w.V4, ""}
	}
	p.EPSS = math.Round(float64(1+d.below(1000))*float64(1+stage)*25) / 1000
	p.VPR = VPR{
		Score:       max(0.1, tenth(math.Round, w.Base3*(0.55+0.14*float64(stage))-float64(d.below(10))/10)),
		Impact:      w.Impact,
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
