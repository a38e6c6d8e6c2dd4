package connection

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"tenableio/internal/fault"
)

// server answers each request with the next of the given handlers, the last one
// for good, and counts.
type server struct {
	*httptest.Server
	requests atomic.Int32
}

func newServer(t *testing.T, handlers ...http.HandlerFunc) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := int(s.requests.Add(1))
		handlers[min(n, len(handlers))-1](w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func answerWith(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func ok(body string) http.HandlerFunc { return answerWith(200, "application/json", body) }

// reset reads the request and breaks the connection after n bytes of a longer
// answer; a negative n breaks it before the status line.
func reset(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		connection, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		if n >= 0 {
			fmt.Fprintf(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n%s", strings.Repeat(" ", n))
		}
		_ = connection.(*net.TCPConn).SetLinger(0)
		connection.Close()
	}
}

// cutRefusal ends the body of a refusal before its length says so.
func cutRefusal(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		answerWith(status, "application/json", `{"error":"Tired`)(w, r)
	}
}

// newClient returns a client of the server that waits in no time, and the waits.
func newClient(t *testing.T, serverURL string) (*Client, *[]time.Duration) {
	t.Helper()
	u, err := parseServerURL(serverURL)
	if err != nil {
		t.Fatal(err)
	}
	var waits []time.Duration
	now := time.Now()
	clock := Clock{
		Now:    func() time.Time { return now },
		Random: func() float64 { return 0.5 },
		Wait: func(ctx context.Context, d time.Duration) error {
			waits = append(waits, d)
			now = now.Add(d)
			return context.Cause(ctx)
		},
	}
	p := Params{Server: u, AccessKey: Secret{"access-canary"}, SecretKey: Secret{"secret-canary"}}
	return New(p, Options{Log: zerolog.Nop(), UserAgent: "test", Clock: clock}), &waits
}

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
		{"429 for good", []http.HandlerFunc{html429}, 4, 4, 429, 429, false},
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
		{"empty", []http.HandlerFunc{answerWith(200, "application/json", "")}, 1, 1, 502, 502, true},
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

func TestRetryAfterIsHonoured(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(429)
	}, ok(`{}`))
	c, waits := newClient(t, s.URL)
	if _, err := c.Post(t.Context(), Call{Path: "/x"}); err != nil {
		t.Fatal(err)
	}
	if len(*waits) != 1 || (*waits)[0] != 7*time.Second || c.Stats().RateLimited != 7*time.Second {
		t.Errorf("waits %v, stats %+v, want one wait of 7 s", *waits, c.Stats())
	}
}

