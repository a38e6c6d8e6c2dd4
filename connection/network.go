package connection

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"

	"tenableio/internal/fault"
)

// transportFault says what happened on the network, and what to look at. connected
// tells whether the request may have reached the server. The failure is retryable
// unless another attempt would meet the same.
func transportFault(err error, host string, connected bool) *fault.Error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f // the end of the run, or what this package or another transport refuses itself
	}
	if asked, ok := errors.AsType[*url.Error](err); ok {
		err = asked.Err // without the URL, whose query does not belong in a log
	}
	for _, explain := range []func(error, string) *fault.Error{proxyFault, addressFault, certificateFault} {
		if f := explain(err, host); f != nil {
			return f.WithCause(err)
		}
	}
	f := exchangeFault(err, host, connected).AsRetryable()
	if isNotHTTP(err) {
		return f // err quotes what the server sent
	}
	return f.WithCause(err)
}

// exchangeFault explains what may pass: a server or a network that is slow, down or
// breaks off.
func exchangeFault(err error, host string, connected bool) *fault.Error {
	switch {
	case errors.Is(err, errIdle):
		return fault.TimedOut("The answer of %s stopped coming.", host)
	case isTimeout(err) && connected:
		return fault.TimedOut("No response from the API: %s did not answer in time.", host)
	case isTimeout(err):
		return fault.TimedOut("No response from the API: connecting to %s took too long.", host)
	case errors.Is(err, syscall.ECONNREFUSED):
		return unreachable("No response from the API: %s refused the connection.", host)
	case !connected:
		return unreachable("No response from the API: the connection to %s could not be made.", host)
	case isNotHTTP(err):
		return fault.New(http.StatusBadGateway, "%s answered with something that is not valid HTTP.", host).
			WithHint("Check the Server URL: another service seems to answer there.")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		const message = "The answer of %s was cut off: the connection was closed or reset."
		return networkFault(http.StatusBadGateway, message, host)
	}
	return networkFault(http.StatusBadGateway, "The answer of %s could not be read to its end.", host)
}

// unreachable is the failure of a request that no server received.
func unreachable(format string, args ...any) *fault.Error {
	return networkFault(http.StatusServiceUnavailable, format, args...)
}

func networkFault(status int, format string, args ...any) *fault.Error {
	return fault.New(status, format, args...).WithStatus(status, fault.Network).
		WithHint("Check the Server URL, this machine's DNS, firewall and proxy settings, then try again.")
}

func redirected(answer *http.Response) *fault.Error {
	target := "another address"
	if location, err := answer.Location(); err == nil && location.Host != "" && len(location.Host) < 256 {
		target = location.Host
	}
	const message = "The server redirected to %s (HTTP %d); redirects are not followed."
	return fault.New(http.StatusBadGateway, message, target, answer.StatusCode).WithHint(ServerHint)
}

// badRedirect is redirected for an address that cannot be read. It has no cause, which
// would quote what the server sent.
func badRedirect() *fault.Error {
	const message = "The server redirected to something that is no address; redirects are not followed."
	return fault.New(http.StatusBadGateway, message).WithHint(ServerHint)
}

// addressFault explains a name that leads nowhere or where it must not.
func addressFault(err error, host string) *fault.Error {
	if errors.Is(err, errNotLoopback) {
		const message = "No connection was made: plain http is allowed to this machine only, and %s leads to another one."
		return unreachable(message, host).WithHint("Use https://, or give the address of this machine, such as 127.0.0.1.")
	}
	if errors.Is(err, errForbiddenAddress) {
		const message = "No connection was made: %s leads to a link-local, metadata or multicast address, " +
			"which is not allowed."
		return unreachable(message, host)
	}
	dns, ok := errors.AsType[*net.DNSError](err)
	if !ok {
		return nil
	}
	name := (&url.URL{Host: host}).Hostname() // a name server does not care about the port
	if dns.IsNotFound {
		return unreachable("No response from the API: the host name %s was not found (DNS).", name)
	}
	return unreachable("No response from the API: the name server did not answer for %s (DNS).", name).AsRetryable()
}

const certificateHint = "If a TLS-inspecting proxy or a private authority is in use, give its certificate in " +
	"CA Certificates of the connection, or in the file that SSL_CERT_FILE names."

// certificateFault explains a TLS handshake that another attempt cannot make succeed.
func certificateFault(err error, host string) *fault.Error {
	why, hint := certificateTrouble(err)
	if why == "" {
		return nil
	}
	return unreachable("No response from the API: no secure connection to %s; %s", host, why).WithHint("%s", hint)
}

// certificateTrouble says why a TLS handshake failed and what to do; nothing for
// another error.
func certificateTrouble(err error) (why, hint string) {
	invalid, isInvalid := errors.AsType[x509.CertificateInvalidError](err)
	_, isOtherHost := errors.AsType[x509.HostnameError](err)
	_, isUnknownAuthority := errors.AsType[x509.UnknownAuthorityError](err)
	_, isUnverified := errors.AsType[*tls.CertificateVerificationError](err)
	_, isPlain := errors.AsType[tls.RecordHeaderError](err)
	switch {
	case isInvalid && invalid.Reason == x509.Expired:
		return "its certificate is expired or not yet valid.", "Check this machine's clock, then the server's certificate."
	case strings.Contains(err.Error(), "insecure algorithm"):
		return "its certificate is signed with an outdated algorithm (such as SHA-1), which proves nothing.",
			"The server, or the TLS-inspecting proxy in its place, needs a certificate that is signed with SHA-256 or better."
	case strings.Contains(err.Error(), "keys are insecure"), strings.Contains(err.Error(), "RSA key too small"):
		return "its certificate has an RSA key that is too short to be safe.",
			"The server, or the TLS-inspecting proxy in its place, needs a certificate with an RSA key of 2048 bits or more."
	case isOtherHost:
		return "its certificate is for another host name.",
			"Check the Server URL and whether a TLS-inspecting proxy answers in the server's place."
	case isUnknownAuthority:
		return "its certificate is signed by an unknown authority.", certificateHint
	case isUnverified:
		return "its certificate cannot be verified.", certificateHint
	case isPlain, strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return "the server does not speak TLS.", "Check the Server URL and its port: something without TLS answers there."
	case wantsCertificate(err):
		return "the server asks for a client certificate.", "Servers that ask for a client certificate are not supported."
	case strings.Contains(err.Error(), "tls: ") && !isTimeout(err):
		return "the TLS handshake failed.", "The server must speak TLS 1.2 or newer and ask for no client certificate, " +
			"and no proxy in between may break the handshake."
	}
	return "", ""
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

// notHTTP are net/http's refusals of an answer, which have no type.
var notHTTP = []string{
	"malformed HTTP", "malformed MIME header", "server response headers exceeded", "too many 1xx",
	"bad Content-Length", "Content-Length header", "transfer encoding",
	"malformed chunked encoding", "chunk length", "chunked line",
}

func isNotHTTP(err error) bool {
	text := err.Error()
	return slices.ContainsFunc(notHTTP, func(words string) bool { return strings.Contains(text, words) })
}

// isBadRedirect recognises net/http's refusal of a Location header, which has no
// type either and comes before CheckRedirect is asked.
func isBadRedirect(err error) bool {
	return strings.Contains(err.Error(), "failed to parse Location header")
}
