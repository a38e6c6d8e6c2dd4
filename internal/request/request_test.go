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

// TestC1MisnamedMembers (row C1): a member that is nearly a known one is refused, and any other is the platform's own.
func TestC1MisnamedMembers(t *testing.T) {
	for name, meant := range map[string]string{
		"input": "inputs", "Inputs": "inputs", "INPUTS": "inputs", "in-puts": "inputs", "inptus": "inputs", "inpts": "inputs", " inputs": "inputs",
		"option": "options", "Options": "options", "opions": "options", "connections": "connection", "Connection": "connection", "connexion": "connection",
		"commands": "command", "Command": "command", "comand": "command", "metas": "meta", "Meta": "meta", "versions": "version", "vrsion": "version",
	} {
		for what, decode := range map[string]func([]byte) (Request, error){"Decode": Decode, "DecodeConnection": DecodeConnection} {
			text := `{"command":"List Scans","connection":{"site":"A"},"` + name + `":{"severity":"Critical"}}`
			if name == "" {
				continue
			}
			_, err := decode([]byte(text))
			want := fmt.Sprintf("Unknown member %q. Did you mean %q?", name, meant)
			if got := message(err); got != want || fault.From(err).Status != 400 || fault.From(err).Hint == "" {
				t.Errorf("%s of %s: %q, want %q with a hint", what, text, got, want)
			}
		}
	}
	for _, name := range []string{"task", "tenant", "playbook", "output", "data", "mate", "id", "parameters", "context", "timestamp", "$schema", "_meta_data", ""} {
		if _, err := Decode([]byte(`{"command":"List Scans","connection":{},"` + name + `":1}`)); err != nil {
			t.Errorf("%q: %v, want room for the platform", name, err)
		}
	}
}

// TestC11OptionsInEverySpelling (row C11): case, spaces, hyphens and underscores do not matter.
func TestC11OptionsInEverySpelling(t *testing.T) {
	q, err := Decode([]byte(`{"command":"x","connection":{},"options":{"timeoutSeconds":5,"Max-Inline-Bytes":7,"WAIT":false,"output dir":"/tmp"}}`))
	o := q.Options
	if err != nil || o.Timeout.Seconds() != 5 || o.MaxInlineBytes != 7 || o.Wait || o.OutputDir != "/tmp" {
		t.Errorf("%+v, %v", o, err)
	}
	_, err = Decode([]byte(`{"command":"x","connection":{},"options":{"timeout_secs":5}}`))
	if got := message(err); !strings.HasPrefix(got, `Unknown option "timeout_secs".`) || fault.From(err).Hint == "" {
		t.Errorf("%v, want it refused with a hint", err)
	}
}
