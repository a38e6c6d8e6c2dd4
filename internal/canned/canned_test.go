package canned

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// play sends one request to a player of one exchange.
func play(t *testing.T, method, target, body string, e Exchange) (*Player, *http.Response, bool, error) {
	t.Helper()
	p := NewPlayer([]Exchange{e})
	connected := false
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected = true }}
	ctx := httptrace.WithClientTrace(t.Context(), trace)
	r, err := http.NewRequestWithContext(ctx, method, "https://api.example.com"+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-ApiKeys", "accessKey=a;secretKey=b")
	response, err := p.RoundTrip(r)
	return p, response, connected, err
}

// TestPlayerIsStrict checks that an unexpected request is an error, and so is a recorded one that never comes.
func TestPlayerIsStrict(t *testing.T) {
	get := Exchange{
		Request:  Request{Method: "GET", Path: "/scans?a=1&b=2"},
		Response: Response{Status: 200, Body: []byte(`{"a": 1}`)},
	}
	post := Exchange{
		Request:  Request{Method: "POST", Path: "/x", Body: []byte(`{"items": [1]}`)},
		Response: Response{Status: 200},
	}
	for _, tt := range []struct {
		method, target, body string
		e                    Exchange
		good                 bool
	}{
		{"GET", "/scans?b=2&a=1", "", get, true},
		{"GET", "/scans?a=1", "", get, false},
		{"GET", "/scans?a=1&b=2&c=3", "", get, false},
		{"GET", "/scan?a=1&b=2", "", get, false},
		{"POST", "/scans?a=1&b=2", "{}", get, false},
		{"POST", "/x", `{"items":[1]}`, post, true},
		{"POST", "/x", `{"items":[1,2]}`, post, false},
		{"POST", "/x", `{}`, post, false},
	} {
		p, _, _, err := play(t, tt.method, tt.target, tt.body, tt.e)
		if (err == nil) != tt.good || (p.Done() == nil) != tt.good {
			t.Errorf("%s %s %s: %v, Done %v; want good %t", tt.method, tt.target, tt.body, err, p.Done(), tt.good)
		}
	}
	if NewPlayer([]Exchange{get}).Done() == nil {
		t.Error("an exchange that nobody asked for is not reported")
	}
}

// TestFaults checks the trace, by which the client knows whether its request went out.
func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		fault     string
		connected bool
		want      error
	}{
		{"refused", false, syscall.ECONNREFUSED},
		{"reset", true, syscall.ECONNRESET},
		{"cut", true, io.ErrUnexpectedEOF},
		{"", true, nil},
	} {
		e := Exchange{
			Request:  Request{Method: "GET", Path: "/scans"},
			Response: Response{Status: 200, Body: []byte(`{"scans": []}`), Fault: tt.fault},
		}
		_, response, connected, err := play(t, "GET", "/scans", "", e)
		if err == nil {
			_, err = io.ReadAll(response.Body)
		}
		if connected != tt.connected || !errors.Is(err, tt.want) {
			t.Errorf("fault %q: connected %t, %v; want %t, %v", tt.fault, connected, err, tt.connected, tt.want)
		}
	}
}

// TestLoad checks that a file may hold one exchange or a list of them.
func TestLoad(t *testing.T) {
	one := `{"request": {"method": "GET", "path": "/scans"}, "response": {"status": 200}}`
	for text, want := range map[string]int{one: 1, "[" + one + "," + one + "]": 2, "[]": 0, "{": -1} {
		name := filepath.Join(t.TempDir(), "x.json")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		list, err := Load(name)
		if (err != nil) != (want < 0) || err == nil && len(list) != want {
			t.Errorf("Load(%s): %d exchanges, %v; want %d", text, len(list), err, want)
		}
	}
}
