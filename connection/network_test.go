package connection

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"tenableio/internal/fault"
)

// TestProxyThatFails: the failure is told as the proxy's, not as the server's.
func TestProxyThatFails(t *testing.T) {
	plain := newServer(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) })
	for _, tt := range []struct{ name, server, proxy, want string }{
		{"unknown host name", "https://tenable.example.com", "http://user:canary-canary@proxy.invalid:3128", "The proxy was not found"},
		{"without TLS", "https://tenable.example.com", strings.Replace(plain.URL, "http", "https", 1), "The proxy does not speak TLS"},
		{"wrong password, server in clear", "http://127.0.0.1:1", plain.URL, "The proxy did not open a connection; it answered 407"},
	} {
		var p Params
		p.Server, _ = url.Parse(tt.server)
		p.Proxy, _ = url.Parse(tt.proxy)
		c := New(p, Options{Log: zerolog.Nop()})
		_, err := c.Post(t.Context(), Call{Path: "/x"})
		f := fault.From(err)
		if f.Status != 503 || f.Category != fault.Network || f.Retryable || f.OutcomeUnknown ||
			!strings.HasPrefix(f.Message, tt.want) || f.Hint != proxyHint {
			t.Errorf("%s: %+v, want a refusal that begins %q", tt.name, f, tt.want)
		}
		if c.Stats().Requests != 1 {
			t.Errorf("%s: %d attempts, want 1", tt.name, c.Stats().Requests)
		}
	}
}

// TestHostNameThatIsNotResolved: the message names the host, without the port of
// the Server URL.
func TestHostNameThatIsNotResolved(t *testing.T) {
	for _, tt := range []struct {
		notFound bool
		want     string
	}{
		{true, "No response from the API: the host name tenable.example.com was not found (DNS)."},
		{false, "No response from the API: the name server did not answer for tenable.example.com (DNS)."},
	} {
		f := transportFault(&net.DNSError{IsNotFound: tt.notFound}, "tenable.example.com:8443", false)
		if f.Message != tt.want || f.Retryable == tt.notFound {
			t.Errorf("got %+v, want %q", f, tt.want)
		}
	}
}
