package sandbox

import (
	"fmt"
	"slices"
	"strings"

	"tenableio/internal/sandbox/exports"
)

// SetDuplicateExports says how an equal export is refused while one runs.
func (c *Config) SetDuplicateExports(word string) error {
	c.DuplicateExports = exports.Duplicates(word)
	return choose(c.DuplicateExports, exports.DuplicateForms)
}

// SetExportOutcome says how exports of vulnerabilities end.
func (c *Config) SetExportOutcome(word string) error {
	c.ExportOutcome = exports.Outcome(word)
	return choose(c.ExportOutcome, exports.Outcomes)
}

// choose refuses a word that is not known.
func choose[T ~string](word T, known []T) error {
	if slices.Contains(known, word) {
		return nil
	}
	words := make([]string, len(known))
	for i, one := range known {
		words[i] = string(one)
	}
	return fmt.Errorf("want one of %s", strings.Join(words, ", "))
}
