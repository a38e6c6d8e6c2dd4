package exports

import "strings"

// metric is the name of a part of a vector, and what its letters stand for.
type metric struct {
	name  string
	words map[string]string
}

// vectorParts takes a vector such as AV:N/AC:L apart; nil for none.
func vectorParts(vector string, known map[string]metric) map[string]string {
	if vector == "" {
		return nil
	}
	parts := map[string]string{"raw": vector}
	for part := range strings.SplitSeq(vector, "/") {
		short, letter, _ := strings.Cut(part, ":")
		if m, there := known[short]; there {
			parts[m.name] = m.words[letter]
		}
	}
	return parts
}

// The parts of the vectors of each version of CVSS, in the words that exports
// use. What they leave out, such as the scope of version 3, is missing here.
//
// https://www.first.org/cvss

var access = map[string]string{"N": "Network", "A": "Adjacent", "L": "Local", "P": "Physical"}

var (
	complexity = map[string]string{"L": "Low", "M": "Medium", "H": "High"}
	impact     = map[string]string{"N": "None", "P": "Partial", "C": "Complete", "L": "Low", "H": "High"}
	maturity   = map[string]string{
		"U":   "Unproven",
		"POC": "Proof-of-concept",
		"P":   "Proof-of-concept",
		"F":   "Functional",
		"H":   "High",
	}
	remedy     = map[string]string{"OF": "Official Fix", "O": "Official Fix"}
	confidence = map[string]string{"C": "Confirmed"}
)

// metrics are the parts of versions 2 and 3; Au is of version 2 alone.
var metrics = map[string]metric{
	"AV": {"access_vector", access},
	"AC": {"access_complexity", complexity},
	"Au": {"authentication", map[string]string{"N": "None required", "S": "Single", "M": "Multiple"}},
	"C":  {"confidentiality_impact", impact},
	"I":  {"integrity_impact", impact},
	"A":  {"availability_impact", impact},
	"E":  {"exploitability", maturity},
	"RL": {"remediation_level", remedy},
	"RC": {"report_confidence", confidence},
}

var metrics4 = map[string]metric{
	"AV": {"attack_vector", access},
	"AC": {"attack_complexity", complexity},
	"AT": {"attack_requirements", map[string]string{"N": "None", "P": "Present"}},
	"PR": {"privileges_required", impact},
	"UI": {"user_interaction", map[string]string{"N": "None", "P": "Passive", "A": "Active"}},
	"VC": {"vulnerable_system_confidentiality", impact},
	"VI": {"vulnerable_system_integrity", impact},
	"VA": {"vulnerable_system_availability", impact},
	"SC": {"subsequent_system_confidentiality", impact},
	"SI": {"subsequent_system_integrity", impact},
	"SA": {"subsequent_system_availability", impact},
}