// TestNoWaitBeyondTheTimeLimit: a wait that does not fit is not begun, and the hint
// blames Tenable's only where it is that one, not the longer back-off.
func TestNoWaitBeyondTheTimeLimit(t *testing.T) {
	for _, tt := range []struct {
		name  string
		asked time.Duration // by Tenable
		limit time.Duration
		waits int
		hint  string
	}{
		{"what Tenable asked for", 30 * time.Second, 10 * time.Second, 0, "longer than what was left"},
		{"the first back-off", time.Second, 1500 * time.Millisecond, 0, ""},
		{"the second back-off", time.Second, 5 * time.Second, 1, ""},
	} {
		s := newServer(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", fmt.Sprint(tt.asked.Seconds()))
			w.WriteHeader(429)
		})
		c, waits := newClient(t, s.URL)
		ctx, cancel := context.WithTimeout(t.Context(), tt.limit)
		defer cancel()
		_, err := c.Get(ctx, Call{Path: "/x"})
		if f := fault.From(err); f.Status != 429 || f.RetryAfter != tt.asked || len(*waits) != tt.waits {
			t.Errorf("%s: %+v after waits %v, want 429 after %d waits, with %v", tt.name, f, *waits, tt.waits, tt.asked)
		}
		if hint := fault.From(err).Hint; !strings.Contains(hint, tt.hint) || tt.hint == "" && hint != "" {
			t.Errorf("%s: hint %q, want %q in it", tt.name, hint, tt.hint)
		}
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

// TestTransportHasLimits: the transport is our own, not that of a library, and each
// of its steps has an end.
func TestTransportHasLimits(t *testing.T) {
	server, _ := url.Parse("https://cloud.tenable.com")
	transport := newTransport(Params{Server: server})
	if transport.TLSClientConfig.MinVersion < tls.VersionTLS12 || transport.TLSClientConfig.InsecureSkipVerify || transport.TLSClientConfig.KeyLogWriter != nil {
		t.Errorf("TLS is weaker than promised: %+v", transport.TLSClientConfig)
	}
	if transport.TLSHandshakeTimeout == 0 || transport.ResponseHeaderTimeout == 0 || transport.MaxResponseHeaderBytes == 0 || transport.IdleConnTimeout == 0 {
		t.Errorf("a step has no limit: %+v", transport)
	}
	c, _ := newClient(t, "https://cloud.tenable.com")
	if c.http.GetClient().Jar != nil || c.http.RetryCount != 0 || c.http.Debug || c.http.UserInfo != nil {
		t.Error("resty keeps cookies, repeats, shows or signs requests by itself")
	}
}

func TestAnswersAreBounded(t *testing.T) {
	bomb := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		packed := gzip.NewWriter(w)
		defer packed.Close()
		zeros := make([]byte, 1<<20)
		for range 200 {
			if _, err := packed.Write(zeros); err != nil {
				return
			}
		}
	}
	for name, handler := range map[string]http.HandlerFunc{
		"gzip bomb": bomb,
		"bad gzip": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			fmt.Fprint(w, "this is no gzip")
		},
		"unknown encoding": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, "\x1b\x03{}")
		},
		"1 MB of header": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("a", 1<<20))
			fmt.Fprint(w, `{}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := newClient(t, newServer(t, handler).URL)
			_, err := c.Get(t.Context(), Call{Path: "/x"})
			if f := fault.From(err); f == nil || f.Status != 502 {
				t.Errorf("%v, want 502", err)
			}
		})
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

func TestInvalidUTF8IsReplaced(t *testing.T) {
	c, _ := newClient(t, newServer(t, ok("{\"a\":\"x\xffy\",\"b\":\"\\ud800\"}")).URL)
	answer, err := c.Get(t.Context(), Call{Path: "/x"})
	if want := "{\"a\":\"x\uFFFDy\",\"b\":\"\\ud800\"}"; err != nil || string(answer.Body) != want || c.Stats().Repairs != 1 {
		t.Errorf("%s, %v, %d repairs, want %s", answer.Body, err, c.Stats().Repairs, want)
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
		if f.Status != 503 || f.Category != fault.Network || f.Retryable != tt.retryable || f.OutcomeUnknown || f.Hint == "" || c.Stats().Requests != tt.requests {
			t.Errorf("%s: %+v after %d requests, want 503, retryable %t, %d requests", tt.name, f, c.Stats().Requests, tt.retryable, tt.requests)
		}
	}
}

func TestCertificates(t *testing.T) {
	s := httptest.NewTLSServer(ok(`{}`))
	defer s.Close()
	s.Config.ErrorLog = nil
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, authority, 0o600); err != nil {
		t.Fatal(err)
	}
	call := func(p Params) error {
		p.Server, _ = url.Parse(s.URL)
		_, err := New(p, Options{Log: zerolog.Nop()}).Get(t.Context(), Call{Path: "/x"})
		return err
	}
	if f := fault.From(call(Params{})); f == nil || f.Status != 503 || f.Retryable || !strings.Contains(f.Message, "unknown authority") {
		t.Errorf("unknown authority: %+v", f)
	}
	text := string(authority)
	for _, value := range []string{
		file, text, text + text, "a comment\n" + text,
		strings.ReplaceAll(text, "\n", "\r\n"), strings.ReplaceAll(text, "\n", `\n`), // what forms make of it
		strings.ReplaceAll(text, "\n", " "), strings.ReplaceAll(text+text, "\n", ""),
	} {
		certificates, err := parseAuthorities(value)
		if err != nil {
			t.Fatalf("%q: %v", value, err)
		}
		if err := call(Params{CACertificates: certificates}); err != nil {
			t.Errorf("own authority: %v", err)
		}
	}
	if err := call(Params{SkipCertificates: true}); err != nil {
		t.Errorf("verify_certificate false: %v", err)
	}
}

// TestProxy covers FAULTS rows 43 to 46 with a CONNECT proxy of our own.
func TestProxy(t *testing.T) {
	target := httptest.NewTLSServer(ok(`{}`))
	defer target.Close()
	var connects atomic.Int32
	proxy := func(handle http.HandlerFunc) *url.URL {
		s := httptest.NewServer(handle)
		t.Cleanup(s.Close)
		u, err := url.Parse(strings.Replace(s.URL, "http://", "http://user:CANARY-password@", 1))
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	tunnel := proxy(func(w http.ResponseWriter, r *http.Request) {
		connects.Add(1)
		if r.Header.Get("Proxy-Authorization") == "" || r.Header.Get("X-ApiKeys") != "" {
			w.WriteHeader(407)
			return
		}
		client, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer client.Close()
		fmt.Fprint(client, "HTTP/1.1 200 OK\r\n\r\n<html>a page in the place of a tunnel</html>")
	})
	refusing := proxy(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(407) })
	broken := proxy(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) })
	gone, _ := url.Parse("http://user:CANARY-password@127.0.0.1:1")
	server, _ := url.Parse(target.URL)
	for name, u := range map[string]*url.URL{"refusing": refusing, "broken": broken, "gone": gone, "no tunnel": tunnel} {
		p := Params{Server: server, Proxy: u, SkipCertificates: true}
		c, _ := newClient(t, target.URL)
		c.http.SetTransport(newTransport(p))
		_, err := c.Post(t.Context(), Call{Path: "/x"})
		f := fault.From(err)
		if f == nil || f.Status != 503 || f.OutcomeUnknown || strings.Contains(fmt.Sprint(f.Message, f.Hint, f.Cause), "CANARY") {
			t.Errorf("%s: %+v, want 503 without the password", name, f)
		}
	}
	if connects.Load() == 0 {
		t.Error("the proxy of the connection was not used")
	}
}

func TestForbiddenAddressBehindAName(t *testing.T) {
	server, _ := url.Parse("https://rebinding.example.com")
	dial := dialer(server)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	// The dialer sees the address that the name resolved to.
	metadata, _ := url.Parse("https://169.254.169.254")
	if _, err := dialer(metadata)(ctx, "tcp", "169.254.169.254:443"); err == nil || !strings.Contains(err.Error(), errForbiddenAddress.Error()) {
		t.Errorf("dialling a metadata address: %v, want a refusal", err)
	}
	// Another host is the proxy's, and free.
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if c, err := dial(ctx, "tcp", listener.Addr().String()); err != nil {
		t.Errorf("dialling a proxy: %v", err)
	} else {
		c.Close()
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
