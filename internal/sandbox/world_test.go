package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenableio/internal/sandbox/tenant"
)

// world is a sandbox with its tenant, whose time passes only by the test's will.
type world struct {
	*Server
	*tenant.Tenant
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
	w.Tenant = w.Server.tenant
	return w
}

// newVulnWorld is newWorld where an export takes 10 seconds.
func newVulnWorld(t *testing.T, change func(*Config)) *world {
	t.Helper()
	return newWorld(t, func(c *Config) {
		c.ExportDelay = 10 * time.Second
		if change != nil {
			change(c)
		}
	})
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

// ask makes a request of the administrator and holds the answer to the
// specification where that is there and knows the endpoint. Large answers are rows
// of one kind and take seconds; TestChunkFollowsTheSpecification looks at one of them.
func (w *world) ask(method, target, body string) (status int, header http.Header, answer []byte) {
	w.t.Helper()
	got := w.call(administrator, method, target, body)
	status, header, answer = got.StatusCode, got.Header, []byte(text(w.t, got))
	if _, there := findShared(w.t, specificationFile); there && len(answer) > 0 && len(answer) < 50_000 {
		err := checkAnswer(w.t, method, target, status, header, answer)
		if err != nil && !strings.Contains(err.Error(), "no such") {
			w.t.Errorf("%s %s: status %d: %v\n%.300s", method, target, status, err, answer)
		}
	}
	return status, header, answer
}

// get reads the answer to a GET by the administrator into into.
func (w *world) get(target string, into any) {
	w.t.Helper()
	w.want(200, "GET", target, "", into)
}

// post reads the answer to a POST by the administrator into into.
func (w *world) post(target, body string, into any) {
	w.t.Helper()
	w.want(200, "POST", target, body, into)
}

// want reads the answer to a call by the administrator, which must have the status.
func (w *world) want(status int, method, target, body string, into any) {
	w.t.Helper()
	got, _, answer := w.ask(method, target, body)
	if got != status {
		w.t.Fatalf("%s %s %s: status %d, want %d: %.300s", method, target, body, got, status, answer)
	}
	if err := json.Unmarshal(answer, into); err != nil {
		w.t.Fatalf("%s %s: %v: %.300s", method, target, err, answer)
	}
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

// answerTo makes the call of a user, holds the answer to the specification and
// gives its body.
func (w *world) answerTo(permissions int, method, target, body string, status int) []byte {
	w.t.Helper()
	answer := w.call(permissions, method, target, body)
	got := []byte(text(w.t, answer))
	if answer.StatusCode != status {
		w.t.Errorf("%s %s: status %d, want %d: %s", method, target, answer.StatusCode, status, got)
	}
	validateAnswer(w.t, method, target, answer.StatusCode, answer.Header, got)
	return got
}

// all gathers the findings that hold.
func (w *world) all(holds func(finding) bool) []finding {
	var found []finding
	for a := range w.Assets() {
		for f := range w.Findings(a) {
			if holds(f) {
				found = append(found, f)
			}
		}
	}
	return found
}

// current are the findings that workbenches show without any filter.
func (w *world) current(f finding) bool {
	return f.State != "FIXED" && !f.LastFound.Before(w.now.Truncate(24*time.Hour).AddDate(0, 0, -450))
}

// filtered makes a workbench's query of filters written as name, operator, value.
func filtered(filters ...string) string {
	query := url.Values{}
	for i := range len(filters) / 3 {
		prefix := "filter." + strconv.Itoa(i) + "."
		query.Set(prefix+"filter", filters[3*i])
		query.Set(prefix+"quality", filters[3*i+1])
		query.Set(prefix+"value", filters[3*i+2])
	}
	return "?" + query.Encode()
}

// startExport starts an export of vulnerabilities and gives its UUID.
func (w *world) startExport(body string) string {
	w.t.Helper()
	var started struct {
		UUID string `json:"export_uuid"`
	}
	w.want(200, "POST", "/vulns/export", body, &started)
	return started.UUID
}
