package sandbox

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
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
// nil when there is none. The first that fits is taken.
func (s *Server) find(r *http.Request) *Endpoint {
	segments := strings.Split(r.URL.EscapedPath(), "/")
	for i := range segments {
		plain, err := url.PathUnescape(segments[i])
		if err != nil {
			return nil
		}
		segments[i] = plain
	}
	for i, endpoint := range s.table {
		names := strings.Split(endpoint.Path, "/")
		if endpoint.Method != r.Method || !slices.EqualFunc(names, segments, fits) {
			continue
		}
		for at, name := range names {
			if strings.HasPrefix(name, "{") {
				r.SetPathValue(strings.Trim(name, "{}"), segments[at])
			}
		}
		return &s.table[i]
	}
	return nil
}

// fits compares a segment of a path with a name or a parameter.
func fits(name, segment string) bool {
	if form := segmentForms[name]; form != nil {
		return form().MatchString(segment)
	}
	return name == segment || strings.HasPrefix(name, "{") && segment != ""
}
