package sandbox_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"tenableio/internal/sandbox"
	"tenableio/internal/sandbox/sandboxtest"
	"tenableio/internal/sandbox/web"
)

// overTCP serves the sandbox on a socket, for what a recorder cannot show.
func overTCP(
	t *testing.T, faults string, change func(*httptest.Server),
) (client *http.Client, url string, header http.Header) {
	t.Helper()
	list, err := sandbox.ReadFaults(strings.NewReader(faults))
	if err != nil {
		t.Fatal(err)
	}
	w := sandboxtest.New(t, func(c *sandbox.Config) { c.Faults = list })
	server := httptest.NewUnstartedServer(w)
	change(server)
	t.Cleanup(server.Close)
	client = server.Client()
	client.Timeout = 300 * time.Millisecond
	return client, server.URL, http.Header{"X-Apikeys": {w.As(web.Administrator)}}
}

func TestFaults(t *testing.T) {
	faults := `[
		{"method": "GET", "path": "/scans/timezones", "times": 2, "status": 503},
		{"path": "/scans/*/launch", "status": 429, "retry_after": 7},
		{"path": "/a", "status": 429},
		{"path": "/b", "status": 503, "retry_after": "soon"},
		{"method": "", "path": "/n", "times": null, "status": 429, "reset": false, "retry_after": null},
		{"path": "/c", "times": 1, "reset": true},
		{"path": "/d", "times": 1, "stall": true},
		{"path": "/session", "times": 1, "truncate": true}
	]`
	for _, start := range []struct {
		name string
		how  func(*httptest.Server)
	}{{"http", (*httptest.Server).Start}, {"https", (*httptest.Server).StartTLS}} {
		t.Run(start.name, func(t *testing.T) {
			client, url, header := overTCP(t, faults, start.how)
			do := func(method, path string) (*http.Response, string, error) {
				r, err := http.NewRequest(method, url+path, nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Header = header
				answer, err := client.Do(r)
				if err != nil {
					return nil, "", err
				}
				defer answer.Body.Close()
				body, err := io.ReadAll(answer.Body)
				return answer, string(body), err
			}
			for _, want := range []struct {
				method, path, status, retryAfter string
			}{
				{"GET", "/scans/timezones", "503", ""},
				{"POST", "/scans/timezones", "404", ""},
				{"GET", "/scans/timezones?x=1", "503", ""},
				{"GET", "/scans/timezones", "200", ""},
				{"POST", "/scans/3/launch", "429", "7"},
				{"POST", "/scans/3/launch", "429", "7"},
				{"GET", "/a", "429", "30"},
				{"GET", "/b", "503", "soon"},
			} {
				answer, _, err := do(want.method, want.path)
				if err != nil || !strings.HasPrefix(answer.Status, want.status) ||
					answer.Header.Get("Retry-After") != want.retryAfter {
					t.Errorf("%s %s: %v %v, want %s %s", want.method, want.path, answer, err, want.status, want.retryAfter)
				}
			}
			if _, _, err := do("POST", "/c"); !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("reset: %v", err)
			}
			if _, _, err := do("GET", "/d"); err == nil || !strings.Contains(err.Error(), "Timeout") {
				t.Errorf("stall: %v", err)
			}
			if _, body, err := do("GET", "/session"); !errors.Is(err, io.ErrUnexpectedEOF) ||
				!strings.HasPrefix(body, `{"id":2`) {
				t.Errorf("truncate: %v %s", err, body)
			}
			if answer, body, err := do("GET", "/session"); err != nil || answer.StatusCode != 200 || !json.Valid([]byte(body)) {
				t.Errorf("after the last fault: %v %v", answer, err)
			}
		})
	}
}

func TestFaultBodies(t *testing.T) {
	for status, body := range map[int]string{
		401: `{"statusCode":401,"error":"Unauthorized","message":"Invalid credentials."}`,
		403: `{"statusCode":403,"error":"Forbidden","message":"Insufficient scope"}`,
		500: `{"statusCode":500,"error":"Internal Server Error","message":"An internal server error occurred. Please wait a moment and try your request again."}`,
		502: `{"statusCode":502,"error":"Bad Gateway","message":"Please wait a moment and try your request again."}`,
		418: `{"statusCode":418,"error":"I'm a teapot","message":"I'm a teapot"}`,
	} {
		w := sandboxtest.New(t, func(c *sandbox.Config) { c.Faults = []sandbox.Fault{{Status: status}} })
		w.Expect(w.Call(web.Administrator, "GET", "/anything", ""), status, body)
	}
}

