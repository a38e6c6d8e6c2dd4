package connection

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"unicode"
)

// maxErrorBody is how much of an error answer is read, in bytes.
const maxErrorBody = 64 << 10

// message is the API's own words from an error answer, whatever its form: JSON
// in any of Tenable's shapes, the HTML page of a gateway, plain text, or none.
//
// https://developer.tenable.com/docs/error-messages
func message(status int, contentType string, body []byte) string {
	text := strings.TrimSpace(string(body))
	fallback := cmp.Or(http.StatusText(status), fmt.Sprintf("HTTP status %d", status))
	if text == "" {
		return fallback + " (empty response)"
	}
	var value any
	if json.Unmarshal([]byte(text), &value) == nil {
		return cmp.Or(findText(value, fallback, 0), fallback)
	}
	if isPage(contentType, text) {
		return pageTitle(text, fallback) + " (HTML page from a gateway or proxy)"
	}
	line, _, _ := strings.Cut(text, "\n")
	if line = strings.TrimSpace(line); !legible(line) {
		return fallback + " (unreadable response)"
	}
	return line
}

// legible tells text, perhaps with a letter in another encoding, from compressed bytes,
// UTF-16 and what is no text at all.
func legible(line string) bool {
	control := func(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) }
	binary := strings.ContainsRune(line, unicode.ReplacementChar) && strings.ContainsFunc(line, control)
	return !binary && strings.ContainsFunc(line, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// isPage tells an HTML page from an answer of the API, which sends a page only with
// its 429.
func isPage(contentType, text string) bool {
	return strings.HasPrefix(text, "<") || strings.HasPrefix(contentType, "text/html")
}

// textMembers are the members that hold the text of an error, the most specific first.
var textMembers = []string{
	"message", "error", "info", "failure_reason", "errors", "reason", "error_msg", "detail", "title",
}

// findText finds the text in a decoded error body. A member that only repeats the
// status text gives way to one that says more.
func findText(value any, generic string, depth int) string {
	const maxDepth = 5
	if depth > maxDepth {
		return ""
	}
	switch v := value.(type) {
	case string:
		var inner map[string]any // {"error": "{\"error\": \"…\"}"} was recorded
		if strings.HasPrefix(strings.TrimSpace(v), "{") && json.Unmarshal([]byte(v), &inner) == nil {
			return findText(inner, generic, depth+1)
		}
		return strings.TrimSpace(v)
	case []any:
		if len(v) > 0 {
			return findText(v[0], generic, depth+1)
		}
	case map[string]any:
		if text := joinTemplate(v["strings"], v["values"]); text != "" {
			return text
		}
		var first string
		for _, name := range textMembers {
			found := findText(v[name], generic, depth+1)
			if found == "" {
				continue
			}
			if !strings.EqualFold(found, generic) {
				return found
			}
			first = cmp.Or(first, found)
		}
		return first
	}
	return ""
}

// pageTitle is the title of an HTML page, else its first heading.
func pageTitle(page, fallback string) string {
	tags := regexp.MustCompile(`<[^>]*>`)
	for _, element := range []string{`(?is)<title[^>]*>(.*?)</title>`, `(?is)<h1[^>]*>(.*?)</h1>`} {
		if m := regexp.MustCompile(element).FindStringSubmatch(page); m != nil {
			if text := strings.TrimSpace(html.UnescapeString(tags.ReplaceAllString(m[1], " "))); text != "" {
				return text
			}
		}
	}
	return fallback
}

// joinTemplate joins a text that comes in pieces: the constant ones, and the values that
// stand between them. It is "" where there are none.
func joinTemplate(constant, between any) string {
	pieces, _ := constant.([]any)
	values, _ := between.([]any)
	var text strings.Builder
	for i, piece := range pieces {
		part, ok := piece.(string)
		if !ok {
			return ""
		}
		text.WriteString(part)
		if i < len(values) && values[i] != nil {
			fmt.Fprint(&text, values[i])
		}
	}
	return strings.TrimSpace(text.String())
}
