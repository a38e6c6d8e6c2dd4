package result

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// secretForms are the texts that give a secret away: the secret as it is and as
// JSON, a URL, base64 and hexadecimal write it, and as the table of the result
// does. A hostile server can echo any of them.
func secretForms(secrets []string) []string {
	var forms []string
	for _, secret := range secrets {
		text := inJSON(secret, false)
		forms = append(forms,
			secret,
			text,
			inJSON(secret, true),
			inASCII(text),
			inJSON(html.EscapeString(secret), false),
			url.QueryEscape(secret),
			url.PathEscape(secret),
			strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(secret)), "="),
			strings.TrimRight(base64.URLEncoding.EncodeToString([]byte(secret)), "="),
			hex.EncodeToString([]byte(secret)),
			strings.ToUpper(hex.EncodeToString([]byte(secret))),
		)
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}

const redacted = "[redacted]"

// redact takes the secrets out of a piece of JSON text, which stays JSON: in a
// string they alone are replaced, and any other value that holds one is replaced
// as a whole. A piece may begin and end anywhere but in a string.
func redact(data []byte, secrets []string) []byte {
	holds := func(text []byte) bool {
		return slices.ContainsFunc(secrets, func(secret string) bool { return bytes.Contains(text, []byte(secret)) })
	}
	if !holds(data) {
		return data
	}
	var clean []byte
	for len(data) > 0 {
		token := data[:tokenLength(data)]
		data = data[len(token):]
		if holds(token) {
			token = redactToken(token, secrets)
		}
		clean = append(clean, token...)
	}
	return clean
}

func redactToken(token []byte, secrets []string) []byte {
	whole := []byte(strconv.Quote(redacted))
	if token[0] != '"' || len(token) == 1 {
		return whole
	}
	inside := token[1 : len(token)-1]
	for _, secret := range secrets {
		inside = bytes.ReplaceAll(inside, []byte(secret), []byte(redacted))
	}
	if text := slices.Concat([]byte{'"'}, inside, []byte{'"'}); json.Valid(text) {
		return text
	}
	return whole // the secret began within an escape
}

// tokenLength is how long the string, the other value, or the single character is
// that JSON text begins with.
func tokenLength(text []byte) int {
	if text[0] != '"' {
		switch end := bytes.IndexAny(text, "{}[],:\" \t\r\n"); end {
		case 0:
			return 1
		case -1:
			return len(text)
		default:
			return end
		}
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

// inJSON is a text as it stands between the quotation marks of JSON.
func inJSON(text string, escapeHTML bool) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(escapeHTML)
	_ = encoder.Encode(text) // a text always has a form in JSON
	return strings.TrimSuffix(strings.TrimPrefix(b.String(), `"`), "\"\n")
}

// inASCII is the text of JSON with everything beyond ASCII escaped, as many
// servers write it.
func inASCII(text string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		if unit < 0x80 {
			b.WriteByte(byte(unit))
			continue
		}
		fmt.Fprintf(&b, `\u%04x`, unit)
	}
	return b.String()
}
