package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// world is a sandbox whose time passes only by the test's will.
type world struct {
	*Server
	t   *testing.T
	now time.Time
}

// dayOne is when every test's sandbox starts.
var dayOne = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

func newWorld(t *testing.T, change func(*Config)) *world {
	t.Helper()
	w := &world{t: t, now: dayOne}
	config := DefaultConfig()
	config.Now = func() time.Time { return w.now }
	if change != nil {
		change(&config)
	}
	w.Server = New(config)
	return w
}

func (w *world) wait(d time.Duration) { w.now = w.now.Add(d) }

// as gives the keys header of a role.
func (w *world) as(permissions int) string {
	for _, c := range w.Connections() {
		if c.Permissions == permissions {
			return "accessKey=" + c.AccessKey + ";secretKey=" + c.SecretKey
		}
	}
	w.t.Fatalf("no user has %d", permissions)
	return ""
}

// call makes one request with the keys of a role.
func (w *world) call(permissions int, method, target, body string) *http.Response {
	w.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("X-ApiKeys", w.as(permissions))
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, r)
	return recorder.Result()
}

// get reads the answer to a GET by the administrator into into.
func (w *world) get(target string, into any) {
	w.t.Helper()
	w.read(w.call(administrator, "GET", target, ""), target, into)
}

// post reads the answer to a POST by the administrator into into.
func (w *world) post(target, body string, into any) {
	w.t.Helper()
	w.read(w.call(administrator, "POST", target, body), target, into)
}

func (w *world) read(answer *http.Response, target string, into any) {
	w.t.Helper()
	if answer.StatusCode != http.StatusOK {
		w.t.Fatalf("%s: %s %s", target, answer.Status, text(w.t, answer))
	}
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		w.t.Fatalf("%s: %v", target, err)
	}
}

func text(t *testing.T, answer *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// expect holds an answer to its status and whole body.
func (w *world) expect(answer *http.Response, status int, body string) {
	w.t.Helper()
	got := text(w.t, answer)
	if answer.StatusCode != status || got != body {
		w.t.Errorf("got %d %s, want %d %s", answer.StatusCode, got, status, body)
	}
}

func TestKeysAreChecked(t *testing.T) {
	w := newWorld(t, nil)
	admin := w.Connections()[0]
	tests := []struct {
		header string
		want   int
	}{
		{"accessKey=" + admin.AccessKey + ";secretKey=" + admin.SecretKey, 200},
		{"accessKey=" + admin.AccessKey + "; secretKey=" + admin.SecretKey + ";", 200},
		{"secretKey=" + admin.SecretKey + ";accessKey=" + admin.AccessKey, 200},
		{"accessKey=" + admin.SecretKey + ";secretKey=" + admin.AccessKey, 401},
		{"accessKey=" + admin.AccessKey, 401},
		{"accessKey=;secretKey=", 401},
		{"", 401},
	}
	for _, test := range tests {
		r := httptest.NewRequest("GET", "/session", nil)
		r.Header.Set("X-ApiKeys", test.header)
		recorder := httptest.NewRecorder()
		w.ServeHTTP(recorder, r)
		answer := recorder.Result()
		if answer.StatusCode != test.want {
			t.Errorf("%q: status %d, want %d", test.header, answer.StatusCode, test.want)
		}
		if id := answer.Header.Get("X-Request-Uuid"); len(id) != 32 {
			t.Errorf("X-Request-Uuid is %q, want 32 digits", id)
		}
		if answer.StatusCode == 401 {
			w.expect(answer, 401, `{"statusCode":401,"error":"Unauthorized","message":"Invalid credentials."}`)
		}
	}
}

func TestRolesAreChecked(t *testing.T) {
	w := newWorld(t, nil)
	w.expect(w.call(basic, "GET", "/scans/timezones", ""), 403, `{"statusCode":403,"error":"Forbidden","message":"Insufficient scope"}`)
	for _, c := range w.Connections() {
		want := 200
		if c.Role == "basic" {
			want = 403
		}
		if got := w.call(c.Permissions, "GET", "/scans/timezones", "").StatusCode; got != want {
			t.Errorf("%s: status %d, want %d", c.Role, got, want)
		}
		var session struct{ Permissions int }
		w.read(w.call(c.Permissions, "GET", "/session", ""), "/session", &session)
		if session.Permissions != c.Permissions {
			t.Errorf("%s: /session says %d, want %d", c.Role, session.Permissions, c.Permissions)
		}
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	w := newWorld(t, nil)
	notFound := `{"statusCode":404,"error":"Not Found","message":"Not Found"}`
	for _, path := range []string{"/", "/nowhere", "/scans/timezones/", "/scans//timezones", "/scans/../session"} {
		w.expect(w.call(administrator, "GET", path, ""), 404, notFound)
	}
	answer := w.call(administrator, "DELETE", "/scans/timezones", "")
	if got := answer.Header.Get("Allow"); got != "GET" {
		t.Errorf("Allow is %q, want GET", got)
	}
	w.expect(answer, 405, `{"statusCode":405,"error":"Method Not Allowed","message":"Method Not Allowed"}`)
}

func TestTimezones(t *testing.T) {
	var got struct{ Timezones []timezone }
	newWorld(t, nil).get("/scans/timezones", &got)
	if len(got.Timezones) < 400 || got.Timezones[0] != (timezone{"Africa/Abidjan", "Africa/Abidjan"}) {
		t.Errorf("%d time zones, the first %v", len(got.Timezones), got.Timezones[0])
	}
}

func TestSameSeedSameKeys(t *testing.T) {
	if diff := cmp.Diff(newWorld(t, nil).Connections(), newWorld(t, nil).Connections()); diff != "" {
		t.Errorf("the keys differ from one start to the next:\n%s", diff)
	}
	other := newWorld(t, func(c *Config) { c.Seed = 2 })
	if other.Connections()[0] == newWorld(t, nil).Connections()[0] {
		t.Error("two seeds have the same keys")
	}
}

func TestRateLimitIsForEachKey(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.RateLimit = 3 })
	status := func(permissions int) int { return w.call(permissions, "GET", "/session", "").StatusCode }
	for i := range 3 {
		w.wait(time.Second)
		if got := status(administrator); got != 200 {
			t.Fatalf("request %d: status %d", i+1, got)
		}
	}
	answer := w.call(administrator, "GET", "/session", "")
	if answer.StatusCode != 429 || answer.Header.Get("Retry-After") != "58" || answer.Header.Get("Content-Type") != "text/html" {
		t.Errorf("over the limit: %s %v", answer.Status, answer.Header)
	}
	if body := text(t, answer); !strings.Contains(body, "<title>429 Too Many Requests</title>") {
		t.Errorf("over the limit: body %s", body)
	}
	if got := status(basic); got != 200 {
		t.Errorf("another key: status %d", got)
	}
	w.wait(58 * time.Second)
	if first, second := status(administrator), status(administrator); first != 200 || second != 429 {
		t.Errorf("after Retry-After: status %d then %d, want one more request", first, second)
	}
}

