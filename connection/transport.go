package connection

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
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

var errForbiddenAddress = errors.New("the host name leads to a link-local, metadata or multicast address")

var errNotLoopback = errors.New("plain http, and the host name does not lead to this machine")

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
		OnProxyConnectResponse: checkConnect,
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

// dialer refuses forbidden addresses after the name was resolved, so that a name which
// leads there fails too. A proxy may have any address: its operator chose it. Where the
// server is plain http, no byte leaves this machine, whatever localhost stands for.
func dialer(server *url.URL) func(ctx context.Context, network, address string) (net.Conn, error) {
	target := net.JoinHostPort(server.Hostname(), cmp.Or(server.Port(), "443"))
	inClear := server.Scheme == "http"
	guarded := &net.Dialer{
		Timeout: dialTimeout,
		ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
			resolved, err := netip.ParseAddrPort(address)
			if err != nil || forbidden(resolved.Addr()) {
				return errForbiddenAddress
			}
			if inClear && !resolved.Addr().Unmap().IsLoopback() {
				return errNotLoopback
			}
			return nil
		},
	}
	free := &net.Dialer{Timeout: dialTimeout}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if inClear || address == target {
			return guarded.DialContext(ctx, network, address)
		}
		return free.DialContext(ctx, network, address)
	}
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