// TestCannedBodies: a playbook's author can try each bad day that was ever seen.
func TestCannedBodies(t *testing.T) {
	faults, err := sandbox.ReadFaults(strings.NewReader(`[
		{"path": "/vulns/export/*/status", "body": {"status":"ERROR",  "chunks_available":[1,2], "total_chunks":20.0}},
		{"method": "POST", "path": "/vulns/export", "status": 429, "retry_after": 3, "body": {"values":["J","C"],"strings":["Duplicate export (job_uuid=","container_uuid=",")."],"value_count":2}},
		{"path": "/scans/*/export/*/status", "status": 500, "body": {"status":"error"}},
		{"path": "/scans/*/export/*/download", "body": "<NessusClientData_v2>", "headers": {"Content-Type": "application/octet-stream", "Content-Disposition": "attachment; filename=My Scan: 2024/01.csv"}},
		{"path": "/workbenches/assets", "times": 1, "body": ""},
		{"path": "/scans", "status": 520, "body": "<html>error code: 520</html>", "headers": {"Content-Type": "text/html"}},
		{"path": "/session", "status": 404, "body": null}
	]`))
	if err != nil {
		t.Fatal(err)
	}
	w := sandboxtest.New(t, func(c *sandbox.Config) { c.Faults = faults })
	for _, want := range []struct {
		call   string
		status int
		header string
		value  string
		body   string
	}{
		{"GET /vulns/export/x/status", 200, "Content-Type", "application/json; charset=utf-8", `{"status":"ERROR",  "chunks_available":[1,2], "total_chunks":20.0}`},
		{"POST /vulns/export", 429, "Retry-After", "3", `{"values":["J","C"],"strings":["Duplicate export (job_uuid=","container_uuid=",")."],"value_count":2}`},
		{"GET /scans/21/export/f/status", 500, "Retry-After", "", `{"status":"error"}`},
		{"GET /scans/21/export/f/download", 200, "Content-Disposition", "attachment; filename=My Scan: 2024/01.csv", "<NessusClientData_v2>"},
		{"GET /workbenches/assets", 200, "Content-Type", "text/plain; charset=utf-8", ""},
		{"GET /scans", 520, "Content-Type", "text/html", "<html>error code: 520</html>"},
		{"GET /session", 404, "Content-Type", "application/json; charset=utf-8", `{"statusCode":404,"error":"Not Found","message":"Not Found"}`},
	} {
		method, path, _ := strings.Cut(want.call, " ")
		answer := w.Call(web.Administrator, method, path, "")
		if got := answer.Header.Get(want.header); got != want.value {
			t.Errorf("%s: %s is %q, want %q", want.call, want.header, got, want.value)
		}
		w.Expect(answer, want.status, want.body)
	}
	var after struct{ Total int }
	w.Get("/workbenches/assets", &after)
	if after.Total == 0 {
		t.Error("the answer after the canned one is empty too")
	}
}

func TestMalformedFaultsAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		``:                                              "want a JSON list of faults",
		`{}`:                                            "want a JSON list of faults",
		`[] []`:                                         "nothing after it",
		`[{"status": 500}, {"statsu": 500}]`:            `fault 2: json: unknown field "statsu"`,
		`[{"path": "/x"}]`:                              "exactly one of status (or body), reset, stall and truncate",
		`[{"status": 500, "reset": true}]`:              "exactly one of status (or body), reset, stall and truncate",
		`[{"status": 200}]`:                             "status 200 is not from 400 to 599",
		`[{"status": "500"}]`:                           "cannot unmarshal string",
		`[{"method": "get", "status": 500}]`:            `method "get" is none of`,
		`[{"path": "scans", "status": 500}]`:            `path "scans" is not a path`,
		`[{"path": "/s?x=1", "reset": true}]`:           `path "/s?x=1" is not a path`,
		`[{"status": 199, "body": {}}]`:                 "status 199 is not from 200 to 599",
		`[{"body": {}, "stall": true}]`:                 "exactly one of status (or body), reset, stall and truncate",
		`[{"status": 500, "headers": {"A": "b"}}]`:      "headers go with body only",
		`[{"body": "", "headers": {"A": "b\r\nC: d"}}]`: "which is none",
		`[{"body": "", "headers": {"A b": "c"}}]`:       "which is none",
		`[{"status": 500, "times": 0}]`:                 "times is 0, want at least 1",
		`[{"reset": true, "retry_after": 3}]`:           "retry_after goes with status only",
		`[{"status": 429, "retry_after": [3]}]`:         "retry_after is [3], want seconds or a text",
	} {
		_, err := sandbox.ReadFaults(strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}
