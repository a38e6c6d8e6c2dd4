// Package canned replays recorded exchanges with an API.
// It is strict: each request must match the next recorded one, and none may be left over.
// Only tests use it.
package canned

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"reflect"
	"strings"
	"syscall"
	"testing/iotest"
)

// Exchange is one request with its answer.
type Exchange struct {
	Request  Request  `json:"request"`
	Response Response `json:"response"`
}

// Request is the request that must come. Path includes the query.
// If Body is absent or null, a POST must send {}. The body of a GET is never checked.
type Request struct {
	Method string          `json:"method"`
	Path   string          `json:"path"`
	Body   json.RawMessage `json:"body"`
}

// Response is the answer: Body as JSON, or Text unchanged.
// Fault replaces it by a fault of the network: "refused" makes no connection, "reset" takes the request and
// gives no answer, and "cut" ends the answer in the middle of its body.
type Response struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
	Text    string            `json:"text"`
	Fault   string            `json:"fault"`
}

// Load reads the exchanges of a file: one, or a list of them.
func Load(name string) ([]Exchange, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var list []Exchange
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		err = json.Unmarshal(text, &list)
	} else {
		list = make([]Exchange, 1)
		err = json.Unmarshal(text, &list[0])
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return list, nil
}

// Player answers requests from a list of exchanges, in order.
type Player struct {
	exchanges []Exchange
	next      int
	err       error
}

// NewPlayer returns a player of the exchanges.
func NewPlayer(exchanges []Exchange) *Player { return &Player{exchanges: exchanges} }

// Done returns an error if a request came that was not recorded, or if a recorded one did not come.
func (p *Player) Done() error {
	if p.err == nil && p.next < len(p.exchanges) {
		left := p.exchanges[p.next].Request
		return fmt.Errorf("%d of %d exchanges were not used; the next is %s %s",
			len(p.exchanges)-p.next, len(p.exchanges), left.Method, left.Path)
	}
	return p.err
}

// RoundTrip answers r with the next exchange.
func (p *Player) RoundTrip(r *http.Request) (*http.Response, error) {
	if p.next >= len(p.exchanges) {
		return nil, p.fail(fmt.Errorf("unexpected request %s %s: all %d exchanges are used",
			r.Method, r.URL.RequestURI(), len(p.exchanges)))
	}
	exchange := p.exchanges[p.next]
	if err := match(exchange.Request, r); err != nil {
		return nil, p.fail(fmt.Errorf("exchange %d: %w", p.next+1, err))
	}
	p.next++
	if exchange.Response.Fault == "refused" {
		return nil, syscall.ECONNREFUSED
	}
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil && trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{}) // net/http calls it once it has a connection
	}
	if exchange.Response.Fault == "reset" {
		return nil, syscall.ECONNRESET
	}
	return answer(exchange.Response, r)
}

func (p *Player) fail(err error) error {
	p.err = errors.Join(p.err, err)
	return err
}

func match(want Request, r *http.Request) error {
	path, rawQuery, _ := strings.Cut(want.Path, "?")
	query, err := url.ParseQuery(rawQuery)
	if err != nil {
		return err
	}
	if r.Method != want.Method || r.URL.EscapedPath() != path || !reflect.DeepEqual(r.URL.Query(), query) {
		return fmt.Errorf("got request %s %s, want %s %s", r.Method, r.URL.RequestURI(), want.Method, want.Path)
	}
	if r.Header.Get("X-ApiKeys") == "" {
		return fmt.Errorf("request %s %s carries no keys", r.Method, want.Path)
	}
	if r.Method == http.MethodGet {
		return nil
	}
	return matchBody(want.Body, r)
}

func matchBody(want json.RawMessage, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if len(want) == 0 || string(want) == "null" {
		want = json.RawMessage("{}")
	}
	var wanted, got any
	if err := errors.Join(json.Unmarshal(want, &wanted), json.Unmarshal(body, &got)); err != nil {
		return fmt.Errorf("body of %s: %w", r.URL.Path, err)
	}
	if !reflect.DeepEqual(wanted, got) {
		return fmt.Errorf("%s %s got body %s, want %s", r.Method, r.URL.Path, body, want)
	}
	return nil
}

func answer(want Response, r *http.Request) (*http.Response, error) {
	body := []byte(want.Text)
	if len(want.Body) > 0 {
		var compact bytes.Buffer
		if err := json.Compact(&compact, want.Body); err != nil {
			return nil, err
		}
		body = compact.Bytes()
	}
	header := http.Header{}
	for name, value := range want.Headers {
		switch strings.ToLower(name) {
		case "content-length", "transfer-encoding", "content-encoding":
			continue // these describe the transport of the recording, not this one
		}
		header.Set(name, value)
	}
	sent := io.Reader(bytes.NewReader(body))
	if want.Fault == "cut" {
		sent = io.MultiReader(bytes.NewReader(body[:len(body)/2]), iotest.ErrReader(io.ErrUnexpectedEOF))
	}
	return &http.Response{
		StatusCode: want.Status, Status: fmt.Sprintf("%d %s", want.Status, http.StatusText(want.Status)),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: header,
		Body: io.NopCloser(sent), ContentLength: int64(len(body)), Request: r,
	}, nil
}
