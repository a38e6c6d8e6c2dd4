package connection

import (
	"cmp"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	"tenableio/internal/fault"
	"tenableio/internal/names"
)

// DefaultServerURL is Tenable's own cloud.
const DefaultServerURL = "https://cloud.tenable.com"

// Params are the checked connection parameters of a request.
type Params struct {
	Server             *url.URL // https, or http to this machine; no query, no trailing slash
	AccessKey          Secret
	SecretKey          Secret
	Proxy              *url.URL            // nil: the usual environment variables decide
	CACertificates     []*x509.Certificate // trusted besides the system's roots
	SkipCertificates   bool                // verify_certificate was false
	TrimmedServerSpace bool                // white space around the server URL was dropped
}

// Parameter describes one connection parameter to people and to the manifest.
type Parameter struct {
	Key         string `json:"key"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Type        string `json:"type"`
	Required    bool   `json:"required"`
	Secret      bool   `json:"secret"`
	MultiLine   bool   `json:"multi_line"` // a form shows a field of several lines
	Default     any    `json:"default,omitempty"`
	Example     any    `json:"example"`
}

// Parameters lists the connection parameters in the order of the form.
func Parameters() []Parameter {
	return []Parameter{
		{
			Key: "server_url", Title: "Server URL", Type: "string", Default: DefaultServerURL, Example: DefaultServerURL,
			Description: "The server URL of the Tenable.io environment.",
		},
		{
			Key: "api_access_key", Title: "API Access Key", Type: "string", Required: true, Secret: true, Example: "*****",
			Description: "The API access key to authenticate the connection.",
		},
		{
			Key: "api_secret_key", Title: "API Secret Key", Type: "string", Required: true, Secret: true, Example: "*****",
			Description: "The API secret key to authenticate the connection.",
		},
		{
			Key: "proxy_url", Title: "Proxy URL", Type: "string", Secret: true, Example: "http://proxy.example.com:3128",
			Description: "The HTTP, HTTPS or SOCKS5 proxy to use. Without it the usual environment variables decide.",
		},
		{
			Key: "ca_certificates", Title: "CA Certificates", Type: "string", MultiLine: true,
			Example:     "/etc/ssl/private-ca.pem",
			Description: "PEM text, or the path of a PEM file, with certificate authorities to trust besides the system's.",
		},
		{
			Key: "verify_certificate", Title: "Verify Certificate", Type: "boolean", Default: true, Example: true,
			Description: "Whether the server's certificate is checked. Leave it on outside of a laboratory.",
		},
	}
}

// platformFields are fields of the platform's own connection form. It sends them along
// with the parameters, and the plugin ignores them.
var platformFields = []string{
	"connection_name", "site", "recipient_site_for_events_from_connections_shared_to_internal_sites",
	"recipient_site", "share_to_internal_sites", "agent_name", "description", "tenant",
	"configure_user_permissions", "active", "system", "connection_health_check", "enable_password_vault",
}

// Parse checks the connection member of a request. What is wrong with it is a fault
// of status 400, which quotes no key, proxy URL or anything else that may hold a
// password.
func Parse(given map[string]json.RawMessage) (Params, error) {
	p, err := parseMembers(given)
	if f := fault.From(err); f != nil {
		return p, f.WithHint("Correct the connection, then run Test Connection.")
	}
	return p, nil
}

func parseMembers(given map[string]json.RawMessage) (Params, error) {
	var valid []string
	titles := names.Titles{}
	for _, p := range Parameters() {
		valid = append(valid, p.Title)
		titles.Add(p.Title, p.Key)
	}
	for _, field := range platformFields {
		titles.Add("", field, field+" (optional)") // as the platform's page prints some
	}
	values, err := titles.Resolve("connection parameter", given, valid)
	if err != nil {
		return Params{}, err
	}
	return parse(form{values: values})
}

func parse(f form) (Params, error) {
	server, trimmed := f.text("Server URL")
	access, _ := f.text("API Access Key")
	secret, _ := f.text("API Secret Key")
	proxy, _ := f.text("Proxy URL")
	authorities, _ := f.text("CA Certificates")
	verify := f.boolean("Verify Certificate", true)
	p := Params{
		AccessKey: Secret{access}, SecretKey: Secret{secret}, SkipCertificates: !verify, TrimmedServerSpace: trimmed,
	}
	if f.err != nil {
		return p, f.err
	}
	if err := checkKeys(access, secret); err != nil {
		return p, err
	}
	var err error
	if p.Server, err = parseServerURL(cmp.Or(server, DefaultServerURL)); err != nil {
		return p, err
	}
	if proxy != "" {
		if p.Proxy, err = parseProxyURL(proxy, p.Server); err != nil {
			return p, err
		}
	}
	if authorities != "" {
		p.CACertificates, err = parseAuthorities(authorities)
	}
	return p, err
}

// form reads the values of a connection form; the first error stays.
type form struct {
	values map[string]json.RawMessage
	err    error
}

// text returns a value as text without the white space around it, and whether there
// was any.
func (f *form) text(title string) (string, bool) {
	raw, given := f.values[title]
	if !given {
		return "", false
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil && f.err == nil {
		f.err = invalid(title, "It must be text.")
	}
	trimmed := strings.TrimSpace(text)
	return trimmed, trimmed != text
}

func (f *form) boolean(title string, absent bool) bool {
	raw, given := f.values[title]
	if !given {
		return absent
	}
	switch strings.ToLower(strings.Trim(string(raw), "\" ")) {
	case "true":
		return true
	case "false":
		return false
	}
	if f.err == nil {
		f.err = invalid(title, "It must be true or false.")
	}
	return absent
}

// lineEnds puts back the line ends of PEM text that a form with one line takes away,
// or writes as \n.
var lineEnds = strings.NewReplacer(
	`\r`, "", `\n`, "\n",
	"-----BEGIN CERTIFICATE-----", "\n-----BEGIN CERTIFICATE-----\n",
	"-----END CERTIFICATE-----", "\n-----END CERTIFICATE-----\n",
)

// parseAuthorities reads PEM text, or the PEM file at a path.
func parseAuthorities(value string) ([]*x509.Certificate, error) {
	const title = "CA Certificates"
	rest := []byte(lineEnds.Replace(value))
	if !strings.Contains(value, "-----BEGIN") {
		content, err := readAuthorities(value)
		if err != nil {
			return nil, invalid(title, "It is neither PEM text nor a file that can be read.").WithCause(err)
		}
		rest = content
	}
	var certificates []*x509.Certificate
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, invalid(title, "A certificate in it cannot be read.").WithCause(err)
		}
		certificates = append(certificates, certificate)
	}
	if len(certificates) == 0 {
		return nil, invalid(title, "It holds no certificate in PEM form.")
	}
	return certificates, nil
}

// maxAuthorities is the largest file of certificate authorities, in bytes: many times
// all those of a system.
const maxAuthorities = 4 << 20

// readAuthorities reads a file of certificate authorities. A pipe or a device is
// refused before it is opened: one may never answer, and another never end.
func readAuthorities(name string) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("not a regular file")
	case info.Size() > maxAuthorities:
		return nil, fmt.Errorf("larger than %d MiB", maxAuthorities>>20)
	case info.Size() == 0: // as those of /proc say, which may never end either
		return nil, nil
	}
	return os.ReadFile(name)
}

// invalid is the refusal of a parameter, in the product documentation's words.
func invalid(title, why string) *fault.Error {
	return fault.New(http.StatusBadRequest, "The value for parameter (%s) is invalid. %s", title, why)
}

// SecretParameters are the keys of the parameters whose values must appear nowhere. Of
// a URL that is its password.
func SecretParameters() []string {
	var keys []string
	for _, p := range Parameters() {
		if p.Secret {
			keys = append(keys, p.Key)
		}
	}
	return keys
}
