package names

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestKeyAndSquash(t *testing.T) {
	for _, tt := range []struct{ name, key, squashed string }{
		{"Scan ID", "scan_id", "scanid"},
		{"scan_id", "scan_id", "scanid"},
		{"  SCAN   id ", "scan_id", "scanid"},
		{"List Vulnerability Filters V2", "list_vulnerability_filters_v2", "listvulnerabilityfiltersv2"},
		{"", "", ""},
	} {
		key := Key(tt.name)
		squashed := Squash(tt.name)
		if key != tt.key || squashed != tt.squashed {
			t.Errorf("%q: %q and %q, want %q and %q", tt.name, key, squashed, tt.key, tt.squashed)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{
		"Get Scan Status", "Download Exported Scan", "Export Scan",
		"Scan ID", "Limit", "Agent Names", "Agent IDs", "IP", "DB",
	}
	for name, want := range map[string]string{
		"Limt": "Limit", "scanid": "Scan ID", "scan": "Scan ID", "agent_id": "Agent IDs", "Names": "Agent Names",
		"id": "IP", "scan-di": "Scan ID", "launch": "", "Export": "Export Scan",
		"os": "", "x": "", "doc": "", // these share no character with IP and DB
		"password": "", "": "", strings.Repeat("x", 10_000): "",
	} {
		if got := Nearest(name, known); got != want {
			t.Errorf("%.20q: %q, want %q", name, got, want)
		}
	}
}

// TestClip checks that a name from outside is safe and short in a message.
func TestClip(t *testing.T) {
	for name, want := range map[string]string{
		"Scan ID": "Scan ID", "a\nb\x7f\x00c": "a b  c",
		strings.Repeat("x", 64):       strings.Repeat("x", 64),
		strings.Repeat("x", 65):       strings.Repeat("x", 64) + "…",
		"x" + strings.Repeat("ä", 64): "x" + strings.Repeat("ä", 31) + "…",
	} {
		if got := Clip(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestResolve(t *testing.T) {
	titles := []string{"Scan ID", "Limit"}
	titleOf := func(name string) (string, bool) {
		title, known := map[string]string{"scan_id": "Scan ID", "limit": "Limit", "site": ""}[Key(name)]
		return title, known
	}
	for _, tt := range []struct{ given, want, refusal string }{
		{`{"SCAN ID": 1, "limit": 2}`, `{"Limit":2,"Scan ID":1}`, ""},
		{`{"site": "x", "Site": "y"}`, `{}`, ""},
		{`{}`, `{}`, ""},
		{`{"scan id": null, "limit": ""}`, `{}`, ""},
		{`{"scan id": "\t\n ", "limit": [ ]}`, `{}`, ""},
		{`{"scan id": [null], "limit": "null"}`, `{"Limit":"null","Scan ID":[null]}`, ""},
		{`{"limit": null, "Limit": 1}`, "", `The parameter (Limit) is given twice, as "Limit" and as "limit".`},
		{`{"limit": 1, "Limit": 1}`, "", `The parameter (Limit) is given twice, as "Limit" and as "limit".`},
		{`{"Limt": 1}`, "", `Unknown input "Limt". Did you mean "Limit"?`},
		{`{"xyz": 1}`, "", `Unknown input "xyz". Valid names: Limit, Scan ID.`},
	} {
		var given map[string]json.RawMessage
		if err := json.Unmarshal([]byte(tt.given), &given); err != nil {
			t.Fatal(err)
		}
		got, err := Resolve("input", given, titles, titleOf)
		if tt.refusal != "" {
			if err == nil || !strings.HasPrefix(err.Error(), tt.refusal) {
				t.Errorf("%s: %v, want %s", tt.given, err, tt.refusal)
			}
			continue
		}
		text, _ := json.Marshal(got) // cannot fail: the values are JSON
		if diff := cmp.Diff(tt.want, string(text)); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", tt.given, err, diff)
		}
	}
}
