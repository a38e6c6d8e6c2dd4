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
	"unicode"
	"unicode/utf8"
)

// Net takes secrets out of what leaves the process: as they are, in either
// case, in base64 and hexadecimal, and in the escapes of JSON, URLs and HTML. It is a
// net under the rooms that never let a secret come this far, not the method; a hostile
// server can send back what it was sent.
type Net struct {
	forms  [][]byte
	within *[utf8.RuneSelf][]place // where a secret has a character, by its low bits
	names  *Net                    // for the names of members and files
}

// NewNet returns the net for the secrets.
func NewNet(secrets []string) Net {
	n := newNet(secrets)
	names := newNet(slices.DeleteFunc(slices.Clone(secrets), likeName))
	n.names, names.names = &names, &names
	return n
}

// likeName tells a secret that is like the name of a member. A password may be such a
// word; the member has its name all the same.
func likeName(secret string) bool {
	return strings.IndexFunc(secret, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) }) < 0
}

func newNet(secrets []string) Net {
	n := Net{within: new([utf8.RuneSelf][]place)}
	for _, secret := range secrets {
		n.addPlaces(secret)
		inHex := hex.EncodeToString([]byte(secret))
		for _, form := range []string{secret, strings.ToLower(secret), strings.ToUpper(secret), url.QueryEscape(secret), inHex, strings.ToUpper(inHex)} {
			n.forms = append(n.forms, []byte(form))
		}
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			for _, form := range inBase64(encoding, secret) {
				n.forms = append(n.forms, form)
				if bytes.ContainsAny(form, "/+") { // the others have nothing to escape
					n.addPlaces(string(form))
				}
			}
		}
	}
	slices.SortFunc(n.forms, func(a, b []byte) int { return cmp.Or(len(b)-len(a), bytes.Compare(a, b)) })
	n.forms = slices.CompactFunc(n.forms, bytes.Equal)
	return n
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

const (
	redacted = "[redacted]"
	ellipsis = '…' // ends what was cut
	leastCut = 8   // bytes of the beginning of a secret that tell it
)

// Clean returns data without the secrets; data itself stays as it is.
func (n Net) Clean(data []byte) []byte {
	for _, form := range n.forms {
		if bytes.Contains(data, form) {
			data = bytes.ReplaceAll(data, form, []byte(redacted))
		}
	}
	clean, _ := n.cleanEscaped(data)
	return clean
}

// holds tells whether data holds a secret.
func (n Net) holds(data []byte) bool {
	for _, form := range n.forms {
		if bytes.Contains(data, form) {
			return true
		}
	}
	_, found := n.cleanEscaped(data)
	return found
}

// Text is Clean of a text of the plugin's own, which may quote a name that was cut: of
// a secret in it, the beginning stands before the ellipsis.
func (n Net) Text(text string) string { return string(n.cleanCut(n.Clean([]byte(text)))) }

// Name is the name of a file without the secrets but those that are like a plain word.
func (n Net) Name(name string) string {
	if n.names == nil {
		return name
	}
	return string(n.names.Clean([]byte(name)))
}

// NameJSON is Name of a piece of JSON text.
func (n Net) NameJSON(data []byte) []byte {
	if n.names == nil {
		return data
	}
	return n.names.CleanJSON(data)
}

// cleanCut takes out what is left of secrets before an ellipsis, in one of the forms.
// It is for texts of the plugin's own alone: Tenable's may end in an ellipsis after
// anything. Of a secret with escapes, place.spelled has found what is left before.
func (n Net) cleanCut(text []byte) []byte {
	parts := bytes.Split(text, []byte(string(ellipsis)))
	for i, part := range parts[:len(parts)-1] {
		if size := n.begun(part); size > 0 {
			parts[i] = slices.Concat(part[:len(part)-size], []byte(redacted))
		}
	}
	return bytes.Join(parts, []byte(string(ellipsis)))
}

// begun is how many bytes at the end of text are the beginning of a secret.
func (n Net) begun(text []byte) int {
	for _, form := range n.forms {
		for size := min(len(form)-1, len(text)); size >= leastCut; size-- {
			if bytes.HasSuffix(text, form[:size]) {
				return size
			}
		}
	}
	return 0
}
