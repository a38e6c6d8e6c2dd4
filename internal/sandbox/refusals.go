package sandbox

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"tenableio/internal/sandbox/web"
)

// sandboxHeader marks an answer that is the sandbox's own: Tenable would not give it.
const sandboxHeader = "X-Tenableio-Sandbox"

// What sandboxHeader says.
const (
	unserved = "not-served"
	refused  = "refused"
)

// refuseUnserved answers for an endpoint that is not in the table. The status is
// 404, because the SDKs repeat a 501.
func refuseUnserved(w http.ResponseWriter, r *http.Request) {
	const longest = 200
	path := r.URL.EscapedPath()
	if len(path) > longest {
		path = path[:longest] + "…"
	}
	w.Header().Set(sandboxHeader, unserved)
	message := fmt.Sprintf("The sandbox does not serve %s %s. That is the sandbox's lack, not Tenable's answer.",
		r.Method, path)
	refusal := web.Refusal(http.StatusNotFound, message).With("method", r.Method).With("path", path)
	web.WriteJSON(w, http.StatusNotFound, refusal)
}

// refuseImpersonation answers a caller who wants to act as somebody else, which
// would otherwise be done as the caller without a word.
func refuseImpersonation(w http.ResponseWriter) {
	w.Header().Set(sandboxHeader, refused)
	web.Refuse(w, http.StatusBadRequest,
		"The sandbox impersonates nobody: send the keys of the user instead of X-Impersonate.")
}

// refuseForeign refuses a request that the web page of another site made a browser send: to
// a host name of that site which leads here, or from its Origin. It says whether it has
// answered.
func refuseForeign(w http.ResponseWriter, r *http.Request) bool {
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	origin := r.Header.Get("Origin")
	switch {
	case !isLoopback(r.Host):
		w.Header().Set(sandboxHeader, refused)
		web.Refuse(w, http.StatusMisdirectedRequest,
			"The sandbox answers to localhost and loopback addresses alone, not to this Host.")
	case origin != "" && !strings.EqualFold(origin, scheme+r.Host):
		w.Header().Set(sandboxHeader, refused)
		web.Refuse(w, http.StatusForbidden, "The sandbox answers no pages of other sites: the Origin is not its own.")
	default:
		return false
	}
	return true
}

// isLoopback says whether a Host, with a port or without, is this machine for sure.
func isLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	address, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return strings.EqualFold(host, "localhost") || err == nil && address.IsLoopback()
}
