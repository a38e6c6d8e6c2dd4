package fleet

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
)

// Proxy stands before a sandbox. The first part of a path is the tenant, so that one
// sandbox serves many; it counts the calls of each, and can hold them up.
type Proxy struct {
	server *httptest.Server
	target *httputil.ReverseProxy

	mu     sync.Mutex
	counts map[Call]int
	hook   func(Call, http.ResponseWriter, *http.Request, http.Handler) bool
}

// Call is a kind of call: "POST launch", "GET status" of a tenant.
type Call struct{ Tenant, Method, Last string }

// StartProxy starts a proxy before the server of a sandbox.
func StartProxy(sandbox *Sandbox) (*Proxy, error) {
	target, err := url.Parse(sandbox.ServerURL)
	if err != nil {
		return nil, err
	}
	p := &Proxy{counts: map[Call]int{}}
	p.target = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = target.Host
		},
		ErrorLog: log.New(io.Discard, "", 0), // callers that are killed
	}
	p.server = httptest.NewServer(p)
	return p, nil
}

// Close ends the proxy and every call that it holds up.
func (p *Proxy) Close() {
	p.server.CloseClientConnections()
	p.server.Close()
}

// URL is the Server URL of a tenant.
func (p *Proxy) URL(tenant string) string { return p.server.URL + "/" + tenant }

// Count is how many calls of a kind came; an empty member of the call matches any.
func (p *Proxy) Count(want Call) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	sum := 0
	for call, n := range p.counts {
		if (want.Tenant == "" || want.Tenant == call.Tenant) && (want.Method == "" || want.Method == call.Method) &&
			(want.Last == "" || want.Last == call.Last) {
			sum += n
		}
	}
	return sum
}

// Hook lets a test answer calls itself. A hook that returns false lets the call pass;
// it is given the handler that passes it.
func (p *Proxy) Hook(hook func(call Call, w http.ResponseWriter, r *http.Request, pass http.Handler) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hook = hook
}

// ServeHTTP counts a call and passes it on.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	tenant, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	call := Call{tenant, r.Method, path[strings.LastIndex(path, "/")+1:]}
	p.mu.Lock()
	p.counts[call]++
	hook := p.hook
	p.mu.Unlock()
	pass := http.StripPrefix("/"+tenant, p.target)
	if hook == nil || !hook(call, w, r, pass) {
		pass.ServeHTTP(w, r)
	}
}
