package sandbox_test

import (
	"crypto/tls"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tenableio/internal/sandbox"
	"tenableio/internal/sandbox/sandboxtest"
	"tenableio/internal/sandbox/web"
)

// TestWhatIsNotServedIsSaid: 404 with the sandbox's own words, never a sibling's
// "Scan not found" and never 405, whoever asks.
func TestWhatIsNotServedIsSaid(t *testing.T) {
	var told []sandbox.ServedRequest
	w := sandboxtest.New(t, func(c *sandbox.Config) {
		c.Served = func(r sandbox.ServedRequest) { told = append(told, r) }
	})
	for _, call := range []string{
		"GET /", "GET /nowhere", "GET /scans/count", "GET /scans/21/hosts/2", "GET /scans/remediation", "GET /scans/../session", "GET /scans/./21",
		"DELETE /scans/21", "PUT /scans/21", "PATCH /scans/21", "HEAD /scans", "OPTIONS /scans", "DELETE /scans/timezones", "POST /scans",
		"GET /scanners", "GET /scanners/null/agents/config", "POST /scanners/null/agents/_bulk/unlink", "GET /assets", "POST /assets/export",
		"GET /workbenches/export", "GET /users", "GET /%2e%2e/session", "GET /scans/2%201",
	} {
		for _, permissions := range []int{web.Administrator, web.Basic} {
			method, path, _ := strings.Cut(call, " ")
			told = nil
			answer := w.Call(permissions, method, path, "")
			var body struct {
				StatusCode            int
				Message, Method, Path string
			}
			if err := json.Unmarshal([]byte(sandboxtest.Text(t, answer)), &body); err != nil {
				t.Fatalf("%s: %v", call, err)
			}
			if answer.StatusCode != 404 || body.StatusCode != 404 || answer.Header.Get("X-Tenableio-Sandbox") != "not-served" {
				t.Errorf("%s: %s %v", call, answer.Status, answer.Header)
			}
			if body.Method != method || body.Path != path || !strings.Contains(body.Message, "sandbox does not serve "+call) {
				t.Errorf("%s: %+v", call, body)
			}
			if len(told) != 1 || !told[0].Unserved {
				t.Errorf("%s: told as %+v", call, told)
			}
		}
	}
}

// TestSlashesAreTakenAsTheCloudTakesThem: two shipped clients double them, or end
// paths with them.
func TestSlashesAreTakenAsTheCloudTakesThem(t *testing.T) {
	w := sandboxtest.New(t, nil)
	asset := "workbenches/assets/" + w.Asset(0).UUID + "/vulnerabilities"
	for _, path := range []string{
		"/scans/", "//scans", "//scans//", "/scans/21/", "//scans/21///latest-status/", "/" + asset + "/", "//" + asset + "?date_range=30",
		"/scans/?folder_id=18", "/scans/timezones/",
	} {
		if answer := w.Call(web.Administrator, "GET", path, ""); answer.StatusCode != 200 || answer.Header.Get("Location") != "" {
			t.Errorf("%s: %s %s", path, answer.Status, sandboxtest.Text(t, answer))
		}
	}
	if answer := w.Call(web.Administrator, "POST", "//scans/21/launch/", "{}"); answer.StatusCode != 200 {
		t.Errorf("launch: %s", answer.Status)
	}
}

// TestFaultsMatchCleanPaths: a fault is for the endpoint, however it is written.
func TestFaultsMatchCleanPaths(t *testing.T) {
	w := sandboxtest.New(t, func(c *sandbox.Config) { c.Faults = []sandbox.Fault{{Path: "/scans", Status: 503}} })
	if answer := w.Call(web.Administrator, "GET", "//scans/", ""); answer.StatusCode != 503 {
		t.Errorf("status %d", answer.StatusCode)
	}
}

