package connection

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"testing"

	"tenableio/internal/fault"
)

func TestAttempts(t *testing.T) {
	html429 := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "30")
		answerWith(429, "text/html", "<html><title>429 Too Many Requests</title></html>")(w, r)
	}
	for _, tt := range []struct {
		name        string
		handlers    []http.HandlerFunc
		get, post   int // requests seen
		getStatus   int // 0: an answer
		postStatus  int
		postUnknown bool
	}{
		{"ok", []http.HandlerFunc{ok(`{}`)}, 1, 1, 0, 0, false},
		{"503 once", []http.HandlerFunc{answerWith(503, "text/plain", "x"), ok(`{}`)}, 2, 1, 0, 503, true},
		{"502 for good", []http.HandlerFunc{answerWith(502, "text/plain", "x")}, 4, 1, 502, 502, true},
		{"500 for good", []http.HandlerFunc{answerWith(500, "text/plain", "x")}, 2, 1, 500, 500, true},
		{"404", []http.HandlerFunc{answerWith(404, "application/json", `{"error":"x"}`)}, 1, 1, 404, 404, false},
		{"429 once", []http.HandlerFunc{html429, ok(`{}`)}, 2, 2, 0, 0, false},
		{"429 for an equal export", []http.HandlerFunc{answerWith(429, "application/json", `{"error":"Duplicate export not allowed. Please wait."}`)}, 1, 1, 429, 429, false},
		{"429, cut", []http.HandlerFunc{cutRefusal(429), ok(`{}`)}, 2, 1, 0, 429, true},
		{"404, cut", []http.HandlerFunc{cutRefusal(404), ok(`{}`)}, 1, 1, 404, 404, true},
		{"503, cut", []http.HandlerFunc{cutRefusal(503), ok(`{}`)}, 2, 1, 0, 503, true},
		{"reset once", []http.HandlerFunc{reset(-1), ok(`{}`)}, 2, 1, 0, 504, true},
		{"reset for good", []http.HandlerFunc{reset(-1)}, 4, 1, 502, 504, true},
		{"cut in the body", []http.HandlerFunc{reset(10), ok(`{}`)}, 2, 1, 0, 502, true},
		{"not JSON once", []http.HandlerFunc{ok(`{"a":`), ok(`{}`)}, 2, 1, 0, 502, true},
		{"not JSON for good", []http.HandlerFunc{ok(`NaN`)}, 2, 1, 502, 502, true},
		{"HTML", []http.HandlerFunc{answerWith(200, "text/html", "<html>")}, 1, 1, 502, 502, true},
		{"A8: empty once", []http.HandlerFunc{answerWith(200, "application/json", ""), ok(`{}`)}, 2, 1, 0, 502, true},
		{"A8: empty for good", []http.HandlerFunc{answerWith(200, "application/json", "")}, 2, 1, 502, 502, true},
		{"A9: 520 once", []http.HandlerFunc{answerWith(520, "text/html", "<html>"), ok(`{}`)}, 2, 1, 0, 520, true},
		{"A9: 526 for good", []http.HandlerFunc{answerWith(526, "text/html", "<html>")}, 4, 1, 526, 526, true},
		{"text that is JSON", []http.HandlerFunc{answerWith(200, "text/plain", `{}`)}, 1, 1, 0, 0, false},
		{"duplicate names", []http.HandlerFunc{ok(`{"a":1,"a":2}`)}, 2, 1, 502, 502, true},
		{"status 999", []http.HandlerFunc{answerWith(999, "text/plain", "x")}, 1, 1, 502, 502, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newServer(t, tt.handlers...)
			c, _ := newClient(t, s.URL)
			_, err := c.Get(t.Context(), Call{Path: "/x"})
			checkOutcome(t, "GET", err, tt.getStatus, false)
			if got := int(s.requests.Load()); got != tt.get {
				t.Errorf("GET: %d requests, want %d", got, tt.get)
			}
			s = newServer(t, tt.handlers...)
			c, _ = newClient(t, s.URL)
			_, err = c.Post(t.Context(), Call{Path: "/x"})
			checkOutcome(t, "POST", err, tt.postStatus, tt.postUnknown)
			if got := int(s.requests.Load()); got != tt.post {
				t.Errorf("POST: %d requests, want %d", got, tt.post)
			}
		})
	}
}

func checkOutcome(t *testing.T, method string, err error, status int, unknown bool) {
	t.Helper()
	if status == 0 {
		if err != nil {
			t.Errorf("%s: %v, want an answer", method, err)
		}
		return
	}
	f := fault.From(err)
	if f == nil || f.Status != status || f.OutcomeUnknown != unknown {
		t.Errorf("%s: %+v, want status %d, outcome unknown %t", method, f, status, unknown)
	}
	if unknown && f != nil && f.Retryable {
		t.Errorf("%s: retryable although the outcome is unknown", method)
	}
}

