package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strings"

	"tenableio/connection"
	"tenableio/internal/names"
	"tenableio/internal/redact"
	"tenableio/internal/strictjson"
)

// secretsOf are the secret values of the connection in a request, or of a bare
// connection. It asks for nothing but their names, in any spelling: also a request
// that is refused must not show them.
func secretsOf(request []byte) []string {
	request = bytes.TrimPrefix(request, []byte("\xef\xbb\xbf"))
	secrets := secretParameters(request)
	for name, value := range strictjson.Members(request) {
		if names.Squash(name) == "connection" {
			secrets = append(secrets, secretParameters(value)...)
		}
	}
	return secrets
}

// secretParameters are the values of the secret parameters among the members of an
// object.
func secretParameters(object []byte) []string {
	secret := map[string]bool{}
	for _, p := range connection.Parameters() {
		secret[names.Squash(p.Key)] = p.Secret
	}
	var values []string
	for name, raw := range strictjson.Members(object) {
		name = names.Squash(name)
		if !secret[name] {
			continue
		}
		value := string(raw) // of a number
		if bytes.HasPrefix(raw, []byte{'"'}) {
			_ = json.Unmarshal(raw, &value) // it is JSON, or would not be a member
		}
		if name == "proxyurl" {
			value = proxyPassword(value)
		}
		values = append(values, strings.TrimSpace(value))
	}
	return values
}

// proxyPassword is the password in a proxy URL, also in one that cannot be read.
func proxyPassword(proxy string) string {
	end := max(0, strings.LastIndex(proxy, "@"))
	user := proxy[:end]
	if _, after, found := strings.Cut(user, "://"); found {
		user = after
	}
	_, password, _ := strings.Cut(user, ":")
	if plain, err := url.PathUnescape(password); err == nil {
		return plain
	}
	return password
}

// ofUsualLength are the secrets for the last net over what leaves the process, without
// those that are too short, because what merely looks like them would be taken out,
// and those that are longer than any: the request is refused, and megabytes of them
// would take seconds.
func ofUsualLength(secrets []string) []string {
	const shortest, longest = 8, 4096 // bytes
	return slices.DeleteFunc(secrets, func(secret string) bool { return len(secret) < shortest || len(secret) > longest })
}

// cleaned passes whole JSON texts on without the secrets.
type cleaned struct {
	io.Writer
	net redact.Net
}

// Write takes one JSON text.
func (c cleaned) Write(text []byte) (int, error) {
	if _, err := c.Writer.Write(c.net.CleanJSON(text)); err != nil {
		return 0, err
	}
	return len(text), nil
}
