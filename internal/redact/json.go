package redact

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"

	"tenableio/internal/strictjson"
)

// JSON is a piece of JSON text without the secrets, as WriteJSON writes it.
func (r *Redactor) JSON(data []byte) []byte { return r.patterns().json(data) }

// NameJSON is JSON of what describes a file: secrets that are like a plain word stay.
func (r *Redactor) NameJSON(data []byte) []byte { return r.patterns().inNames.json(data) }

// WriteJSON writes a piece of JSON text without the secrets. What is written is JSON
// still: in a string they alone are replaced, and any other value that holds one is
// replaced as a whole. A piece may begin and end anywhere but in a string. Nothing but
// a token that holds a secret is copied.
func (r *Redactor) WriteJSON(w io.Writer, data []byte) error { return r.patterns().writeJSON(w, data) }

func (p *patterns) json(data []byte) []byte {
	var clean bytes.Buffer
	_ = p.writeJSON(&clean, data) // a buffer takes everything
	return clean.Bytes()
}

func (p *patterns) writeJSON(w io.Writer, data []byte) error {
	if !p.holds(data) {
		_, err := w.Write(data)
		return err
	}
	written := 0
	for at := 0; at < len(data); {
		end := at + tokenLength(data[at:])
		isName := bytes.HasPrefix(bytes.TrimLeft(data[end:], " \t\r\n"), []byte{':'}) // of a member
		clean, changed := p.cleanToken(data[at:end], isName)
		if changed {
			if _, err := w.Write(data[written:at]); err != nil {
				return err
			}
			if _, err := w.Write(clean); err != nil {
				return err
			}
			written = end
		}
		at = end
	}
	_, err := w.Write(data[written:])
	return err
}

// cleanToken is a token without the secrets, and whether it held any.
func (p *patterns) cleanToken(token []byte, name bool) (clean []byte, changed bool) {
	const shortest = 8 // no secret that is known is shorter
	if name {
		p = p.inNames
	}
	if len(token) < shortest || !p.holds(token) {
		return nil, false
	}
	whole := []byte(strconv.Quote(redacted))
	if token[0] != '"' {
		return whole, true
	}
	text := slices.Concat([]byte{'"'}, p.clean(token[1:len(token)-1]), []byte{'"'})
	if !json.Valid(text) { // the secret began within an escape
		return whole, true
	}
	return text, true
}

// tokenLength is how long the string, the other value, or the single character is
// that JSON text begins with.
func tokenLength(text []byte) int {
	if text[0] == '"' {
		return min(strictjson.EndOfString(text, 0)+1, len(text))
	}
	if end := bytes.IndexAny(text, "{}[],:\" \t\r\n"); end >= 0 {
		return max(end, 1)
	}
	return len(text)
}
