package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"tenableio/internal/pattern"
)

// Fault makes matching requests go wrong. Exactly one of Status (or Body), Reset,
// Stall and Truncate is set.
type Fault struct {
	Method     string            `json:"method"`  // empty: any
	Path       string            `json:"path"`    // without a query; a segment "*" is any one segment; empty: any path
	Times      *int              `json:"times"`   // how often, at least 1; absent: every time
	Status     int               `json:"status"`  // 400 to 599; with a body 200 to 599
	Body       json.RawMessage   `json:"body"`    // in the place of the API's: JSON as it stands, or a text
	Headers    map[string]string `json:"headers"` // of a canned answer
	Reset      bool              `json:"reset"`   // the connection is reset before anything is done
	Stall      bool              `json:"stall"`   // nothing is done or answered until the client gives up
	Truncate   bool              `json:"truncate"`
	RetryAfter json.RawMessage   `json:"retry_after"` // seconds, or any text, as it stands in the header of Status
}

// ReadFaults reads a JSON list of faults and refuses what no fault can mean.
func ReadFaults(r io.Reader) ([]Fault, error) {
	var list []json.RawMessage
	decoder := json.NewDecoder(r)
	if err := decoder.Decode(&list); err != nil {
		return nil, fmt.Errorf("want a JSON list of faults: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("want one JSON list of faults and nothing after it")
	}
	faults := make([]Fault, len(list))
	for i, text := range list {
		strict := json.NewDecoder(bytes.NewReader(text))
		strict.DisallowUnknownFields()
		err := strict.Decode(&faults[i])
		if string(faults[i].Body) == "null" {
			faults[i].Body = nil
		}
		if string(faults[i].RetryAfter) == "null" {
			faults[i].RetryAfter = nil // as for the other members, null is none
		}
		if err == nil {
			err = faults[i].check()
		}
		if err != nil {
			return nil, fmt.Errorf("fault %d: %w", i+1, err)
		}
	}
	return faults, nil
}

func (f Fault) check() error {
	kinds := 0
	for _, set := range []bool{f.Status != 0 || f.Body != nil, f.Reset, f.Stall, f.Truncate} {
		if set {
			kinds++
		}
	}
	methods := []string{"", http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete}
	switch {
	case kinds != 1:
		return errors.New("want exactly one of status (or body), reset, stall and truncate")
	case f.Status != 0 && (f.Status < f.lowest() || f.Status > 599):
		return fmt.Errorf("status %d is not from %d to 599", f.Status, f.lowest())
	case !slices.Contains(methods, f.Method):
		return fmt.Errorf("method %q is none of GET, POST, PUT and DELETE", f.Method)
	case f.Path != "" && (!strings.HasPrefix(f.Path, "/") || strings.ContainsAny(f.Path, "?#")):
		return fmt.Errorf("path %q is not a path such as /scans/*/launch, without a query", f.Path)
	case f.Times != nil && *f.Times < 1:
		return fmt.Errorf("times is %d, want at least 1, or none for every time", *f.Times)
	case f.RetryAfter != nil && f.Status == 0:
		return errors.New("retry_after goes with status only")
	case f.RetryAfter != nil && bytes.ContainsAny(f.RetryAfter[:1], "{[tfn"):
		return fmt.Errorf("retry_after is %s, want seconds or a text", f.RetryAfter)
	case f.Headers != nil && f.Body == nil:
		return errors.New("headers go with body only")
	}
	for name, value := range f.Headers {
		if !headerName().MatchString(name) || strings.ContainsAny(value, "\r\n\x00") {
			return fmt.Errorf("headers has %q: %q, which is none", name, value)
		}
	}
	return nil
}

// lowest is the lowest status that makes sense: one that is no failure needs a body.
func (f Fault) lowest() int {
	if f.Body != nil {
		return http.StatusOK
	}
	return http.StatusBadRequest
}

var headerName = pattern.Lazy(`^[A-Za-z0-9-]+$`)

// matches says whether the fault is meant for the request.
func (f Fault) matches(method, path string) bool {
	if f.Method != "" && f.Method != method {
		return false
	}
	if f.Path == "" {
		return true
	}
	want := strings.Split(f.Path, "/")
	got := strings.Split(path, "/")
	return slices.EqualFunc(want, got, func(want, got string) bool { return want == "*" || want == got })
}

// neverThere says whether one of the faults answers every GET of the path with a 404.
func neverThere(faults []Fault, path string) bool {
	return slices.ContainsFunc(faults, func(f Fault) bool {
		return f.Status == http.StatusNotFound && f.Times == nil && f.matches(http.MethodGet, path)
	})
}

// faultPlan knows how often each fault was due.
type faultPlan struct {
	mu   sync.Mutex
	list []Fault
	past []int // by the place in the list
}

// next takes the first fault that is due for the request.
func (p *faultPlan) next(r *http.Request) (Fault, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, f := range p.list {
		over := f.Times != nil && p.past[i] == *f.Times
		if !over && f.matches(r.Method, r.URL.EscapedPath()) {
			p.past[i]++
			return f, true
		}
	}
	return Fault{}, false
}
