package redact

import (
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// hiding is a redactor of the secrets.
func hiding(secrets ...string) *Redactor {
	r := new(Redactor)
	r.Hide(secrets...)
	return r
}

// Before the secrets are known, and where there are none, everything stays.
func TestNothingChangesWithoutSecrets(t *testing.T) {
	const text = `\u0041 "%41" &#65; ~1 \\u0041…`
	for _, r := range []*Redactor{nil, new(Redactor), hiding()} {
		if got := r.Text(text) + r.Name(text) + string(r.JSON([]byte(text))); got != text+text+text {
			t.Errorf("got %s", got)
		}
	}
}

// The longest of several secrets that are written at a place is taken out.
func TestNoEndOfASecretStaysBehindAShorterOne(t *testing.T) {
	r := hiding("prefix-secret", "prefix-secret-1234567")
	if got := r.Text(`%70refix-secret-1234567`); got != "[redacted]" {
		t.Errorf("got %s", got)
	}
}

// TestWhatIsNoSecretStays: nearly a secret, and the ends of a text, are no matter.
func TestWhatIsNoSecretStays(t *testing.T) {
	r := hiding("CANARY-12345678", `back\slash%41&amp`)
	for _, text := range []string{"", `\`, `\u`, `\u00`, "%", "%4", "&", "&#", "&#67", "CANARY-1234567", `\u0043ANARY-1234567`, `CANARY-1234567%`, `CANARY%2D1234567`, `CANARY-1234567…`, "~0~1~", `\\u0043ANARY-1234567`, `C\u0041NARY-12345679`, "100 % of &lt;all&gt; \\n\\t", "&#67;ANARY-&#49;"} {
		if got := string(r.patterns().clean([]byte(text))); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// TestTextsAreCutAfterTheSecretsAreGone: wherever a secret stands, no part of it is at the
// end of what is left.
func TestTextsAreCutAfterTheSecretsAreGone(t *testing.T) {
	const secret = `CANARY-"12345678"-CANARY`
	r := hiding(secret)
	for at := range 100 {
		for _, spelled := range []string{secret, url.QueryEscape(secret), hex.EncodeToString([]byte(secret))} {
			text := strings.Repeat("x", at) + spelled + strings.Repeat("y", 100)
			longer := text + strings.Repeat("y", unsure)
			for _, short := range []string{
				r.Quote(text), r.Head(text, 70), r.Head(longer, 70), r.Quote(strings.Repeat(" ", 500) + text),
			} {
				if strings.Contains(short, spelled[:8]) || len(short) > 70 {
					t.Errorf("%d: %s", at, short)
				}
			}
		}
	}
	for text, want := range map[string]string{
		"a\nb": "a b", strings.Repeat("x", 64): strings.Repeat("x", 64), strings.Repeat("x", 65): strings.Repeat("x", 64) + "…",
		"x" + strings.Repeat("ä", 64): "x" + strings.Repeat("ä", 31) + "…",
	} {
		if got := r.Quote(text); got != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
}

// TestBeginning: of a text that goes on, the end may be a part of a secret.
// TestCutLinesSayThatTheyAreCut: also where the cut is in white space, or at a secret that is shorter without it.
func TestCutLinesSayThatTheyAreCut(t *testing.T) {
	const secret = "CANARY-1234567890123456789012345678901234567890"
	r := hiding(secret)
	for name, text := range map[string]string{
		"white space": strings.Repeat("x", 1990) + strings.Repeat(" ", 100) + "y",
		"secrets":     strings.Repeat("x\n", 900) + secret + secret + strings.Repeat("y\n", 20_000),
		"of one line": strings.Repeat("x", 3000),
	} {
		lines := r.ShortLines(text)
		if last := lines[len(lines)-1]; !strings.HasSuffix(last, "…") || strings.Contains(last, "CANARY") {
			t.Errorf("%s: the last line is %q", name, last)
		}
	}
	if got := r.ShortLines(strings.Repeat(" ", 3000) + "x"); len(got) != 1 || got[0] != "x" {
		t.Errorf("white space before a text: %q", got)
	}
	if got := r.ShortLine(strings.Repeat(" ", 70_000) + "x"); got != "…" {
		t.Errorf("a long text: %q", got)
	}
}

func TestBeginning(t *testing.T) {
	const secret = "CANARY-12345678"
	r := hiding(secret)
	for at := range len(secret) {
		for _, before := range []string{" ", "x"} {
			text := strings.Repeat(before, 64<<10-at) + secret[:at]
			if got := string(r.Beginning([]byte(text))); strings.Contains(got, "C") || len(got) < 40<<10 {
				t.Errorf("%d: %d bytes, %.20q at the end", at, len(got), got[len(got)-20:])
			}
		}
	}
	if got := r.Beginning([]byte(secret + "short")); len(got) > 0 {
		t.Errorf("got %q of a text that is too short for certainty", got)
	}
}

// TestHideKnowsWhatIsASecret: neither what is like half of all texts, nor what no request
// may hold, and what was hidden before stays hidden.
func TestHideKnowsWhatIsASecret(t *testing.T) {
	r := hiding("1234567", "CANARY-1", strings.Repeat("x", 4097))
	r.Hide("CANARY-2", "CANARY-1")
	text := "1234567 CANARY-1 CANARY-2 xxxxxxxx"
	if got, want := r.Text(text), "1234567 [redacted] [redacted] xxxxxxxx"; got != want {
		t.Errorf("%q became %q, want %q", text, got, want)
	}
}

// TestPassword: it is found in whatever form the address of a proxy is.
func TestPassword(t *testing.T) {
	for address, want := range map[string]string{
		"http://user:CANARY@proxy.example.com:3128": "CANARY",
		"user:CANARY@proxy.example.com":             "CANARY",
		"socks5://user:a%2Db@192.0.2.1:1080":        "a-b",
		"http://user:a@b:c@bad host":                "a@b:c",
		"http://user:100%@proxy.example.com":        "100%",
		"http://user@proxy.example.com":             "",
		"http://proxy.example.com:3128":             "",
		"%zz":                                       "",
		"":                                          "",
	} {
		if got := Password(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

// TestInRequest: the names of the parameters are all that is asked for.
func TestInRequest(t *testing.T) {
	parameters := []string{"api_access_key", "proxy_url"}
	for request, want := range map[string][]string{
		`{"connection":{"API Access Key":" a ","Proxy URL":"http://u:p@"}}`:        {"a", "p"},
		"\xef\xbb\xbf" + `{"apiAccessKey":12,"Connection":{"api_access_key":"b"}}`: {"12", "b"},
		`{"connection":{"api_access_key":"a","api_access_key":"b"},"command`:       {"a", "b"},
		`{"connection":{"api_secret_key":"a"},"meta":{"api_access_key":"b"}}`:      nil,
		`["api_access_key"]`: nil,
	} {
		if got := InRequest([]byte(request), parameters); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", request, got, want)
		}
	}
}
