package connection

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"tenableio/internal/fault"
)

func TestRequestOnTheWire(t *testing.T) {
	var got *http.Request
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		fmt.Fprint(w, `{}`)
	})
	c, _ := newClient(t, s.URL+"/gateway")
	_, err := c.Get(t.Context(), Call{
		Path:   "/scans/{scan_id}/export/{file_id}",
		Params: map[string]string{"scan_id": "../a b?c#d;e%2e", "file_id": "{scan_id}"},
		Query:  url.Values{"f": {"name:eq:a&b=c", "ip:eq:192.0.2.1"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := "/gateway/scans/..%2Fa%20b%3Fc%23d%3Be%252e/export/%7Bscan_id%7D?f=name%3Aeq%3Aa%26b%3Dc&f=ip%3Aeq%3A192.0.2.1"; got.RequestURI != want {
		t.Errorf("request URI\n got %s\nwant %s", got.RequestURI, want)
	}
	if key := got.Header.Get("X-ApiKeys"); key != "accessKey=access-canary;secretKey=secret-canary" {
		t.Errorf("X-ApiKeys %q", key)
	}
	for _, name := range []string{"Cookie", "Authorization", "Idempotency-Key", "X-Idempotency-Key"} {
		if value := got.Header.Get(name); value != "" {
			t.Errorf("header %s is %q, want none", name, value)
		}
	}
	for _, value := range []string{"..", ".", ""} {
		if _, err := c.Get(t.Context(), Call{Path: "/scans/{scan_id}/launch", Params: map[string]string{"scan_id": value}}); fault.From(err) == nil || fault.From(err).Status != 400 {
			t.Errorf("path parameter %q: %v, want 400", value, err)
		}
	}
	if _, err := c.Get(t.Context(), Call{Path: "/x", Query: url.Values{"f": {strings.Repeat("a", 9000)}}}); fault.From(err).Status != 400 {
		t.Errorf("a URL of 9 kB: %v, want 400", err)
	}
	if n := s.requests.Load(); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// TestNothingIsRemembered: no cookie and no credential of an answer goes out with the
// next request.
func TestNothingIsRemembered(t *testing.T) {
	var sent []http.Header
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		sent = append(sent, r.Header)
		w.Header().Set("Set-Cookie", "session=1; Path=/")
		w.Header().Set("WWW-Authenticate", "Basic realm=x")
		fmt.Fprint(w, `{}`)
	})
	c, _ := newClient(t, s.URL)
	for range 2 {
		if _, err := c.Get(t.Context(), Call{Path: "/x"}); err != nil {
			t.Fatal(err)
		}
	}
	if !reflect.DeepEqual(sent[0], sent[1]) {
		t.Errorf("the second request differs from the first:\n%v\n%v", sent[1], sent[0])
	}
}
