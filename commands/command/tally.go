package command

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tenableio/internal/wire"
	"tenableio/result"
)

// Tally counts plugins by severity, for the caption of a table.
type Tally map[wire.Severity]int

// Add counts one plugin.
func (t Tally) Add(severity wire.Severity) { t[severity]++ }

// String returns the number of plugins and that of each severity, the most severe
// first: "22 plugins: 1 critical, 21 info".
func (t Tally) String() string {
	total := 0
	var parts []string
	for _, severity := range slices.Backward(slices.Sorted(maps.Keys(t))) {
		total += t[severity]
		word := severity.Word()
		if severity < 0 || severity > wire.Critical { // no word is known for it
			word = "of severity " + word
		}
		parts = append(parts, fmt.Sprint(t[severity], " ", word))
	}
	plugins := result.Counted(total, "plugin")
	if total == 0 {
		return plugins
	}
	return plugins + ": " + strings.Join(parts, ", ")
}

// Bars returns the number of plugins of each severity, the most severe first.
func (t Tally) Bars() []result.Bar {
	var bars []result.Bar
	for _, severity := range slices.Backward(slices.Sorted(maps.Keys(t))) {
		bars = append(bars, result.Bar{Label: severity.Word(), Count: t[severity]})
	}
	return bars
}

// Rank orders rows: by severity first, then by score.
func Rank(severity wire.Severity, vpr *wire.Float) float64 {
	const aboveAnyScore = 100
	order := aboveAnyScore * float64(severity)
	if vpr != nil {
		order += float64(*vpr)
	}
	return order
}
