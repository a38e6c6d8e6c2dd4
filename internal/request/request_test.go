package request

import (
	"testing"

	"tenableio/internal/fault"
)

// TestVersion: a request of another version is refused by whatever reads it. A bare
// connection has none.
func TestVersion(t *testing.T) {
	const refusal = `The version of the request is not supported; this plugin speaks version "1".`
	decoders := map[string]func([]byte) (Request, error){"Decode": Decode, "DecodeConnection": DecodeConnection}
	for version, want := range map[string]string{
		``: "", `"version":"1",`: "", `"version":1,`: "", `"version":null,`: "", `"version":"",`: "",
		`"version":"2",`: refusal, `"version":2,`: refusal, `"version":{},`: refusal, `"version":true,`: refusal,
	} {
		text := `{` + version + `"command":"List Scans","connection":{"site":"A"},"meta":7}`
		for name, decode := range decoders {
			q, err := decode([]byte(text))
			if got := message(err); got != want {
				t.Errorf("%s of %s: %q, want %q", name, text, got, want)
			}
			if string(q.Meta) != "7" {
				t.Errorf("%s of %s: meta %s, want 7", name, text, q.Meta)
			}
		}
	}
	if q, err := DecodeConnection([]byte(`{"version":"2"}`)); err != nil || q.Connection["version"] == nil {
		t.Errorf("a bare connection: %v, %v", q.Connection, err)
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return fault.From(err).Message
}
