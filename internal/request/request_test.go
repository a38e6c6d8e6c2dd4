package request

import (
	"fmt"
	"strings"
	"testing"

	"tenableio/internal/fault"
	"tenableio/internal/strictjson"
)

// TestVersion checks that both decoders refuse a request of another version.
// A bare connection has no version.
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

// TestManyNamesAreNotKept checks that nothing of a request with too many names is kept,
// whatever else is wrong with it.
func TestManyNamesAreNotKept(t *testing.T) {
	var many strings.Builder
	for i := range strictjson.MaxNames {
		fmt.Fprintf(&many, `,"n%d":0`, i)
	}
	for _, wrong := range []string{`"a":1,"a":2`, `"a":1e400`, `"a":"\ud800"`, `"a":1`} {
		q, err := Decode([]byte(`{"command":"List Scans","meta":7,"inputs":{` + wrong + many.String() + `}}`))
		if message(err) == "" || q.Inputs != nil || q.Meta != nil {
			t.Errorf("%s: %d inputs kept, %v", wrong, len(q.Inputs), err)
		}
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return fault.From(err).Message
}
