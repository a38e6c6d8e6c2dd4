// Package sandbox is a stateful Tenable.io of its own on loopback: for the demo,
// for the end-to-end tests and benchmarks, and for people who build playbooks
// without a licence. It is written from Tenable's documentation of the API and
// knows nothing of the plugin's client, so that it shares none of its mistakes.
package sandbox

import "net/http"

// The roles that the endpoints ask for, as Tenable numbers them.
//
// https://developer.tenable.com/docs/permissions
const (
	basic         = 16
	scanOperator  = 24
	standard      = 32
	scanManager   = 40
	administrator = 64
)

// route is one endpoint: the least role that may call it, and what answers.
// Keys and role are checked before handle runs.
type route struct {
	method  string
	pattern string // of the path, as http.ServeMux takes it
	role    int
	handle  http.HandlerFunc
}
