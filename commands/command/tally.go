package command

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tenableio/internal/wire"
	"tenableio/result"
)

// Tally counts plugins or findings by severity, for the caption of a table.
type Tally map[wire.Severity]int

// Add counts one more.
func (t Tally) Add(severity wire.Severity) { t[severity]++ }

// Count returns the number of things and that of each severity, the most severe first:
// "22 plugins: 1 critical, 21 info".
func (t Tally) Count(thing string) string {
	total := 0
	var parts []string
	for _, severity := range t.severities() {
		total += t[severity]
		parts = append(parts, fmt.Sprint(t[severity], " ", cmp.Or(severity.Word(), "of unknown severity")))
	}
	things := result.Counted(total, thing)
	if total == 0 {
		return things
	}
	return things + ": " + strings.Join(parts, ", ")
}

// Bars returns the number of things of each severity, the most severe first.
func (t Tally) Bars() []result.Bar {
	var bars []result.Bar
	for _, severity := range t.severities() {
		bars = append(bars, result.Bar{Label: string(cmp.Or(severity.Word(), "unknown")), Count: t[severity]})
	}
	return bars
}

// severities returns the severities, the highest first.
func (t Tally) severities() []wire.Severity {
	return slices.SortedFunc(maps.Keys(t), func(a, b wire.Severity) int {
		return cmp.Compare(Rank(b, wire.Float{}), Rank(a, wire.Float{}))
	})
}

// Known reports whether any severity is known.
func (t Tally) Known() bool {
	for severity := range t {
		if severity.Known {
			return true
		}
	}
	return false
}

// Rank orders rows: by severity first, then by score. Those of unknown severity come
// last.
func Rank(severity wire.Severity, score wire.Float) float64 {
	const aboveAnyScore = 100
	if !severity.Known {
		return score.Value - aboveAnyScore
	}
	return aboveAnyScore*float64(severity.Value) + score.Value
}
