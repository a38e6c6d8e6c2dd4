// Package names matches the names that people and platforms type (display
// names, keys, any case) to the keys of the plugin, and finds the nearest
// known name for one that is not.
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

// Key turns a display name into its key: "Scan ID" becomes "scan_id". A key
// stays as it is, so either spelling, in any case, ends in the same key.
func Key(name string) string {
	return strings.Join(strings.Fields(strings.ToLower(name)), "_")
}

// Squash is Key without separators: "Server URL" becomes "serverurl".
func Squash(name string) string {
	return strings.ReplaceAll(Key(name), "_", "")
}

// Nearest returns the known name closest to name by edit distance, else the
// shortest that contains it, or "" when none is near enough to be what was meant.
func Nearest(name string, known []string) string {
	key := Squash(Clip(name))
	length := utf8.RuneCountInString(key)
	best, bestDistance := "", 1+max(2, length/3)
	for _, candidate := range known {
		d := distance(key, Squash(candidate))
		alike := d < min(length, len(Squash(candidate))) // or nothing is left of the shorter one
		if alike && d < bestDistance {
			best, bestDistance = candidate, d
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

// Clip makes an unknown name safe to print in a message: 64 bytes at most,
// control characters replaced.
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

// Suggest is the end of a refusal: the nearest known name, or all of them.
func Suggest(name string, known []string) string {
	if nearest := Nearest(name, known); nearest != "" {
		return fmt.Sprintf("Did you mean %q?", nearest)
	}
	if len(known) == 0 {
		return "No name is valid here."
	}
	return "Valid names: " + strings.Join(slices.Sorted(slices.Values(known)), ", ") + "."
}

// distance is the Levenshtein distance between a and b.
func distance(a, b string) int {
	ra, rb := []rune(a), []rune(b)
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

// Resolve gives every given member its title, and leaves out the blank ones.
// titleOf knows both spellings of a name; a title of "" marks a name that is known
// and left out. An unknown name, or two names of the same thing, is a fault of
// status 400 that names it; kind says in the message what the names are of.
func Resolve(kind string, given map[string]json.RawMessage, titles []string, titleOf func(string) (string, bool)) (map[string]json.RawMessage, error) {
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
			return nil, fault.New(http.StatusBadRequest, "The parameter (%s) is given twice, as %q and as %q.", title, Clip(first), Clip(name))
		}
		spelling[title] = name
		if !isBlank(given[name]) {
			resolved[title] = given[name]
		}
	}
	return resolved, nil
}

// isBlank tells what a form sends for a field that was left empty: null, a text of
// white space, or an empty list.
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
