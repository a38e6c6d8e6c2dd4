package redact

import "testing"

// Before the secrets are known, and where there are none, everything stays.
func TestNetWithoutSecrets(t *testing.T) {
	const text = `\u0041 "%41" &#65; ~1 \\u0041…`
	for _, net := range []Net{{}, NewNet(nil)} {
		if got := net.Text(text) + net.Name(text) + string(net.CleanJSON([]byte(text))); got != text+text+text {
			t.Errorf("got %s", got)
		}
	}
}

// The longest of several secrets that are written at a place is taken out.
func TestNoEndOfASecretStaysBehindAShorterOne(t *testing.T) {
	net := NewNet([]string{"prefix-secret", "prefix-secret-1234567"})
	if got := string(net.Clean([]byte(`%70refix-secret-1234567`))); got != "[redacted]" {
		t.Errorf("got %s", got)
	}
}

// TestNetKeepsWhatIsNoSecret: nearly a secret, and the ends of a text, are no matter.
func TestNetKeepsWhatIsNoSecret(t *testing.T) {
	net := NewNet([]string{"CANARY-12345678", `back\slash%41&amp`})
	for _, text := range []string{"", `\`, `\u`, `\u00`, "%", "%4", "&", "&#", "&#67", "CANARY-1234567", `\u0043ANARY-1234567`, `CANARY-1234567%`, `CANARY%2D1234567`, `CANARY-1234567…`, "~0~1~", `\\u0043ANARY-1234567`, `C\u0041NARY-12345679`, "100 % of &lt;all&gt; \\n\\t", "&#67;ANARY-&#49;"} {
		if got := string(net.Clean([]byte(text))); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// TestNoPartOfASecretStaysWhereATextWasCut: what quotes a value cuts it first, and
// knows no secrets.
func TestNoPartOfASecretStaysWhereATextWasCut(t *testing.T) {
	const secret = `CANARY-"12345678"-CANARY`
	for text, want := range map[string]string{
		`Unknown input "aCANARY-"12…".`:   `Unknown input "a[redacted]…".`,
		`Unknown input "aCANARY-\"12…".`:  `Unknown input "a[redacted]…".`,
		`twice: /%43ANARY-%221…, byte 7`:  `twice: /[redacted]…, byte 7`,
		`CANARY-… and CANARY-"… are…`:     `CANARY-… and [redacted]… are…`,
		`CANARY-"1234567 is not cut.`:     `CANARY-"1234567 is not cut.`,
		`XCANARY-"12345678"-CANARY… is …`: `X[redacted]… is …`,
		`CANAR Y…`:                        `CANAR Y…`,
		`…`:                               `…`,
		``:                                ``,
	} {
		if got := NewNet([]string{secret}).Text(text); got != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
}
