// Package redact takes the secrets of a run out of all that leaves it: the envelope, the
// log, and what is drawn on a terminal. It knows no secret by itself, and nothing of
// where texts come from and go.
package redact

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"
)

// Redactor takes secrets out of what leaves the process: as they are, in either case, in
// base64 and hexadecimal, and in the escapes of JSON, URLs and HTML. It is the last
// check, not the method: no room lets a secret come this far, but a hostile server can
// send back what it was sent.
//
// One Redactor serves a whole run. It learns the secrets as they become known, and
// whoever holds it uses all that it knows by then. The zero Redactor, and nil, know
// none. It is safe for concurrent use.
type Redactor struct {
	mu      sync.Mutex // held while secrets are added
	secrets []string
	known   atomic.Pointer[patterns]
}

// Hide adds secrets. Those that are too short are left out, because what merely looks
// like them would be redacted, and so are those that are longer than any: the request
// that holds one is refused, and megabytes of it would take seconds.
func (r *Redactor) Hide(secrets ...string) {
	const shortest, longest = 8, 4096 // bytes
	r.mu.Lock()
	defer r.mu.Unlock()
	before := len(r.secrets)
	for _, secret := range secrets {
		usual := len(secret) >= shortest && len(secret) <= longest
		if usual && !slices.Contains(r.secrets, secret) {
			r.secrets = append(r.secrets, secret)
		}
	}
	if len(r.secrets) > before {
		r.known.Store(newPatterns(r.secrets))
	}
}

// patterns are what is known now.
func (r *Redactor) patterns() *patterns {
	if r != nil {
		if known := r.known.Load(); known != nil {
			return known
		}
	}
	return &patterns{inNames: new(patterns)}
}

// Text is a text without the secrets.
func (r *Redactor) Text(text string) string { return string(r.patterns().clean([]byte(text))) }

// Name is the name of a file without the secrets but those that are like a plain word.
func (r *Redactor) Name(name string) string { return string(r.patterns().inNames.clean([]byte(name))) }

// patterns are the forms of some secrets.
type patterns struct {
	forms   [][]byte
	escaped *[utf8.RuneSelf][]position // where a secret has a character, by its low bits
	inNames *patterns                  // for the names of members and files
}

func newPatterns(secrets []string) *patterns {
	p := formsOf(secrets)
	p.inNames = formsOf(slices.DeleteFunc(slices.Clone(secrets), likeName))
	p.inNames.inNames = p.inNames
	return p
}

// likeName tells a secret that is like the name of a member. A password may be such a
// word; the member has its name all the same.
func likeName(secret string) bool {
	return strings.IndexFunc(secret, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) }) < 0
}

func formsOf(secrets []string) *patterns {
	p := &patterns{escaped: new([utf8.RuneSelf][]position)}
	for _, secret := range secrets {
		p.addPositions(secret)
		inHex := hex.EncodeToString([]byte(secret))
		for _, form := range []string{
			secret, strings.ToLower(secret), strings.ToUpper(secret),
			url.QueryEscape(secret), inHex, strings.ToUpper(inHex),
		} {
			p.forms = append(p.forms, []byte(form))
		}
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			for _, form := range inBase64(encoding, secret) {
				p.forms = append(p.forms, form)
				if bytes.ContainsAny(form, "/+") { // the others have nothing to escape
					p.addPositions(string(form))
				}
			}
		}
	}
	slices.SortFunc(p.forms, func(a, b []byte) int { return cmp.Or(len(b)-len(a), bytes.Compare(a, b)) })
	p.forms = slices.CompactFunc(p.forms, bytes.Equal)
	return p
}

// inBase64 is the base64 of a secret within a longer text, at each of the three
// places where it can stand in a group of bytes: what its own bytes alone decide.
func inBase64(encoding *base64.Encoding, secret string) [][]byte {
	var forms [][]byte
	for before, skipped := range []int{0, 2, 3} {
		encoded := encoding.AppendEncode(nil, append(make([]byte, before), secret...))
		whole := (before + len(secret)) * 8 / 6
		forms = append(forms, encoded[skipped:whole])
	}
	return forms
}

const redacted = "[redacted]"

// clean returns data without the secrets; data itself stays as it is.
func (p *patterns) clean(data []byte) []byte {
	for _, form := range p.forms {
		if bytes.Contains(data, form) {
			data = bytes.ReplaceAll(data, form, []byte(redacted))
		}
	}
	clean, _ := p.cleanEscaped(data)
	return clean
}

// holds tells whether data holds a secret.
func (p *patterns) holds(data []byte) bool {
	if slices.ContainsFunc(p.forms, func(form []byte) bool { return bytes.Contains(data, form) }) {
		return true
	}
	_, found := p.cleanEscaped(data)
	return found
}
