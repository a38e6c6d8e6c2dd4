package wire

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// severityWords lists Tenable's severities by their number.
var severityWords = []string{"info", "low", "medium", "high", "critical"}

// Severity is a severity as a number, from 0 (info) to 4 (critical).
// Records print it twice, as a word and as the number.
type Severity int

// Critical is the highest severity.
const Critical Severity = 4

// Word returns Tenable's word for the severity, in lower case.
func (s Severity) Word() string {
	if s < 0 || int(s) >= len(severityWords) {
		return strconv.Itoa(int(s))
	}
	return severityWords[s]
}

// UnmarshalJSON reads the number or the word, in any case; null reads as 0.
func (s *Severity) UnmarshalJSON(data []byte) error {
	var word string
	if data[0] == '"' && json.Unmarshal(data, &word) == nil {
		if i := slices.Index(severityWords, strings.ToLower(word)); i >= 0 {
			*s = Severity(i)
			return nil
		}
	}
	var n Int
	if err := n.UnmarshalJSON(data); err != nil {
		return err
	}
	*s = Severity(n)
	return nil
}
