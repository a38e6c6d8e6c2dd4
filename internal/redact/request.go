package redact

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"

	"tenableio/internal/names"
	"tenableio/internal/strictjson"
)

// InRequest are the secret values of the connection in a request, or of a bare
// connection. It asks for nothing but the names of the secret parameters, in any
// spelling: also a request that is refused must not show them.
func InRequest(request []byte, parameters []string) []string {
	request = strictjson.WithoutMark(request)
	known := names.Titles{} // made once: a request may have a million members
	for _, parameter := range parameters {
		known.Add(parameter, parameter)
	}
	secrets := valuesOf(request, known)
	for name, value := range strictjson.Members(request) {
		if names.Squash(name) == "connection" {
			secrets = append(secrets, valuesOf(value, known)...)
		}
	}
	return secrets
}

// valuesOf are the secrets among the members of an object. Of a URL that is the
// password.
func valuesOf(object []byte, known names.Titles) []string {
	var values []string
	for name, raw := range strictjson.Members(object) {
		parameter, secret := known[names.Squash(name)]
		if !secret {
			continue
		}
		value := string(raw) // of a number
		if bytes.HasPrefix(raw, []byte{'"'}) {
			_ = json.Unmarshal(raw, &value) // it is JSON, or would not be a member
		}
		if strings.HasSuffix(parameter, "url") {
			value = Password(value)
		}
		values = append(values, strings.TrimSpace(value))
	}
	return values
}

// Password is the password in a URL, also in one that cannot be read, or "".
func Password(address string) string {
	end := max(0, strings.LastIndex(address, "@"))
	user := address[:end]
	if _, after, found := strings.Cut(user, "://"); found {
		user = after
	}
	_, password, _ := strings.Cut(user, ":")
	if plain, err := url.PathUnescape(password); err == nil {
		return plain
	}
	return password
}
