package result

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Net takes secrets out of what leaves the process: as they are, in either
// case, in base64 and hexadecimal, and in the escapes of JSON, URLs and HTML. It is a
// net under the rooms that never let a secret come this far, not the method; a hostile
// server can send back what it was sent.
type Net struct {
	secrets []string
	within  [utf8.RuneSelf]bool // the characters of the secrets
	forms   [][]byte
	names   *Net // for the names of members
}

// NewNet returns the net for the secrets.
func NewNet(secrets []string) Net {
	n := newNet(secrets)
	names := newNet(slices.DeleteFunc(slices.Clone(secrets), likeName))
	n.names = &names
	return n
}

// likeName tells a secret that is like the name of a member. A password may be such a
// word; the member has its name all the same.
func likeName(secret string) bool {
	return strings.IndexFunc(secret, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) }) < 0
}

func newNet(secrets []string) Net {
	n := Net{secrets: slices.Clone(secrets)}
	for _, secret := range secrets {
		for _, r := range secret {
			n.within[r%utf8.RuneSelf] = true
		}
		inHex := hex.EncodeToString([]byte(secret))
		inJSON, _ := json.Marshal(secret) // a text is never refused
		n.forms = append(n.forms, inJSON[1:len(inJSON)-1])
		for _, form := range []string{secret, strings.ToLower(secret), strings.ToUpper(secret), url.QueryEscape(secret), inHex, strings.ToUpper(inHex)} {
			n.forms = append(n.forms, []byte(form))
		}
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			n.forms = append(n.forms, inBase64(encoding, secret)...)
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

const redacted = "[redacted]"

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

// Text is Clean of a text for people. Where it was cut, the beginning of a secret may
// stand before the ellipsis, and goes too.
func (n Net) Text(text string) string {
	parts := strings.Split(string(n.Clean([]byte(text))), ellipsis)
	for i := range len(parts) - 1 {
		parts[i] = n.withoutBeginning(parts[i])
	}
	return strings.Join(parts, ellipsis)
}

// withoutBeginning is a text that does not end with the beginning of a secret.
func (n Net) withoutBeginning(text string) string {
	const shortest = 4 // bytes; less than that tells nothing, and is the end of many a word
	for _, form := range n.forms {
		for size := min(len(form), len(text)); size >= shortest; size-- {
			if before, found := strings.CutSuffix(text, string(form[:size])); found {
				return before + redacted
			}
		}
	}
	return text
}

// line is oneLine of a text without the secrets. They go first: of one that is cut in
// the middle, a part would stay.
func (n Net) line(text string) string { return oneLine(n.Text(text)) }

// cleanEscaped takes out the secrets of which at least one character is escaped, and
// tells whether there were any.
func (n Net) cleanEscaped(data []byte) (clean []byte, found bool) {
	const escapes = `\%&`
	done := 0 // how much of data is in clean
	for at := bytes.IndexAny(data, escapes); at >= 0 && at < len(data); {
		if from, to := n.spelled(data, at); from >= done && to > from {
			clean = append(append(clean, data[done:from]...), redacted...)
			done, at = to, to
		} else {
			at++
		}
		next := bytes.IndexAny(data[at:], escapes)
		if next < 0 {
			break
		}
		at += next
	}
	if done == 0 {
		return data, false
	}
	return append(clean, data[done:]...), true
}

// spelled finds the secret that has its first escaped character at a place of data:
// from what is before it, as it is, to the end of it, escaped or not.
func (n Net) spelled(data []byte, at int) (from, to int) {
	first, width := unescape(data[at:])
	if width == 1 || !n.within[first%utf8.RuneSelf] {
		return 0, 0
	}
	for _, secret := range n.secrets {
		for i, r := range secret {
			if r != first || i > at || string(data[at-i:at]) != secret[:i] {
				continue
			}
			if end := spells(data[at:], secret[i:]); end > 0 {
				return at - i, at + end
			}
		}
	}
	return 0, 0
}

// spells is how many bytes of data spell the text, or 0.
func spells(data []byte, text string) int {
	size := 0
	for _, want := range text {
		r, width := unescape(data[size:])
		if r != want {
			return 0
		}
		size += width
	}
	return size
}

// unescape is the character at the start of data and how many bytes write it.
func unescape(data []byte) (r rune, width int) {
	var code [1]byte
	unit, isUnit := codeUnit(data)
	switch {
	case isUnit:
		if low, ok := codeUnit(data[6:]); ok && utf16.DecodeRune(unit, low) != utf8.RuneError {
			return utf16.DecodeRune(unit, low), 12
		}
		return unit, 6
	case len(data) >= 2 && data[0] == '\\' && strings.IndexByte(`"\/`, data[1]) >= 0:
		return rune(data[1]), 2
	case len(data) >= 3 && data[0] == '%':
		if _, err := hex.Decode(code[:], data[1:3]); err == nil {
			return rune(code[0]), 3
		}
	case len(data) >= 4 && data[0] == '&':
		const longest = 10 // bytes of an entity
		end := bytes.IndexByte(data[:min(len(data), longest)], ';')
		if plain := []rune(html.UnescapeString(string(data[:end+1]))); len(plain) == 1 {
			return plain[0], end + 1
		}
	}
	return utf8.DecodeRune(data)
}

// codeUnit is the code unit of UTF-16 that JSON text begins with: \u00e9.
func codeUnit(data []byte) (unit rune, ok bool) {
	var code [2]byte
	if len(data) < 6 || data[0] != '\\' || data[1] != 'u' {
		return 0, false
	}
	_, err := hex.Decode(code[:], data[2:6])
	return rune(code[0])<<8 | rune(code[1]), err == nil
}
