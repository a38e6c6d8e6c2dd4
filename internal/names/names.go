// Package names matches the names that people and platforms type to the plugin's own.
// Case, spaces, hyphens and underscores never matter in a name.
// For an unknown name it suggests the known ones that may be meant.
package names

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tenableio/internal/fault"
)

// Squash returns what matters of a name: "Scan ID", "scan_id", "scanId" and "Scan-ID" all become "scanid".
func Squash(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// Match returns the known name of which name is another spelling.
func Match(name string, known []string) (string, bool) {
	squashed := Squash(name)
	i := slices.IndexFunc(known, func(k string) bool { return Squash(k) == squashed })
	if i < 0 {
		return "", false
	}
	return known[i], true
}

// Nearest returns the known name that differs from name by a typing error at most, or "".
func Nearest(name string, known []string) string {
	key := Squash(name)
	best := ""
	bestDistance := 3
	for _, candidate := range known {
		squashed := Squash(candidate)
		if difference := len(key) - len(squashed); difference > maxDifference || difference < -maxDifference {
			continue // measuring the distance would take long for nothing
		}
		if d := distance(key, squashed); d < bestDistance && isTypingError(d, key, squashed) {
			best = candidate
			bestDistance = d
		}
	}
	return best
}

// maxDifference is how many bytes a typing error may add or take away: two characters of four bytes.
const maxDifference = 8

// isTypingError reports whether a distance between two squashed names is that of a typing error.
// One letter may be wrong in known names of up to four letters, and two in longer ones.
// At least half of the shorter name must be left, or nothing of it is meant.
func isTypingError(distance int, name, known string) bool {
	allowed := 2
	if utf8.RuneCountInString(known) <= 4 {
		allowed = 1
	}
	shorter := min(utf8.RuneCountInString(name), utf8.RuneCountInString(known))
	return distance == 0 || distance <= allowed && 2*distance < shorter
}

// candidates returns the known names that may be meant by name: the nearest one, or else all that contain it.
// Of those that contain it, it prefers the ones of which it is the last word,
// and then the ones that begin or end with it.
func candidates(name string, known []string) []string {
	if nearest := Nearest(name, known); nearest != "" {
		return []string{nearest}
	}
	key := Squash(name)
	if utf8.RuneCountInString(key) < 2 {
		return nil
	}
	conditions := []func(candidate string) bool{
		func(c string) bool { return Squash(c[strings.LastIndexAny(c, " .")+1:]) == key },
		func(c string) bool { return strings.HasPrefix(Squash(c), key) },
		func(c string) bool { return strings.HasSuffix(Squash(c), key) },
		func(c string) bool { return strings.Contains(Squash(c), key) },
	}
	for _, meets := range conditions {
		found := slices.DeleteFunc(slices.Clone(known), func(c string) bool { return !meets(c) })
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// DidYouMean returns the question that suggests up to three known names, or "" if none may be meant.
func DidYouMean(name string, known []string) string {
	const most = 3
	found := candidates(name, known)
	if len(found) == 0 {
		return ""
	}
	var quoted []string
	for _, candidate := range found[:min(most, len(found))] {
		quoted = append(quoted, strconv.Quote(candidate))
	}
	return fmt.Sprintf("Did you mean %s?", strings.Join(quoted, " or "))
}

// Suggest returns the last sentence of a refusal: it names the known names that may be meant, or all of them.
func Suggest(name string, known []string) string {
	if question := DidYouMean(name, known); question != "" {
		return question
	}
	if len(known) == 0 {
		return "No name is valid here."
	}
	return "Valid names: " + strings.Join(slices.Sorted(slices.Values(known)), ", ") + "."
}

// distance counts the typing errors between a and b.
// An error is a missing letter, an extra letter, a wrong letter, or two neighbours that changed places.
func distance(a, b string) int {
	ra := []rune(a)
	rb := []rune(b)
	var before []int
	last := make([]int, len(rb)+1)
	for j := range last {
		last[j] = j
	}
	for i := range ra {
		row := make([]int, len(rb)+1)
		row[0] = i + 1
		for j := range rb {
			wrong := 1
			if ra[i] == rb[j] {
				wrong = 0
			}
			row[j+1] = min(last[j]+wrong, row[j]+1, last[j+1]+1)
			if i > 0 && j > 0 && ra[i] == rb[j-1] && ra[i-1] == rb[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before = last
		last = row
	}
	return last[len(rb)]
}

// Titles maps the names of something, as Squash makes them, to its title; "" stands for a name to be ignored.
type Titles map[string]string

// Add adds names of one title.
func (t Titles) Add(title string, names ...string) {
	for _, name := range names {
		t[Squash(name)] = title
	}
}

// Resolve replaces the name of every given member by its title, and drops blank members.
// An unknown name, or two names for one title, is a fault of status 400.
// The message names it, says by kind what it should have been a name of, and suggests valid names.
func (t Titles) Resolve(
	kind string, given map[string]json.RawMessage, valid []string,
) (map[string]json.RawMessage, error) {
	resolved := make(map[string]json.RawMessage, len(given))
	spelling := make(map[string]string, len(given))
	for _, name := range slices.Sorted(maps.Keys(given)) {
		title, known := t[Squash(name)]
		switch first, twice := spelling[title]; {
		case !known:
			return nil, fault.New(http.StatusBadRequest, "Unknown %s %q. %s", kind, fault.Quote(name), Suggest(name, valid))
		case title == "":
			continue
		case twice:
			return nil, fault.New(http.StatusBadRequest, "The parameter (%s) is given twice, as %q and as %q.",
				title, fault.Quote(first), fault.Quote(name))
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
