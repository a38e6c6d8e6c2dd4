package cli

import (
	"strings"

	"tenableio/internal/fault"
	"tenableio/internal/names"
	"tenableio/internal/pattern"
	"tenableio/internal/redact"
)

// whereKeysGo tells where to put a key instead of in an argument.
const whereKeysGo = "put them in a file for --connection, or into TENABLEIO_ACCESS_KEY and TENABLEIO_SECRET_KEY"

// keyNames are the names that people give the keys of a connection, in the form of names.Squash.
var keyNames = map[string]bool{
	"apiaccesskey": true, "apisecretkey": true, "accesskey": true, "secretkey": true, "apikey": true, "apikeys": true,
	"key": true, "keys": true, "xapikeys": true, "access": true, "secret": true, "token": true, "apitoken": true,
	"tenableioaccesskey": true, "tenableiosecretkey": true, "tioaccesskey": true, "tiosecretkey": true,
}

// namesKey tells whether a name is one of a key. Keys are never taken from arguments,
// because every user of a machine can read the arguments of its processes.
func namesKey(name string) bool {
	return keyNames[names.Squash(name)]
}

// holdsKey tells whether a text holds what a key of Tenable is, 64 hexadecimal digits, or
// names a key as Tenable's header does.
func holdsKey(text string) bool { return keyForm().MatchString(text) }

var keyForm = pattern.Lazy(`[0-9a-fA-F]{64}|(?i:accesskey=|secretkey=)`)

// printable is the value of a flag fit for a message.
func printable(value string) fault.Quote {
	if holdsKey(value) {
		return "[redacted]"
	}
	return fault.Quote(value)
}

// harmless is an argument fit for a message: without its value, and not at all where it
// looks like a key.
func harmless(argument string) fault.Quote {
	name, _, hasValue := strings.Cut(argument, "=")
	switch {
	case holdsKey(argument):
		return "[redacted]"
	case hasValue:
		return fault.Quote(name + "=…")
	}
	return fault.Quote(name)
}

// redactor is one that knows the secrets in the environment, before any request is read.
func (p process) redactor() *redact.Redactor {
	r := new(redact.Redactor)
	for _, name := range []string{"TENABLEIO_ACCESS_KEY", "TENABLEIO_SECRET_KEY", "TIO_ACCESS_KEY", "TIO_SECRET_KEY"} {
		r.Hide(p.variable(name))
	}
	r.Hide(redact.Password(p.variable("TENABLEIO_PROXY_URL")))
	return r
}
