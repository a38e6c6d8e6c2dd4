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
				{"POST", "/scans/timezones", "405", ""},
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

func TestMalformedFaultsAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		``:                                      "want a JSON list of faults",
		`{}`:                                    "want a JSON list of faults",
		`[] []`:                                 "nothing after it",
		`[{"status": 500}, {"statsu": 500}]`:    `fault 2: json: unknown field "statsu"`,
		`[{"path": "/x"}]`:                      "exactly one of status, reset, stall and truncate",
		`[{"status": 500, "reset": true}]`:      "exactly one of status, reset, stall and truncate",
		`[{"status": 200}]`:                     "status 200 is not from 400 to 599",
		`[{"status": "500"}]`:                   "cannot unmarshal string",
		`[{"method": "get", "status": 500}]`:    `method "get" is none of`,
		`[{"path": "scans", "status": 500}]`:    `path "scans" is not a path`,
		`[{"path": "/s?x=1", "reset": true}]`:   `path "/s?x=1" is not a path`,
		`[{"status": 500, "times": 0}]`:         "times is 0, want at least 1",
		`[{"reset": true, "retry_after": 3}]`:   "retry_after goes with status only",
		`[{"status": 429, "retry_after": [3]}]`: "retry_after is [3], want seconds or a text",
	} {
		_, err := sandbox.ReadFaults(strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}
