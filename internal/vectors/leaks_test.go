package vectors_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// The canaries are secrets that must appear only where they belong.
// No piece of them is in the plugin or in a vector.
const (
	accessCanary   = "Qk7wZr2mXv9pLt4nHs8dGb1y"
	secretCanary   = "Jf3cYb6gUe1aNo5iTq0xKw9z"
	passwordCanary = "Wm9sKd2hRv7jPz4xBc6tLg3u"
	proxyCanary    = "Vy5uGi8oAe3lTn1fQw7kMd4r"
)

// pieceSize is the shortest piece of a canary that counts as a leak, in bytes.
const pieceSize = 8

// pieces indexes all pieces of the canaries, in every form in which they could leak, by their first two bytes.
// The index lets leaked read a text once, instead of once for each of some 500 pieces.
var pieces = sync.OnceValue(func() *[1 << 16][]string {
	var all [1 << 16][]string
	for _, canary := range []string{accessCanary, secretCanary, passwordCanary, proxyCanary} {
		for _, form := range forms(canary) {
			start := int(form[0])<<8 | int(form[1])
			all[start] = append(all[start], form)
		}
	}
	return &all
})

// forms returns the pieces of a canary: plain, reversed, in hex, percent-encoded, and in JSON's escapes,
// once and twice. It adds the pieces of its base64 at each of three offsets.
func forms(canary string) []string {
	var all []string
	for i := 0; i+pieceSize <= len(canary); i++ {
		piece := []byte(canary[i : i+pieceSize])
		encoded := hex.EncodeToString(piece)
		var percent, escaped string
		for _, b := range piece {
			percent += fmt.Sprintf("%%%02X", b)
			escaped += fmt.Sprintf(`\u%04x`, b)
		}
		twice := strings.ReplaceAll(escaped, `\`, `\\`) // as a line of the log holds it
		all = append(all, string(piece), encoded, strings.ToUpper(encoded), percent, escaped, twice)
		slices.Reverse(piece)
		all = append(all, string(piece))
	}
	for shift := range 3 {
		encoded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", shift) + canary))
		inner := encoded[4 : len(encoded)-4] // both ends depend on the neighbouring bytes
		for i := 0; i+12 <= len(inner); i += 4 {
			all = append(all, inner[i:i+12])
		}
	}
	return all
}

// leaked finds a piece of a canary in text, or returns "".
func leaked(text []byte) string {
	known := pieces()
	for i := range len(text) - pieceSize + 1 {
		for _, piece := range known[int(text[i])<<8|int(text[i+1])] {
			if bytes.HasPrefix(text[i:], []byte(piece)) {
				return piece
			}
		}
	}
	return ""
}

// checkLeaks looks for the canaries wherever the plugin could have left them.
// It searches both streams, every file of its folder, the request lines, and headers in which they do not belong.
func checkLeaks(t reporter, v vector, o outcome) {
	t.Helper()
	for where, text := range map[string][]byte{"stdout": o.stdout, "stderr": o.stderr} {
		if piece := leaked(text); piece != "" {
			t.Errorf("%s holds %q of a canary: %.1500s", where, piece, text)
		}
	}
	for _, r := range append(o.requests, o.proxied...) {
		if piece := leaked([]byte(r.line)); piece != "" {
			t.Errorf("the request line %q holds %q of a canary", r.line, piece)
		}
		for name, lines := range r.header {
			if name == "X-Apikeys" || name == "Proxy-Authorization" {
				continue
			}
			if piece := leaked([]byte(strings.Join(lines, "\n"))); piece != "" {
				t.Errorf("the header %s holds %q of a canary", name, piece)
			}
		}
	}
	for _, r := range o.proxied {
		if r.header.Get("X-ApiKeys") != "" {
			t.Errorf("the proxy saw the keys")
		}
	}
	for name, text := range o.files {
		if piece := leaked([]byte(text)); piece != "" {
			t.Errorf("the file %s holds %q of a canary", name, piece)
		}
		if piece := leaked([]byte(name)); piece != "" {
			t.Errorf("the name of the file %s holds %q of a canary", name, piece)
		}
	}
}
