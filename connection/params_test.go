package connection

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"tenableio/internal/fault"
)

func parseText(t *testing.T, text string) (Params, error) {
	t.Helper()
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &members); err != nil {
		t.Fatal(err)
	}
	return Parse(members)
}

const keys = `"api_access_key":"access-canary","api_secret_key":"secret-canary"`

func TestParseAcceptsEverySpelling(t *testing.T) {
	for _, text := range []string{
		`{"server_url":"https://cloud.tenable.com",` + keys + `}`,
		`{"Server URL":" https://cloud.tenable.com/ ","API Access Key":"access-canary","API SECRET KEY":"secret-canary"}`,
		`{"server_url":[],"proxy_url":[],"ca_certificates":" ","verify_certificate":[],` + keys + `}`,
		`{"serverurl":null,"apiAccessKey":"access-canary","apisecretkey":" secret-canary "}`,
		`{` + keys + `,"Connection Name":"x","Site":1,"Recipient site":"","Recipient site for events from connections Shared to Internal Sites":"y","Agent Name":"z","Agent Name (Optional)":"z","Description":"","Tenant":[],"Active":true,"Configure User Permissions":{},"Connection Health Check":5,"Enable Password Vault":false,"System":null,"Share to Internal Sites":true}`,
	} {
		p, err := parseText(t, text)
		if err != nil {
			t.Errorf("Parse(%s) = %v", text, err)
			continue
		}
		if p.Server.String() != DefaultServerURL || p.AccessKey.Reveal() != "access-canary" ||
			p.SecretKey.Reveal() != "secret-canary" {
			t.Errorf("Parse(%s): server %s, keys %q %q", text, p.Server, p.AccessKey.Reveal(), p.SecretKey.Reveal())
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"no keys", `{}`, "The parameter (API Access Key) is required. The parameter (API Secret Key) is required."},
		{"blank key", `{"api_access_key":"  ","api_secret_key":"x"}`, "(API Access Key) is required"},
		{"line break in a key", `{"api_access_key":"access-canary\r\nHost: x","api_secret_key":"x"}`, "(API Access Key) is invalid"},
		{"NUL in a key", `{"api_access_key":"access-canary\u0000","api_secret_key":"x"}`, "(API Access Key) is invalid"},
		{"semicolon in a key", `{"api_access_key":"x","api_secret_key":"a;secret-canary"}`, "(API Secret Key) is invalid"},
		{"non-ASCII key", `{"api_access_key":"x","api_secret_key":"sëcret-canary"}`, "(API Secret Key) is invalid"},
		{"number as a key", `{"api_access_key":5,"api_secret_key":"x"}`, "(API Access Key) is invalid"},
		{"unknown parameter", `{"server_ulr":"x",` + keys + `}`, `Unknown connection parameter "server_ulr". Did you mean "Server URL"?`},
		{"given twice", `{"server_url":"https://a.example.com","Server URL":"https://b.example.com",` + keys + `}`, "The parameter (Server URL) is given twice"},
		{"verify_certificate", `{"verify_certificate":"maybe",` + keys + `}`, "(Verify Certificate) is invalid"},
		{"certificate text", `{"ca_certificates":"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",` + keys + `}`, "(CA Certificates) is invalid"},
		{"certificate file", `{"ca_certificates":"/nowhere/ca.pem",` + keys + `}`, "(CA Certificates) is invalid"},
		{"proxy", `{"proxy_url":"http://u:secret-canary@bad host",` + keys + `}`, "(Proxy URL) is invalid"},
		{"proxy scheme", `{"proxy_url":"ftp://proxy.example.com",` + keys + `}`, "(Proxy URL) is invalid"},
		{"clear text through a remote proxy", `{"server_url":"http://127.0.0.1:1","proxy_url":"http://proxy.example.com:3128",` + keys + `}`, "(Proxy URL) is invalid"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parseText(t, tt.text)
			if err == nil || fault.From(err).Status != 400 || !strings.Contains(fault.From(err).Message, tt.want) {
				t.Errorf("Parse = %v, want 400 with %q", err, tt.want)
			}
			if err != nil && strings.Contains(fmt.Sprint(err), "canary") {
				t.Errorf("the message quotes a secret: %v", err)
			}
		})
	}
}

// TestAuthoritiesHaveASize: an empty file is refused, and one that is too large is not
// read.
func TestAuthoritiesHaveASize(t *testing.T) {
	name := t.TempDir() + "/ca.pem"
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for size, want := range map[int64]string{0: "no certificate", maxAuthorities + 1: "nor a file that can be read"} {
		if err := os.Truncate(name, size); err != nil {
			t.Fatal(err)
		}
		_, err := parseAuthorities(name)
		if f := fault.From(err); f == nil || f.Status != 400 || !strings.Contains(f.Message, want) {
			t.Errorf("%d bytes: %v, want a refusal that says %s", size, err, want)
		}
	}
}