// TestForeignHostsAndOriginsAreRefused: a page on the web must not reach the
// sandbox by a name that it made lead here.
func TestForeignHostsAndOriginsAreRefused(t *testing.T) {
	w := sandboxtest.New(t, nil)
	for _, test := range []struct {
		host, origin string
		overTLS      bool
		want         int
	}{
		{"127.0.0.1:8834", "", false, 200},
		{"localhost:8834", "", false, 200},
		{"LOCALHOST", "", false, 200},
		{"[::1]:8834", "", false, 200},
		{"127.9.9.9", "", true, 200},
		{"evil.example.com:8834", "", false, 421},
		{"evil.example.com", "", true, 421},
		{"localhost.example.com:8834", "", false, 421},
		{"127.0.0.1.example.com:8834", "", true, 421},
		{"192.0.2.1:8834", "", false, 421},
		{"cloud.tenable.com", "", false, 421},
		{"", "", false, 421},
		{"localhost:8834", "http://localhost:8834", false, 200},
		{"localhost:8834", "https://localhost:8834", true, 200},
		{"localhost:8834", "http://localhost:3000", false, 403},
		{"localhost:8834", "http://localhost:8834", true, 403},
		{"localhost:8834", "https://evil.example.com", true, 403},
		{"localhost:8834", "http://evil.example.com", false, 403},
		{"127.0.0.1:8834", "null", false, 403},
	} {
		r := httptest.NewRequest("GET", "/session", nil)
		r.Host = test.host
		r.Header.Set("X-ApiKeys", w.As(web.Administrator))
		if test.origin != "" {
			r.Header.Set("Origin", test.origin)
		}
		if test.overTLS {
			r.TLS = new(tls.ConnectionState)
		}
		recorder := httptest.NewRecorder()
		w.ServeHTTP(recorder, r)
		own := recorder.Header().Get("X-Tenableio-Sandbox") == "refused"
		if recorder.Code != test.want || own == (test.want == 200) {
			t.Errorf("Host %q, Origin %q: %d %s", test.host, test.origin, recorder.Code, recorder.Body)
		}
	}
}

// TestNobodyIsImpersonated: to ignore the header would answer as the caller.
func TestNobodyIsImpersonated(t *testing.T) {
	w := sandboxtest.New(t, nil)
	r := httptest.NewRequest("GET", "/scans", nil)
	r.Host = sandboxtest.Host
	r.Header.Set("X-ApiKeys", w.As(web.Administrator))
	r.Header.Set("X-Impersonate", "username=basic@example.com")
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, r)
	if recorder.Code != http.StatusBadRequest || !strings.Contains(recorder.Body.String(), "impersonates nobody") {
		t.Errorf("%d %s", recorder.Code, recorder.Body)
	}
}

// TestOtherBodiesThanJSONAreRefused: no body needs no type, and one without a type is
// taken for JSON.
func TestOtherBodiesThanJSONAreRefused(t *testing.T) {
	for _, test := range []struct {
		body, kind string
		want       int
	}{
		{`{}`, "application/json", 200},
		{`{}`, "application/json; charset=utf-8", 200},
		{`{}`, "", 200},
		{``, "", 200},
		{``, "application/x-www-form-urlencoded", 200},
		{`{}`, "application/x-www-form-urlencoded", 415},
		{`{}`, "text/plain", 415},
		{`alt_targets=1`, "multipart/form-data; boundary=x", 415},
		{`{}`, "json", 415},
	} {
		w := sandboxtest.New(t, nil)
		r := httptest.NewRequest("POST", "/scans/21/launch", strings.NewReader(test.body))
		r.Host = sandboxtest.Host
		r.Header.Set("X-ApiKeys", w.As(web.Administrator))
		if test.kind != "" {
			r.Header.Set("Content-Type", test.kind)
		}
		recorder := httptest.NewRecorder()
		w.ServeHTTP(recorder, r)
		if recorder.Code != test.want {
			t.Errorf("%q as %q: %d %s", test.body, test.kind, recorder.Code, recorder.Body)
		}
	}
}

// TestCacheControlIsAsRecorded.
func TestCacheControlIsAsRecorded(t *testing.T) {
	w := sandboxtest.New(t, func(c *sandbox.Config) { c.Agents, c.Assets = 10, 8 })
	values := makeThings(w)
	for name, r := range sandboxtest.ReadRecordings(t) {
		if r.Request.Method != "GET" || r.Response.Status != 200 {
			continue
		}
		path := concrete(r.Request.Path, values)
		want := r.Header().Get("Cache-Control")
		if got := w.Call(web.Administrator, "GET", path, "").Header.Get("Cache-Control"); got != want {
			t.Errorf("%s (%s): Cache-Control is %q, want %q", path, name, got, want)
		}
	}
}

// concrete writes a recorded path with values of the sandbox.
func concrete(path string, values map[string]string) string {
	path, _, _ = strings.Cut(path, "?")
	recorded, of := strings.Split(path, "/"), ""
	for _, e := range sandbox.Endpoints() {
		names := strings.Split(e.Path, "/")
		if e.Method != "GET" || len(names) != len(recorded) || strings.Count(e.Path, "{") > strings.Count(of, "{") && of != "" {
			continue
		}
		fits := true
		for i, name := range names {
			fits = fits && (name == recorded[i] || strings.HasPrefix(name, "{"))
		}
		if fits {
			of = e.Path
		}
	}
	for name, value := range values {
		of = strings.ReplaceAll(of, "{"+name+"}", value)
	}
	return of
}
