// Package names matches the names that people and platforms type to the plugin's keys.
// A name may be a display name or a key, in any case.
// For an unknown name it suggests the nearest known one.
package names

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"tenableio/internal/fault"
)

// Key turns a display name into its key: "Scan ID" becomes "scan_id".
// A key stays unchanged, so either spelling, in any case, gives the same key.
func Key(name string) string {
	return strings.Join(strings.Fields(strings.ToLower(name)), "_")
}

// Squash returns the key without separators: "Server URL" becomes "serverurl".
func Squash(name string) string {
	return strings.ReplaceAll(Key(name), "_", "")
}

// Nearest returns the known name closest to name by edit distance.
// If none is close enough, it returns the shortest known name that contains name, or "".
func Nearest(name string, known []string) string {
	key := Squash(Clip(name))
	length := utf8.RuneCountInString(key)
	best := ""
	bestDistance := 1 + max(2, length/3)
	for _, candidate := range known {
		d := distance(key, Squash(candidate))
		alike := d < min(length, len(Squash(candidate))) // otherwise the shorter name is replaced entirely
		if alike && d < bestDistance {
			best = candidate
			bestDistance = d
		}
	}
	if best != "" || length < 2 {
		return best
	}
	for _, candidate := range known {
		if strings.Contains(Squash(candidate), key) && (best == "" || len(candidate) < len(best)) {
			best = candidate
		}
	}
	return best
}

// Clip makes an unknown name safe to print in a message.
// It cuts the name at 64 bytes and replaces control characters with spaces.
func Clip(name string) string {
	const limit = 64
	cut := len(name) > limit
	if cut {
		name = strings.ToValidUTF8(name[:limit], "")
	}
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, name)
	if cut {
		name += "…"
	}
	return name
}

// Suggest returns the last sentence of a refusal: it names the nearest known name, or all of them.
func Suggest(name string, known []string) string {
	if nearest := Nearest(name, known); nearest != "" {
		return fmt.Sprintf("Did you mean %q?", nearest)
	}
	if len(known) == 0 {
		return "No name is valid here."
	}
	return "Valid names: " + strings.Join(slices.Sorted(slices.Values(known)), ", ") + "."
}

// distance returns the Levenshtein distance between a and b.
func distance(a, b string) int {
	ra := []rune(a)
	rb := []rune(b)
	row := make([]int, len(rb)+1)
	for j := range row {
		row[j] = j
	}
	for i, ca := range ra {
		diagonal := row[0]
		row[0] = i + 1
		for j, cb := range rb {
			cost := diagonal
			if ca != cb {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(rb)]
}

// Resolve replaces the name of every given member by its title, and drops blank members.
// The function titleOf finds the title for any spelling of a name; it returns "" for a known name to be ignored.
// An unknown name, or two names for one title, is a fault of status 400.
// The message names it, and says by kind what it should have been a name of.
func Resolve(
	kind string, given map[string]json.RawMessage, titles []string, titleOf func(string) (string, bool),
) (map[string]json.RawMessage, error) {
	resolved := make(map[string]json.RawMessage, len(given))
	spelling := make(map[string]string, len(given))
	for _, name := range slices.Sorted(maps.Keys(given)) {
		title, known := titleOf(name)
		switch first, twice := spelling[title]; {
		case !known:
			return nil, fault.New(http.StatusBadRequest, "Unknown %s %q. %s", kind, Clip(name), Suggest(name, titles))
		case title == "":
			continue
		case twice:
			return nil, fault.New(http.StatusBadRequest, "The parameter (%s) is given twice, as %q and as %q.",
				title, Clip(first), Clip(name))
		}
		spelling[title] = name
		if !isBlank(given[name]) {
			resolved[title] = given[name]
		}
	}
	return resolved, nil
}

// isBlank reports whether raw is what a form sends for an empty field: null, white space, or an empty list.
func isBlank(raw json.RawMessage) bool {
	raw = bytes.TrimSpace(raw)
	if string(raw) == "null" {
		return true
	}
	if inside, list := bytes.CutPrefix(raw, []byte("[")); list {
		return string(bytes.TrimSpace(inside)) == "]"
	}
	var text string
	return bytes.HasPrefix(raw, []byte(`"`)) && json.Unmarshal(raw, &text) == nil && strings.TrimSpace(text) == ""
}
