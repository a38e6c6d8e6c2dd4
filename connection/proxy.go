package connection

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"

	"tenableio/internal/fault"
)

// proxyFor takes the proxy from the environment unless the connection names one. A
// variable that cannot be read is an error: Go would silently use no proxy.
func proxyFor(proxy *url.URL) func(*http.Request) (*url.URL, error) {
	if proxy != nil {
		return http.ProxyURL(proxy)
	}
	const message = "No connection was made: a proxy variable of the environment is not a valid URL."
	unreadable := unreachable(message).WithHint(proxyHint)
	return func(r *http.Request) (*url.URL, error) {
		if r.URL.Scheme == "https" && !loopbackHost(r.URL.Hostname()) && !readableProxy(EnvironmentProxy()) {
			return nil, unreadable
		}
		u, err := http.ProxyFromEnvironment(r)
		if err != nil {
			return nil, unreadable // err quotes the variable, with its password
		}
		return u, nil
	}
}

// EnvironmentProxy is the value of the variable that applies to https.
func EnvironmentProxy() string {
	return cmp.Or(os.Getenv("HTTPS_PROXY"), os.Getenv("https_proxy"))
}

// readableProxy tells whether a proxy variable is a URL, or a host and port.
func readableProxy(value string) bool {
	if value == "" {
		return true
	}
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}
	u, err := url.Parse(value)
	return err == nil && u.Hostname() != "" && plainPort(u) && slices.Contains(proxySchemes, u.Scheme)
}

// checkConnect checks a proxy's answer to CONNECT. A 200 that announces a body is a page
// of the proxy's own, and no TLS will ever come after it.
func checkConnect(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	length := answer.Header.Get("Content-Length")
	page := length != "" && length != "0" || mediaType(answer.Header.Get("Content-Type")) == "text/html"
	if answer.StatusCode != http.StatusOK || page {
		return proxyRefusal(answer.StatusCode)
	}
	return nil
}

// proxyRefusal is the failure of a proxy that opens no connection: it answers with
// another status than 200, or with a page. The proxy's own words are left out: they may
// repeat what it was sent.
func proxyRefusal(status int) *fault.Error {
	answer := strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
	if status == http.StatusOK {
		answer = "with a page"
	}
	f := unreachable("The proxy did not open a connection; it answered %s.", answer).WithHint(proxyHint)
	busy := status == http.StatusRequestTimeout || status == http.StatusTooManyRequests
	f.Retryable = busy || status != http.StatusOK && (status < 400 || status > 499)
	return f
}

const proxyHint = "Check Proxy URL of the connection, or HTTPS_PROXY and NO_PROXY in the environment, " +
	"and the proxy itself."

// proxyFault explains a proxy that does not let the request through. Its address is
// not shown: it may hold a password.
func proxyFault(err error, _ string) *fault.Error {
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || op.Op != "proxyconnect" && !strings.HasPrefix(op.Op, "socks") {
		return nil
	}
	trouble, permanent := proxyTrouble(err)
	f := unreachable("The proxy %s.", trouble).WithHint(proxyHint)
	f.Retryable = !permanent
	return f
}

// proxyTrouble says what keeps the proxy from being reached. permanent: asking
// again cannot help.
func proxyTrouble(err error) (trouble string, permanent bool) {
	dns, isDNS := errors.AsType[*net.DNSError](err)
	_, isPlain := errors.AsType[tls.RecordHeaderError](err)
	_, isDistrusted := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case isDNS && dns.IsNotFound:
		return "was not found: the name server does not know its host name (DNS)", true
	case isDNS:
		return "was not found: the name server did not answer (DNS)", false
	case strings.Contains(err.Error(), "authentication"): // of SOCKS, which has no type for it
		return "refused the user name or the password", true
	case isPlain:
		return "does not speak TLS: its URL must begin with http:// in the place of https://", true
	case isDistrusted:
		return "has a certificate that cannot be verified", true
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused the connection", false
	case isTimeout(err):
		return "did not answer in time", false
	}
	return "could not be reached, or did not open a connection", false
}
