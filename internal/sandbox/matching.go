package sandbox

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"tenableio/internal/pattern"
)

// segmentForms are the forms of parameters that stand where other endpoints have a name:
// /scans/count is no scan.
var segmentForms = map[string]func() *regexp.Regexp{
	"{scan}":  pattern.Lazy(`^([0-9]+|(template-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12,})$`),
	"{agent}": pattern.Lazy(`^([0-9]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$`),
}

// withCleanPath takes doubled slashes as one and leaves out those at the end, as
// the cloud does: shipped clients rely on it.
func withCleanPath(r *http.Request) *http.Request {
	path := "/" + strings.Join(strings.FieldsFunc(r.URL.EscapedPath(), func(c rune) bool { return c == '/' }), "/")
	if path == r.URL.EscapedPath() {
		return r
	}
	clean := r.WithContext(r.Context())
	clean.URL = &url.URL{Path: path, RawQuery: r.URL.RawQuery}
	if plain, err := url.PathUnescape(path); err == nil {
		clean.URL.Path, clean.URL.RawPath = plain, path
	}
	return clean
}

// find gives the endpoint of a request, which then knows the values in its path;
// nil when there is none. A name goes before a parameter.
func (s *Server) find(r *http.Request) *Endpoint {
	segments := strings.Split(r.URL.EscapedPath(), "/")
	for i := range segments {
		plain, err := url.PathUnescape(segments[i])
		if err != nil {
			return nil
		}
		segments[i] = plain
	}
	var found *Endpoint
	for i := range s.table {
		endpoint := &s.table[i]
		fits := endpoint.Method == r.Method && endpoint.fits(segments)
		if fits && (found == nil || strings.Count(endpoint.Path, "{") < strings.Count(found.Path, "{")) {
			found = endpoint
		}
	}
	if found != nil {
		found.setValues(r, segments)
	}
	return found
}

// fits compares the path with segments.
func (e *Endpoint) fits(segments []string) bool {
	names := strings.Split(e.Path, "/")
	if len(names) != len(segments) {
		return false
	}
	for i, name := range names {
		form := segmentForms[name]
		switch {
		case form != nil && !form().MatchString(segments[i]):
			return false
		case strings.HasPrefix(name, "{") && segments[i] == "":
			return false
		case !strings.HasPrefix(name, "{") && name != segments[i]:
			return false
		}
	}
	return true
}

func (e *Endpoint) setValues(r *http.Request, segments []string) {
	for i, name := range strings.Split(e.Path, "/") {
		if strings.HasPrefix(name, "{") {
			r.SetPathValue(strings.Trim(name, "{}"), segments[i])
		}
	}
}