func TestServedTellsOfEachRequest(t *testing.T) {
	var got []string
	w := newWorld(t, func(c *Config) {
		c.Faults = []Fault{{Path: "/fault", Status: 502}}
		c.Served = func(s ServedRequest) {
			got = append(got, fmt.Sprint(s.Method, " ", s.Path, " ", s.Status, " ", len(s.RequestID)))
		}
	})
	for _, path := range []string{"/session?x=1", "/fault", "/nowhere"} {
		w.call(administrator, "GET", path, "")
	}
	want := []string{"GET /session 200 32", "GET /fault 502 32", "GET /nowhere 404 32"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestEmptyAccount: every list is empty and nothing fails where there is nothing.
func TestEmptyAccount(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Agents, c.Scans, c.Assets, c.FindingsPerAsset = 0, 0, 0, 0 })
	for target, want := range map[string]string{
		"/scans":                          `"scans":[]`,
		"/scans/exports":                  `[]`,
		"/scanners/1/agents":              `"agents":[]`,
		"/scanners/1/agents?sort=ip:desc": `"total":0`,
		"/scanners/1/agent-groups":        `"agents_count":0`,
		"/scanners/1/agent-groups/101":    `"agents":[]`,
		"/workbenches/vulnerabilities":    `"vulnerabilities":[]`,
		"/workbenches/assets":             `"assets":[]`,
	} {
		answer := w.call(administrator, "GET", target, "")
		if body := text(t, answer); answer.StatusCode != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %s %s, want %s", target, answer.Status, body, want)
		}
	}
}

// TestLargeAccountsFillAWorkbench: there are so many plugins that its rows are cut.
func TestLargeAccountsFillAWorkbench(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Assets, c.FindingsPerAsset = 75, 10_000 })
	var answer struct {
		Rows []struct{} `json:"vulnerabilities"`
	}
	w.get("/workbenches/vulnerabilities", &answer)
	if len(answer.Rows) != mostRows {
		t.Errorf("%d rows, want %d", len(answer.Rows), mostRows)
	}
}

func TestLatency(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Latency = 20 * time.Millisecond })
	start := time.Now()
	w.get("/session", &struct{}{})
	if took := time.Since(start); took < 20*time.Millisecond {
		t.Errorf("answered after %v", took)
	}
}
