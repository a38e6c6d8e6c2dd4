package result

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// secretForms are the texts that give a secret away: the secret as it is and as
// JSON, a URL, base64 and hexadecimal write it. A hostile server can echo any of
// them.
func secretForms(secrets []string) []string {
	var forms []string
	for _, secret := range secrets {
		quoted, _ := json.Marshal(secret) // a text always has a form in JSON
		forms = append(forms,
			secret,
			strings.Trim(string(quoted), `"`),
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
