package sandbox_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenableio/internal/sandbox"
	"tenableio/internal/sandbox/sandboxtest"
	"tenableio/internal/sandbox/web"
)

func TestKeysAreChecked(t *testing.T) {
	w := sandboxtest.New(t, nil)
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
		r.Host = sandboxtest.Host
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
			w.Expect(answer, 401, `{"statusCode":401,"error":"Unauthorized","message":"Invalid credentials."}`)
		}
	}
}

func TestRolesAreChecked(t *testing.T) {
	w := sandboxtest.New(t, nil)
	w.Expect(w.Call(web.Basic, "GET", "/scans/timezones", ""), 403,
		`{"statusCode":403,"error":"Forbidden","message":"Insufficient scope"}`)
	for _, c := range w.Connections() {
		want := 200
		if c.Role == "basic" {
			want = 403
		}
		if got := w.Call(c.Permissions, "GET", "/scans/timezones", "").StatusCode; got != want {
			t.Errorf("%s: status %d, want %d", c.Role, got, want)
		}
		var session struct{ Permissions int }
		w.Read(w.Call(c.Permissions, "GET", "/session", ""), "/session", &session)
		if session.Permissions != c.Permissions {
			t.Errorf("%s: /session says %d, want %d", c.Role, session.Permissions, c.Permissions)
		}
	}
}

func TestSameSeedSameKeys(t *testing.T) {
	if diff := cmp.Diff(sandboxtest.New(t, nil).Connections(), sandboxtest.New(t, nil).Connections()); diff != "" {
		t.Errorf("the keys differ from one start to the next:\n%s", diff)
	}
	other := sandboxtest.New(t, func(c *sandbox.Config) { c.Seed = 2 })
	if other.Connections()[0] == sandboxtest.New(t, nil).Connections()[0] {
		t.Error("two seeds have the same keys")
	}
}

func TestRateLimitIsForEachKey(t *testing.T) {
	w := sandboxtest.New(t, func(c *sandbox.Config) { c.RateLimit = 3 })
	status := func(permissions int) int { return w.Call(permissions, "GET", "/session", "").StatusCode }
	for i := range 3 {
		w.Wait(time.Second)
		if got := status(web.Administrator); got != 200 {
			t.Fatalf("request %d: status %d", i+1, got)
		}
	}
	answer := w.Call(web.Administrator, "GET", "/session", "")
	if answer.StatusCode != 429 || answer.Header.Get("Retry-After") != "58" ||
		answer.Header.Get("Content-Type") != "text/html" {
		t.Errorf("over the limit: %s %v", answer.Status, answer.Header)
	}
	if body := sandboxtest.Text(t, answer); !strings.Contains(body, "<title>429 Too Many Requests</title>") {
		t.Errorf("over the limit: body %s", body)
	}
	if got := status(web.Basic); got != 200 {
		t.Errorf("another key: status %d", got)
	}
	w.Wait(58 * time.Second)
	if first, second := status(web.Administrator), status(web.Administrator); first != 200 || second != 429 {
		t.Errorf("after Retry-After: status %d then %d, want one more request", first, second)
	}
}

func TestServedTellsOfEachRequest(t *testing.T) {
	var got []string
	w := sandboxtest.New(t, func(c *sandbox.Config) {
		c.Faults = []sandbox.Fault{{Path: "/fault", Status: 502}}
		c.Served = func(s sandbox.ServedRequest) {
			got = append(got, fmt.Sprint(s.Method, " ", s.Path, " ", s.Status, " ", len(s.RequestID)))
		}
	})
	for _, path := range []string{"/session?x=1", "/fault", "/nowhere"} {
		w.Call(web.Administrator, "GET", path, "")
	}
	want := []string{"GET /session 200 32", "GET /fault 502 32", "GET /nowhere 404 32"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestEmptyAccount: every list is empty and nothing fails where there is nothing.
func TestEmptyAccount(t *testing.T) {
	w := sandboxtest.New(t, func(c *sandbox.Config) { c.Agents, c.Scans, c.Assets, c.FindingsPerAsset = 0, 0, 0, 0 })
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
		answer := w.Call(web.Administrator, "GET", target, "")
		if body := sandboxtest.Text(t, answer); answer.StatusCode != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %s %s, want %s", target, answer.Status, body, want)
		}
	}
}

func TestLatency(t *testing.T) {
	w := sandboxtest.New(t, func(c *sandbox.Config) { c.Latency = 20 * time.Millisecond })
	start := time.Now()
	w.Get("/session", &struct{}{})
	if took := time.Since(start); took < 20*time.Millisecond {
		t.Errorf("answered after %v", took)
	}
}

// TestCallsAtTheSameTime: the race detector watches.
func TestCallsAtTheSameTime(t *testing.T) {
	w := sandboxtest.New(t, func(c *sandbox.Config) { c.Assets, c.FindingsPerAsset, c.ExportDelay = 60, 2, 0 })
	uuid := w.StartExport(`{}`)
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			w.StartExport(fmt.Sprintf(`{"num_assets":%d}`, 60+i))
			for _, path := range []string{"/vulns/export/status", "/vulns/export/" + uuid + "/status", "/vulns/export/" + uuid + "/chunks/1", "/workbenches/vulnerabilities", "/workbenches/assets"} {
				if status, _, body := w.Ask("GET", path, ""); status != 200 {
					t.Errorf("%s: %d %.200s", path, status, body)
				}
			}
			w.Ask("POST", "/vulns/export/"+uuid+"/cancel", "")
		})
	}
	wait.Wait()
}