func TestServerURL(t *testing.T) {
	for text, want := range map[string]string{
		"https://cloud.tenable.com":             "https://cloud.tenable.com",
		"https://cloud.tenable.com/":            "https://cloud.tenable.com",
		"HTTPS://Gateway.example.com:8443/tio/": "https://Gateway.example.com:8443/tio",
		"http://127.0.0.1:8080":                 "http://127.0.0.1:8080",
		"http://localhost:8080/prefix":          "http://localhost:8080/prefix",
		"http://[::1]:8080":                     "http://[::1]:8080",
		"http://[::ffff:127.0.0.1]:80":          "http://[::ffff:127.0.0.1]:80",
		"https://10.0.0.1":                      "https://10.0.0.1",
		"https://[64:ff9b:1::c000:20a]":         "https://[64:ff9b:1::c000:20a]",
		"https://xn--bcher-kva.example.com":     "https://xn--bcher-kva.example.com",
		"https://tenable_io.x--y.example.com":   "https://tenable_io.x--y.example.com",
	} {
		if u, err := parseServerURL(text); err != nil || u.String() != want {
			t.Errorf("parseServerURL(%q) = %v, %v, want %s", text, u, err, want)
		}
	}
	for _, text := range []string{
		"cloud.tenable.com", "//cloud.tenable.com", "http://cloud.tenable.com", "http://10.0.0.1", "ftp://cloud.tenable.com",
		"file:///etc/passwd", "https:cloud.tenable.com", "https://", "https://:443", "javascript:alert(1)",
		"https://u:CANARY@cloud.tenable.com", "https://u:CANARY@h%zz", "https://CANARY@cloud.tenable.com",
		"https://cloud.tenable.com?x=1", "https://cloud.tenable.com/?", "https://cloud.tenable.com/#", "https://cloud.tenable.com#CANARY",
		"https://cloud.tenable.com/../x", "https://cloud.tenable.com/a/./b", "https://cloud.tenable.com/%2e%2e/", "https://cloud.tenable.com//a",
		"https://cloud.tenable.com:0", "https://cloud.tenable.com:70000", "https://cloud.tenable.com:", "https://cloud.tenable.com:x",
		"https://bücher.example.com", "https://cloud.tenable.com.", "https://cloud tenable.com", "https://cloud.tenable.com\n",
		"https://cloud..example.com", "https://-cloud.example.com", "https://cloud-.example.com", "https://" + strings.Repeat("a", 64) + ".example.com",
		"https://169.254.169.254", "https://[fe80::1]", "https://[fe80::1%25eth0]", "https://[::ffff:169.254.169.254]", "https://[fd00:ec2::254]",
		"https://[64:ff9b:1::a9fe:a9fe]", "https://[64:ff9b:1:a9fe:a9:fe00::]", "https://[64:ff9b:1:a9:fe:a9fe::]", "https://[64:ff9b:1:7:a9:fea9:fe00:0]",
		"https://0.0.0.0", "https://[::]", "https://224.0.0.1", "https://127.1", "https://0x7f000001", "https://2130706433", "https://0177.0.0.1",
	} {
		u, err := parseServerURL(text)
		if err == nil {
			t.Errorf("parseServerURL(%q) = %v, want a refusal", text, u)
		} else if strings.Contains(err.Error(), "CANARY") {
			t.Errorf("parseServerURL(%q) quotes the URL: %v", text, err)
		}
	}
}

func FuzzServerURL(f *testing.F) {
	f.Add("https://u:CANARY@cloud.tenable.com/x?y#z")
	f.Fuzz(func(t *testing.T, text string) {
		u, err := parseServerURL(text)
		if err == nil && (u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme == "http" && !loopbackHost(u.Hostname())) {
			t.Errorf("parseServerURL(%q) = %s", text, u)
		}
	})
}

// TestSecretIsNeverPrinted covers every way in which a value gets printed.
func TestSecretIsNeverPrinted(t *testing.T) {
	secret := Secret{"CANARY-0123456789"}
	var log strings.Builder
	logger := zerolog.New(&log)
	logger.Info().Interface("a", secret).Any("b", struct{ S Secret }{secret}).Stringer("c", secret).Msg(fmt.Sprint(secret))
	logger.Error().Object("d", secret).EmbedObject(secret).Err(fmt.Errorf("refused: %v", secret)).Msgf("%v",
		[]Secret{secret})
	wrapped := struct{ S Secret }{secret}
	asJSON, err := json.Marshal(map[string]any{"s": secret, "p": Params{SecretKey: secret}, "k": map[Secret]int{secret: 1}})
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{log.String(), string(asJSON), secret.String()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%q", "%s", "%x", "%d", "%T"} {
		texts = append(texts, fmt.Sprintf(verb, secret), fmt.Sprintf(verb, wrapped), fmt.Sprintf(verb, &wrapped))
	}
	for _, text := range texts {
		if strings.Contains(text, "CANARY") || strings.Contains(text, fmt.Sprintf("%x", "CANARY")) {
			t.Errorf("printed: %s", text)
		}
	}
}
