package redact

import (
	"bytes"
	"html"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// deepest is how many times over the redactor reads what is escaped: by the server, in its
// JSON, and in a line of the log.
const deepest = 3

// escapes begin what stands for another character: in JSON, in URLs, in HTML,
// and in JSON pointers.
const escapes = `\%&~`

// position is where a secret, or a form of it, has a character.
type position struct {
	secret string
	at     int
}

func (p *patterns) addPositions(secret string) {
	for i, r := range secret {
		p.escaped[r%utf8.RuneSelf] = append(p.escaped[r%utf8.RuneSelf], position{secret, i})
	}
}

// cleanEscaped takes out the secrets of which at least one character is escaped, and
// tells whether there were any.
func (p *patterns) cleanEscaped(data []byte) (clean []byte, found bool) {
	if p.escaped == nil {
		return data, false // no secrets are known
	}
	done := 0 // how much of data is in clean
	for at := bytes.IndexAny(data, escapes); at >= 0 && at < len(data); {
		if from, to := p.spelled(data, at); from >= done && to > from {
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

// spelled finds the longest secret that has its first escaped character at a place of data:
// from what is before it, as it is, to the end of it, escaped or not.
func (p *patterns) spelled(data []byte, at int) (from, to int) {
	for times := 1; times <= deepest; times++ {
		first, width := unescape(data[at:], times)
		if width == 1 {
			break // no escape
		}
		for _, candidate := range p.escaped[first%utf8.RuneSelf] {
			if !bytes.HasSuffix(data[:at], []byte(candidate.secret[:candidate.at])) {
				continue
			}
			if end := candidate.spelled(data[at:], times); end > 0 && candidate.at+end > to-from {
				from, to = at-candidate.at, at+end
			}
		}
		if !strings.ContainsRune(escapes, first) {
			break // and no escape of one
		}
	}
	return from, to
}

// spelled is how many bytes of data, which is escaped so many times over, spell the
// secret from here to its end, or 0.
func (p position) spelled(data []byte, times int) int {
	size := 0
	for _, want := range p.secret[p.at:] {
		r, width := unescape(data[size:], times)
		if r != want {
			return 0
		}
		size += width
	}
	return size
}

// unescape is the first character of data, which is escaped so many times over, and
// how many bytes write it.
func unescape(data []byte, times int) (first rune, width int) {
	if times == 0 {
		return utf8.DecodeRune(data)
	}
	r := unescaper{data: data, times: times - 1}
	first = r.next()
	width = r.at
	plain, ok := r.meant(first)
	if !ok {
		return first, width
	}
	return plain, r.at
}

// unescaper reads the characters of an escape, which may be escaped themselves.
type unescaper struct {
	data      []byte
	times, at int
}

func (r *unescaper) next() rune {
	c, width := unescape(r.data[r.at:], r.times)
	r.at += width
	return c
}

// meant is the character that an escape stands for.
func (r *unescaper) meant(escape rune) (plain rune, ok bool) {
	switch escape {
	case '\\':
		return r.backslash()
	case '%':
		return r.percent()
	case '&':
		return r.entity()
	case '~':
		return lookup("01", "~/", r.next())
	}
	return 0, false
}

// lookup is the character of to that stands where from has c.
func lookup(from, to string, c rune) (rune, bool) {
	i := strings.IndexRune(from, c)
	if i < 0 {
		return 0, false
	}
	return rune(to[i]), true
}

// backslash reads the rest of an escape of JSON: \n or \u00e9.
func (r *unescaper) backslash() (rune, bool) {
	c := r.next()
	if c != 'u' {
		return lookup(`"\/bfnrt`, "\"\\/\b\f\n\r\t", c)
	}
	unit, ok := r.code(4)
	if !utf16.IsSurrogate(unit) {
		return unit, ok
	}
	after := *r
	backslash := after.next() == '\\'
	if backslash && after.next() == 'u' {
		low, _ := after.code(4)
		if pair := utf16.DecodeRune(unit, low); pair != unicode.ReplacementChar {
			*r = after
			return pair, true
		}
	}
	return unit, ok
}

// percent reads the rest of an escape of a URL: %41, or %C3%A9 of UTF-8.
func (r *unescaper) percent() (rune, bool) {
	code, ok := r.code(2)
	if code < utf8.RuneSelf {
		return code, ok
	}
	text := []byte{byte(code & 0xff)}
	after := *r
	for !utf8.FullRune(text) && after.next() == '%' {
		more, _ := after.code(2)
		text = append(text, byte(more&0xff))
	}
	if plain, size := utf8.DecodeRune(text); plain != utf8.RuneError && size == len(text) {
		*r = after
		return plain, true
	}
	return code, ok
}

// code reads hexadecimal digits.
func (r *unescaper) code(digits int) (code rune, ok bool) {
	for range digits {
		switch c := unicode.ToLower(r.next()); {
		case c >= '0' && c <= '9':
			code = code<<4 | (c - '0')
		case c >= 'a' && c <= 'f':
			code = code<<4 | (c - 'a' + 10)
		default:
			return 0, false
		}
	}
	return code, true
}

// entity reads the rest of an entity of HTML: &amp; or &#38;.
func (r *unescaper) entity() (rune, bool) {
	const longest = 10 // characters
	text := [longest]byte{'&'}
	for i := 1; i < longest; i++ {
		c := r.next()
		if c >= utf8.RuneSelf || c != ';' && c != '#' && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			break
		}
		text[i] = byte(c & 0x7f)
		if c == ';' {
			plain := html.UnescapeString(string(text[:i+1]))
			first, width := utf8.DecodeRuneInString(plain)
			return first, width == len(plain)
		}
	}
	return 0, false
}
