package connection

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"
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
			fmt.Fprintf(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n%s",
				strings.Repeat(" ", n))
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
