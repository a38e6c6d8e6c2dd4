package redact

import (
	"strings"
	"testing"
)

// FuzzRedactor: whatever is around a secret, and however much of it is escaped, the secret
// is not in what is left, and what was no secret stays.
func FuzzRedactor(f *testing.F) {
	f.Add([]byte(`{"a":"`), []byte(`"}`), uint32(0))
	f.Add([]byte(`%2`), []byte(`&#67;`), uint32(0xffff))
	f.Fuzz(func(t *testing.T, before, after []byte, escaped uint32) {
		const secret = "CANARY-0123456789"
		r := hiding(secret)
		clean := string(r.patterns().clean(append(append(before, partlyEscaped(secret, escaped)...), after...)))
		if strings.Contains(clean, secret) || !strings.Contains(clean, redacted) {
			t.Errorf("%q", clean)
		}
	})
}

// partlyEscaped writes each character of text in one of four ways, by two bits of how.
func partlyEscaped(text string, how uint32) string {
	const digits = "0123456789abcdef"
	var b strings.Builder
	for i := range len(text) {
		high, low := digits[text[i]>>4], digits[text[i]&15]
		switch how >> (2 * (i % 16)) & 3 {
		case 0:
			b.WriteByte(text[i])
		case 1:
			b.WriteString(`\u00` + string(high) + string(low))
		case 2:
			b.WriteString("%" + string(high) + string(low))
		case 3:
			b.WriteString("&#x" + string(high) + string(low) + ";")
		}
	}
	return b.String()
}
