package connection

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Limits of one exchange. The time limit of the whole command cuts them short.
const (
	dialTimeout      = 10 * time.Second
	handshakeTimeout = 10 * time.Second
	headerTimeout    = 60 * time.Second // workbench and scan details take tens of seconds
	idleReadTimeout  = 30 * time.Second // a body that stops coming
	maxHeaderBytes   = 64 << 10
)

var (
	errForbiddenAddress = errors.New("the host name leads to a link-local, metadata or multicast address")
	errProxySetting     = errors.New("a proxy variable of the environment cannot be read")
)

// proxyRefusal is a proxy's answer to CONNECT that opens nothing: another status than
// 200, or a page. Its own words are left out: they may be what it was sent.
type proxyRefusal struct{ status int }

func (e *proxyRefusal) Error() string { return fmt.Sprintf("the proxy answered %d", e.status) }

// connected checks a proxy's answer to CONNECT. A 200 that announces a body is a page
// of the proxy's own, and no TLS will ever come after it.
func connected(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	length := answer.Header.Get("Content-Length")
	page := length != "" && length != "0" || mediaType(answer.Header.Get("Content-Type")) == "text/html"
	if answer.StatusCode != http.StatusOK || page {
		return &proxyRefusal{status: answer.StatusCode}
	}
	return nil
}

// newTransport returns the transport of one process. HTTP/1.1 only: bulk
// downloads over HTTP/2 were measured 3.6 times slower.
func newTransport(p Params) *http.Transport {
	t := &http.Transport{
		Proxy:                  proxyFor(p.Proxy),
		DialContext:            dialer(p.Server),
		TLSHandshakeTimeout:    handshakeTimeout,
		ResponseHeaderTimeout:  headerTimeout,
		MaxResponseHeaderBytes: maxHeaderBytes,
		MaxIdleConnsPerHost:    4, // calls that may run at the same time
		IdleConnTimeout:        90 * time.Second,
		OnProxyConnectResponse: connected,
		Protocols:              new(http.Protocols),
	}
	t.Protocols.SetHTTP1(true)
	if p.Server.Scheme != "https" {
		return t
	}
	t.TLSClientConfig = &tls.Config{
		MinVersion:         tls.VersionTLS12,
		RootCAs:            rootPool(p.CACertificates),
		InsecureSkipVerify: p.SkipCertificates, //nolint:gosec // the customer's own switch, off unless set
	}
	return t
}

// proxyFor asks the environment unless the connection names a proxy. A variable
// that cannot be read is an error: Go would go round the proxy in silence.
func proxyFor(proxy *url.URL) func(*http.Request) (*url.URL, error) {
	if proxy != nil {
		return http.ProxyURL(proxy)
	}
	return func(r *http.Request) (*url.URL, error) {
		if r.URL.Scheme == "https" && !loopbackHost(r.URL.Hostname()) && !readableProxy(environmentProxy()) {
			return nil, errProxySetting
		}
		u, err := http.ProxyFromEnvironment(r)
		if err != nil {
			return nil, errProxySetting // the cause quotes the variable, with its password
		}
		return u, nil
	}
}

// environmentProxy is the variable that decides for https.
func environmentProxy() string {
	if value := os.Getenv("HTTPS_PROXY"); value != "" {
		return value
	}
	return os.Getenv("https_proxy")
}

// readableProxy tells whether a proxy variable is a URL, or a host and port.
func readableProxy(value string) bool {
	if value == "" {
		return true
	}
	u, err := parseProxyVariable(value)
	return err == nil && u.Hostname() != "" && plainPort(u) && slices.Contains(proxySchemes, u.Scheme)
}

func parseProxyVariable(value string) (*url.URL, error) {
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}
	return url.Parse(value)
}

// dialer refuses forbidden addresses after the name was resolved, so a name
// that leads there fails too. A proxy may be at any address: its operator chose it.
func dialer(server *url.URL) func(ctx context.Context, network, address string) (net.Conn, error) {
	target := net.JoinHostPort(server.Hostname(), portOf(server))
	guarded := &net.Dialer{
		Timeout: dialTimeout,
		ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
			resolved, err := netip.ParseAddrPort(address)
			if err != nil || forbidden(resolved.Addr()) {
				return errForbiddenAddress
			}
			return nil
		},
	}
	free := &net.Dialer{Timeout: dialTimeout}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == target {
			return guarded.DialContext(ctx, network, address)
		}
		return free.DialContext(ctx, network, address)
	}
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// bundles are the places of the one file that holds a system's certificate
// authorities. Go's own loader reads, on Debian, the file and then each of the
// 290 files beside it, which costs some 11 ms of every start.
var bundles = []string{
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/ca-bundle.pem",
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
	"/etc/ssl/cert.pem",
}

// rootPool is the system's authorities and the extra ones. SSL_CERT_FILE and
// SSL_CERT_DIR are honoured by leaving the work to Go's loader.
func rootPool(extra []*x509.Certificate) *x509.CertPool {
	pool := systemBundle()
	if pool == nil {
		var err error
		if pool, err = x509.SystemCertPool(); err != nil {
			pool = x509.NewCertPool()
		}
	}
	for _, authority := range extra {
		pool.AddCert(authority)
	}
	return pool
}

func systemBundle() *x509.CertPool {
	if os.Getenv("SSL_CERT_FILE") != "" || os.Getenv("SSL_CERT_DIR") != "" {
		return nil
	}
	for _, name := range bundles {
		if content, err := os.ReadFile(name); err == nil {
			pool := x509.NewCertPool()
			if pool.AppendCertsFromPEM(content) {
				return pool
			}
		}
	}
	return nil
}
