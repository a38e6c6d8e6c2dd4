package connection

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"

	"tenableio/internal/fault"
)

// transportFault puts an error of the network into words: what happened, and
// what to look at. sent tells whether a connection was had, and with it the
// request may have reached the server. permanent: asking again cannot help.
func transportFault(err error, host string, sent bool) (f *fault.Error, permanent bool) {
	if own, ok := errors.AsType[*fault.Error](err); ok {
		return own, true // a transport that makes no connection on purpose
	}
	if asked, ok := errors.AsType[*url.Error](err); ok {
		err = asked.Err // without the URL, the query of which is no log's business
	}
	for _, explain := range []func(error, string) (*fault.Error, bool){proxyFault, addressFault, certificateFault} {
		if f, permanent := explain(err, host); f != nil {
			return f.WithCause(err), permanent
		}
	}
	switch {
	case errors.Is(err, errIdle):
		f = fault.TimedOut("The answer of %s stopped coming.", host)
	case isTimeout(err) && sent:
		f = fault.TimedOut("No response from the API: %s did not answer in time.", host)
	case isTimeout(err):
		f = fault.TimedOut("No response from the API: connecting to %s took too long.", host)
	case errors.Is(err, syscall.ECONNREFUSED):
		f = networkFault(http.StatusServiceUnavailable, "No response from the API: %s refused the connection.", host)
	case !sent:
		f = networkFault(http.StatusServiceUnavailable, "No response from the API: the connection to %s could not be made.", host)
	case isMalformed(err):
		f = fault.New(http.StatusBadGateway, "%s answered with something that is not valid HTTP.", host).WithHint("Check the Server URL: another service seems to answer there.")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		f = networkFault(http.StatusBadGateway, "The answer of %s was cut off: the connection was closed or reset.", host)
	default:
		f = networkFault(http.StatusBadGateway, "The answer of %s could not be read to its end.", host)
	}
	f.Retryable = true
	return f.WithCause(err), false
}

const networkHint = "Check the Server URL, this machine's DNS, firewall and proxy settings, then try again."

func networkFault(status int, format string, args ...any) *fault.Error {
	f := fault.New(status, format, args...).WithHint(networkHint)
	f.Category = fault.Network
	return f
}

// addressFault explains a name that leads nowhere or where it must not.
func addressFault(err error, host string) (*fault.Error, bool) {
	if errors.Is(err, errForbiddenAddress) {
		return networkFault(http.StatusServiceUnavailable, "No connection was made: %s leads to a link-local, metadata or multicast address, which is not allowed.", host), true
	}
	dns, ok := errors.AsType[*net.DNSError](err)
	if !ok {
		return nil, false
	}
	name := (&url.URL{Host: host}).Hostname() // a port is no business of a name server's
	if dns.IsNotFound {
		return networkFault(http.StatusServiceUnavailable, "No response from the API: the host name %s was not found (DNS).", name), true
	}
	f := networkFault(http.StatusServiceUnavailable, "No response from the API: the name server did not answer for %s (DNS).", name)
	f.Retryable = true
	return f, false
}

const proxyHint = "Check Proxy URL of the connection, or HTTPS_PROXY and NO_PROXY in the environment, and the proxy itself."

// proxyFault explains a proxy that does not let the request through. Its
// address is not shown: it may hold a password.
func proxyFault(err error, _ string) (*fault.Error, bool) {
	if errors.Is(err, errProxySetting) {
		return networkFault(http.StatusServiceUnavailable, "No connection was made: a proxy variable of the environment is not a valid URL.").WithHint(proxyHint), true
	}
	if refusal, ok := errors.AsType[*proxyRefusal](err); ok {
		if refusal.status == http.StatusOK {
			return networkFault(http.StatusServiceUnavailable, "The proxy did not open a connection; it answered with a page.").WithHint(proxyHint), true
		}
		answer := strings.TrimSpace(fmt.Sprintf("%d %s", refusal.status, http.StatusText(refusal.status)))
		f := networkFault(http.StatusServiceUnavailable, "The proxy did not open a connection; it answered %s.", answer).WithHint(proxyHint)
		f.Retryable = refusal.status != http.StatusProxyAuthRequired
		return f, !f.Retryable
	}
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || op.Op != "proxyconnect" && !strings.HasPrefix(op.Op, "socks") {
		return nil, false
	}
	trouble, permanent := proxyTrouble(err)
	f := networkFault(http.StatusServiceUnavailable, "The proxy %s.", trouble).WithHint(proxyHint)
	f.Retryable = !permanent
	return f, permanent
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

const certificateHint = "If a TLS-inspecting proxy or a private authority is in use, give its certificate in CA Certificates of the connection, or in the file that SSL_CERT_FILE names."

// certificateFault explains a TLS handshake that failed for good.
func certificateFault(err error, host string) (*fault.Error, bool) {
	refuse := func(hint, why string) (*fault.Error, bool) {
		return networkFault(http.StatusServiceUnavailable, "No response from the API: no secure connection to %s; %s", host, why).WithHint("%s", hint), true
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return refuse("Check this machine's clock, then the server's certificate.", "its certificate is expired or not yet valid.")
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return refuse("Check the Server URL and whether a TLS-inspecting proxy answers in the server's place.", "its certificate is for another host name.")
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return refuse(certificateHint, "its certificate is signed by an unknown authority.")
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return refuse(certificateHint, "its certificate cannot be verified.")
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok || strings.Contains(err.Error(), "server gave HTTP response to HTTPS client") {
		return refuse("Check the Server URL and its port: something without TLS answers there.", "the server does not speak TLS.")
	}
	if wantsCertificate(err) {
		return refuse("Servers that ask for a client certificate are not supported.", "the server asks for a client certificate.")
	}
	if strings.Contains(err.Error(), "tls: ") && !isTimeout(err) {
		return refuse("The server must speak TLS 1.2 or newer and ask for no client certificate, and no proxy in between may break the handshake.", "the TLS handshake failed.")
	}
	return nil, false
}

// wantsCertificate recognises a server's alert about the client's certificate.
// With TLS 1.3 it comes after the request was written; a server that sends it has
// not finished the handshake, so it has not read the request either.
func wantsCertificate(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "remote error" && strings.Contains(op.Err.Error(), "certificate")
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout() || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errIdle)
}

// malformed are net/http's refusals of an answer, which have no type.
var malformed = []string{
	"malformed HTTP", "malformed MIME header", "server response headers exceeded", "too many 1xx", "bad Content-Length", "Content-Length header",
	"transfer encoding", "malformed chunked encoding", "chunk length", "chunked line",
}

func isMalformed(err error) bool {
	text := err.Error()
	return slices.ContainsFunc(malformed, func(words string) bool { return strings.Contains(text, words) })
}

// isBadRedirect recognises net/http's refusal of a Location header, which has no
// type either and comes before CheckRedirect is asked.
func isBadRedirect(err error) bool {
	return strings.Contains(err.Error(), "failed to parse Location header")
}
