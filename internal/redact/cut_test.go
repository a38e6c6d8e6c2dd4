package redact

import (
	"strings"
	"testing"
)

// TestCutWithinAnEscape: of a secret that is cut within an escape, no eight characters stay.
func TestCutWithinAnEscape(t *testing.T) {
	const secret = "CANARY-0123456789"
	r := hiding(secret)
	for at := 8; at < len(secret); at++ {
		for _, half := range []string{`\`, `\u`, `\u0`, `\u00`, `\u003`, `%`, `%3`, `&`, `&#`, `&#5`, `&#x3`} {
			text := "name " + secret[:at] + half + "…"
			if clean := r.Text(text); strings.Contains(clean, secret[:8]) {
				t.Errorf("%q stays in %q", text, clean)
			}
		}
	}
}
