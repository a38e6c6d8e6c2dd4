// Package sandboxtest plays calls to a sandbox and holds the answers to what Tenable
// documented and to what was recorded of it. It is imported by tests only.
package sandboxtest

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

	"tenableio/internal/sandbox"
	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// World is a sandbox with its tenant, whose time passes only by the test's will.
type World struct {
	*sandbox.Server
	*tenant.Tenant
	T   *testing.T
	Now time.Time

	faulty bool // what goes wrong on purpose is described nowhere
}

// Host is where every test's sandbox is.
const Host = "127.0.0.1:8834"

// DayOne is when every test's sandbox starts.
var DayOne = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

// New starts a sandbox; change, where there is one, sets how it differs from the
// default.
func New(t *testing.T, change func(*sandbox.Config)) *World {
	t.Helper()
	w := &World{T: t, Now: DayOne}
	config := sandbox.DefaultConfig()
	config.Now = func() time.Time { return w.Now }
	if change != nil {
		change(&config)
	}
	w.faulty = len(config.Faults) > 0
	w.Server = sandbox.New(config)
	w.Tenant = config.Tenant()
	return w
}

// Wait lets time pass.
func (w *World) Wait(d time.Duration) { w.Now = w.Now.Add(d) }

// As gives the keys header of a role.
func (w *World) As(permissions int) string {
	for _, c := range w.Connections() {
		if c.Permissions == permissions {
			return "accessKey=" + c.AccessKey + ";secretKey=" + c.SecretKey
		}
	}
	w.T.Fatalf("no user has %d", permissions)
	return ""
}

// Call makes one request with the keys of a role and holds the answer to what
// Tenable documented of the endpoint. Large answers are left out: they are rows of
// one kind and take seconds, and others of their endpoint are small.
func (w *World) Call(permissions int, method, target, body string) *http.Response {
	w.T.Helper()
	recorder := w.play(permissions, method, target, body)
	const large = 50_000
	if recorder.Body.Len() < large {
		w.validate(method, target, recorder)
	}
	return recorder.Result()
}

// Hold makes a GET of the administrator and holds the answer to the specification,
// however large it is.
func (w *World) Hold(target string) {
	w.T.Helper()
	w.validate("GET", target, w.play(web.Administrator, "GET", target, ""))
}

func (w *World) play(permissions int, method, target, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host = Host
	r.Header.Set("X-ApiKeys", w.As(permissions))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, r)
	return recorder
}

// validate holds an answer to the specification where it is there. Nothing
// describes what the sandbox says for itself.
func (w *World) validate(method, target string, answer *httptest.ResponseRecorder) {
	w.T.Helper()
	own := w.faulty || answer.Header().Get("X-Tenableio-Sandbox") != ""
	if _, there := findShared(specificationFile); there && !own {
		validateAnswer(w.T, method, target, answer.Code, answer.Header(), answer.Body.Bytes())
	}
}

// Ask makes a request of the administrator.
func (w *World) Ask(method, target, body string) (status int, header http.Header, answer []byte) {
	w.T.Helper()
	got := w.Call(web.Administrator, method, target, body)
	return got.StatusCode, got.Header, []byte(Text(w.T, got))
}

// Get reads the answer to a GET by the administrator into into.
func (w *World) Get(target string, into any) {
	w.T.Helper()
	w.Want(200, "GET", target, "", into)
}

// Post reads the answer to a POST by the administrator into into.
func (w *World) Post(target, body string, into any) {
	w.T.Helper()
	w.Want(200, "POST", target, body, into)
}

// Want reads the answer to a call by the administrator, which must have the status.
func (w *World) Want(status int, method, target, body string, into any) {
	w.T.Helper()
	got, _, answer := w.Ask(method, target, body)
	if got != status {
		w.T.Fatalf("%s %s %s: status %d, want %d: %.300s", method, target, body, got, status, answer)
	}
	if err := json.Unmarshal(answer, into); err != nil {
		w.T.Fatalf("%s %s: %v: %.300s", method, target, err, answer)
	}
}

// Read reads an answer, which must be a 200, into into.
func (w *World) Read(answer *http.Response, target string, into any) {
	w.T.Helper()
	if answer.StatusCode != http.StatusOK {
		w.T.Fatalf("%s: %s %s", target, answer.Status, Text(w.T, answer))
	}
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		w.T.Fatalf("%s: %v", target, err)
	}
}

// Text is the whole body of an answer.
func Text(t *testing.T, answer *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// Expect holds an answer to its status and whole body.
func (w *World) Expect(answer *http.Response, status int, body string) {
	w.T.Helper()
	got := Text(w.T, answer)
	if answer.StatusCode != status || got != body {
		w.T.Errorf("got %d %s, want %d %s", answer.StatusCode, got, status, body)
	}
}

// AnswerTo makes the call of a user, holds the answer to a status and gives its body.
func (w *World) AnswerTo(permissions int, method, target, body string, status int) []byte {
	w.T.Helper()
	answer := w.Call(permissions, method, target, body)
	got := []byte(Text(w.T, answer))
	if answer.StatusCode != status {
		w.T.Errorf("%s %s: status %d, want %d: %s", method, target, answer.StatusCode, status, got)
	}
	return got
}

// All gathers the findings that hold.
func (w *World) All(holds func(*tenant.Finding) bool) []*tenant.Finding {
	var found []*tenant.Finding
	for a := range w.Assets() {
		for f := range w.Findings(a) {
			if holds(f) {
				found = append(found, f)
			}
		}
	}
	return found
}

// Current are the findings that workbenches show without any filter.
func (w *World) Current(f *tenant.Finding) bool {
	return f.State != "FIXED" && !f.LastFound.Before(w.Now.Truncate(24*time.Hour).AddDate(0, 0, -450))
}

// Filtered makes a workbench's query of filters written as name, operator, value.
func Filtered(filters ...string) string {
	query := url.Values{}
	for i := range len(filters) / 3 {
		prefix := "filter." + strconv.Itoa(i) + "."
		query.Set(prefix+"filter", filters[3*i])
		query.Set(prefix+"quality", filters[3*i+1])
		query.Set(prefix+"value", filters[3*i+2])
	}
	return "?" + query.Encode()
}

// StartExport starts an export of vulnerabilities and gives its UUID.
func (w *World) StartExport(body string) string {
	w.T.Helper()
	var started struct {
		UUID string `json:"export_uuid"`
	}
	w.Want(200, "POST", "/vulns/export", body, &started)
	return started.UUID
}
