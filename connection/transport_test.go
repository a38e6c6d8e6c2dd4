package connection

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"tenableio/internal/fault"
)

// TestTransportHasLimits: the transport is our own, not that of a library, and each
// of its steps has an end.
func TestTransportHasLimits(t *testing.T) {
	server, _ := url.Parse("https://cloud.tenable.com")
	transport := newTransport(Params{Server: server})
	if transport.TLSClientConfig.MinVersion < tls.VersionTLS12 || transport.TLSClientConfig.InsecureSkipVerify ||
		transport.TLSClientConfig.KeyLogWriter != nil {
		t.Errorf("TLS is weaker than promised: %+v", transport.TLSClientConfig)
	}
	if transport.TLSHandshakeTimeout == 0 || transport.ResponseHeaderTimeout == 0 ||
		transport.MaxResponseHeaderBytes == 0 || transport.IdleConnTimeout == 0 {
		t.Errorf("a step has no limit: %+v", transport)
	}
	c, _ := newClient(t, "https://cloud.tenable.com")
	if c.http.GetClient().Jar != nil || c.http.RetryCount != 0 || c.http.Debug || c.http.UserInfo != nil {
		t.Error("resty keeps cookies, repeats, shows or signs requests by itself")
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
	if f := fault.From(call(Params{})); f == nil || f.Status != 503 || f.Retryable ||
		!strings.Contains(f.Message, "unknown authority") {
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
	if _, err := dialer(metadata)(ctx, "tcp", "169.254.169.254:443"); err == nil ||
		!strings.Contains(err.Error(), errForbiddenAddress.Error()) {
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