// TestRedirectsAreRefused covers FAULTS row 70: the keys must not travel.
func TestRedirectsAreRefused(t *testing.T) {
	other := newServer(t, ok(`{}`))
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, location := range []string{other.URL + "/x", "/y", "", strings.Repeat("a", 1<<15)} {
			s := newServer(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", location)
				w.WriteHeader(status)
			})
			for _, call := range []func(*Client) (Answer, error){
				func(c *Client) (Answer, error) { return c.Get(t.Context(), Call{Path: "/x"}) },
				func(c *Client) (Answer, error) { return c.Post(t.Context(), Call{Path: "/x"}) },
			} {
				c, _ := newClient(t, s.URL)
				_, err := call(c)
				if f := fault.From(err); f == nil || f.Status != 502 || f.Retryable || f.OutcomeUnknown {
					t.Errorf("%d to %.40q: %+v, want 502, not retryable", status, location, f)
				}
			}
			if got := s.requests.Load(); got != 2 {
				t.Errorf("%d to %.40q: %d requests, want 2", status, location, got)
			}
		}
	}
	if got := other.requests.Load(); got != 0 {
		t.Errorf("the other server got %d requests, want 0", got)
	}
}

// An error's body becomes raw_data, so it is held to what an answer is held to.
func TestErrorBodyIsCheckedJSON(t *testing.T) {
	for name, tt := range map[string]struct{ sent, want string }{
		"as it is":         {`{ "error":"x", "n":9007199254740993 }`, `{ "error":"x", "n":9007199254740993 }`},
		"not UTF-8":        {"{\"error\":\"x\xff\"}", "{\"error\":\"x\uFFFD\"}"},
		"duplicate names":  {`{"error":"x","error":"y"}`, ""},
		"nested too deep":  {strings.Repeat("[", 5000) + strings.Repeat("]", 5000), ""},
		"a number too big": {`{"error":"x","n":1e999999999}`, ""},
		"not JSON":         {`{"error":`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := newClient(t, newServer(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusForbidden)
				fmt.Fprint(w, tt.sent)
			}).URL)
			_, err := c.Get(t.Context(), Call{Path: "/x"})
			f := fault.From(err)
			if f == nil || f.Status != http.StatusForbidden || string(f.Body) != tt.want {
				t.Fatalf("body %q of %v, want %q", f.Body, err, tt.want)
			}
			if repaired := tt.want != tt.sent && tt.want != ""; repaired != (c.Stats().Repairs == 1) {
				t.Errorf("%d repairs", c.Stats().Repairs)
			}
		})
	}
}

func TestNothingReached(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	for _, tt := range []struct {
		name, url string
		retryable bool
		requests  int
	}{
		{"refused", closed.URL, true, 4},
		{"no such host", "https://nothing.invalid", false, 1},
	} {
		c, _ := newClient(t, tt.url)
		_, err := c.Post(t.Context(), Call{Path: "/x"})
		f := fault.From(err)
		if f.Status != 503 || f.Category != fault.Network || f.Retryable != tt.retryable || f.OutcomeUnknown ||
			f.Hint == "" || c.Stats().Requests != tt.requests {
			t.Errorf("%s: %+v after %d requests, want 503, retryable %t, %d requests", tt.name, f, c.Stats().Requests,
				tt.retryable, tt.requests)
		}
	}
}

func TestCancelledPost(t *testing.T) {
	arrived := make(chan struct{})
	s := newServer(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		close(arrived)
		<-r.Context().Done()
	})
	c, _ := newClient(t, s.URL)
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		<-arrived
		cancel(fault.New(fault.StatusCancelled, "The command was cancelled by a signal."))
	}()
	_, err := c.Post(ctx, Call{Path: "/x"})
	if f := fault.From(err); f.Status != fault.StatusCancelled || !f.OutcomeUnknown || f.Retryable {
		t.Errorf("%+v, want 499 with an unknown outcome", f)
	}
}

// stalled is an answer of that status whose body never comes: reading it ends with
// the run, which stop ends.
type stalled struct {
	status int
	stop   func()
}

func (s stalled) RoundTrip(r *http.Request) (*http.Response, error) {
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
	if s.status == 0 {
		s.stop()
		return nil, context.Cause(r.Context())
	}
	body := readerFunc(func([]byte) (int, error) {
		s.stop()
		return 0, context.Cause(r.Context())
	})
	return &http.Response{StatusCode: s.status, Header: http.Header{}, Body: io.NopCloser(body), ContentLength: -1}, nil
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// What is said of a call that the time limit ends is what came of its answer.
func TestStalledAnswerIsToldAsFarAsItCame(t *testing.T) {
	for _, status := range []int{0, 200, 409, 429, 503} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			limit := fault.New(http.StatusGatewayTimeout, "The time limit was reached")
			ctx, cancel := context.WithCancelCause(t.Context())
			c, _ := newClient(t, "https://cloud.tenable.com")
			c.http.SetTransport(stalled{status, func() { cancel(limit) }})
			_, err := c.exchangeJSON(ctx, method, Call{Path: "/x", Body: struct{}{}})
			f := fault.From(err)
			if f.Status != http.StatusGatewayTimeout || f.OutcomeUnknown != (method == http.MethodPost) {
				t.Errorf("%s, status %d: %+v", method, status, f)
			}
			came := strings.Contains(f.Message, fmt.Sprintf("HTTP %d", status))
			none := strings.Contains(f.Message, "no answer came") || strings.Contains(f.Message, "No response")
			if method == http.MethodPost && came != (status > 0) || none != (status == 0) {
				t.Errorf("%s, status %d: %q", method, status, f.Message)
			}
		}
	}
}
