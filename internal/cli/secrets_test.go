package cli

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestRefusedRequestsShowNoSecret: a request that is refused before its connection
// was understood shows none of its secrets either, wherever else it holds them.
func TestRefusedRequestsShowNoSecret(t *testing.T) {
	const password = "proxy canary/7d40"
	canaries := []string{accessCanary, secretCanary, password, "proxy%20canary%2F7d40", "91827364554637281"}
	filler := strings.Repeat("x", 48) // so that the canary after it is cut
	keys := fmt.Sprintf(`"API ACCESS KEY":" %s","apiSecretKey":%q,"Proxy URL":"http://user:proxy%%20canary%%2F7d40@"`, accessCanary, secretCanary)
	meta := fmt.Sprintf(`"meta":{"keys":[%q,%q,%q]}`, accessCanary, secretCanary, password)
	for name, request := range map[string]string{
		"an unknown command":               fmt.Sprintf(`{"connection":{%s},"command":%q,%s}`, keys, accessCanary, meta),
		"a command that is clipped":        fmt.Sprintf(`{"connection":{%s},"command":%q,%s}`, keys, strings.Repeat("x", 60)+accessCanary, meta),
		"no command":                       fmt.Sprintf(`{"connection":{%s},%s}`, keys, meta),
		"another version":                  fmt.Sprintf(`{"version":"2","connection":{%s},"command":"List Scans",%s}`, keys, meta),
		"a bad option":                     fmt.Sprintf(`{"connection":{%s},"command":"List Scans","options":{%q:1},%s}`, keys, secretCanary, meta),
		"a name of a connection":           fmt.Sprintf(`{"connection":{%s,%q:"x"},"command":"List Scans",%s}`, keys, accessCanary, meta),
		"a name of an input":               fmt.Sprintf(`{"connection":{%s},"command":"List Scans","inputs":{%q:1},%s}`, keys, accessCanary, meta),
		"a proxy that cannot be read":      fmt.Sprintf(`{"connection":{%s},"command":"List Scans",%s}`, keys, meta),
		"a connection written another way": fmt.Sprintf(`{"Connection":{%s},"command":"List Scans",%s}`, keys, meta),
		"a key that is a number":           `{"connection":{"api_access_key":91827364554637281},"command":"x","meta":"91827364554637281"}`,
		"a password, and a bad option":     `{"connection":{},"command":"Export Scan","inputs":{"Password":"91827364554637281"},"options":{"x":1},"meta":91827364554637281}`,
		"a list, clipped":                  fmt.Sprintf(`{"connection":{%s},"command":"List Scans","inputs":{"folder_id":[%q]},%s}`, keys, filler+password, meta),
		"a number beyond the limits":       fmt.Sprintf(`{"connection":{%s},"command":"Export Scan","inputs":{"password":"91827364554637281","scan_id":1e400},"meta":["91827364554637281",%q]}`, keys, secretCanary),
	} {
		for _, sub := range []string{"run", "validate"} {
			stdout, _ := runCase(t, []byte("\xef\xbb\xbf"+request), http.NewFileTransport(http.Dir("testdata")), sub)
			for _, canary := range canaries {
				if bytes.Contains(stdout, []byte(canary[:8])) {
					t.Errorf("%s: %s shows %s: %s", name, sub, canary, stdout)
				}
			}
		}
	}
}

// A bare connection has its keys, and its meta, beside each other.
func TestRefusedConnectionShowsNoSecret(t *testing.T) {
	bare := fmt.Sprintf(`{"api_access_key":%q,"api_secret_key":%q,%q:1,"meta":%q}`, accessCanary, secretCanary, accessCanary, secretCanary)
	stdout, status := runCase(t, []byte(bare), nil, "check") // which looks for the keys
	if e := envelopeOf(t, stdout); status != exitFailed || !strings.Contains(e.Error.Message, "[redacted]") {
		t.Errorf("check exits %d with %+v, want the refusal of a name that is not shown", status, e.Error)
	}
}
