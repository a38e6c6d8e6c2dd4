package names

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestC11NamesMatchInEverySpelling (row C11): case, spaces, hyphens and underscores never matter.
func TestC11NamesMatchInEverySpelling(t *testing.T) {
	for want, spellings := range map[string][]string{
		"scanid":                     {"Scan ID", "scan_id", "  SCAN   id ", "scanId", "Scan-ID", "scan\u00a0id"},
		"listvulnerabilityfiltersv2": {"List Vulnerability Filters V2", "list-vulnerability-filters-v2", "ListVulnerabilityFiltersV2"},
		"":                           {"", " _-"},
	} {
		for _, spelling := range spellings {
			if got := Squash(spelling); got != want {
				t.Errorf("%q: %q, want %q", spelling, got, want)
			}
		}
	}
	known := []string{"Scan ID", "folder_id"}
	for given, want := range map[string]string{"SCANID": "Scan ID", "Folder-ID": "folder_id", "folders": ""} {
		if got, found := Match(given, known); got != want || found != (want != "") {
			t.Errorf("Match(%q) = %q, %t, want %q", given, got, found, want)
		}
	}
}

// TestNearest: one typing error in short names, two in longer ones, and nothing that is no typing error.
func TestNearest(t *testing.T) {
	known := []string{"inputs", "connection", "meta", "Limit", "IP", "DB", "HTML", "Agent IDs"}
	for name, want := range map[string]string{
		"Inputs": "inputs", "input": "inputs", "inpts": "inputs", "ipnuts": "inputs", "in-puts": "inputs", "output": "",
		"connexion": "connection", "kollektion": "", "metas": "meta", "met": "meta", "mate": "", "data": "",
		"Limt": "Limit", "lit": "", "HTLM": "HTML", "agent_id": "Agent IDs",
		"id": "", "os": "", "x": "", "doc": "", "": "", strings.Repeat("x", 10_000): "", "МЕТА": "",
	} {
		if got := Nearest(name, known); got != want {
			t.Errorf("%.20q: %q, want %q", name, got, want)
		}
	}
}

// TestSuggest: where no name is near, those that hold the word are asked for.
func TestSuggest(t *testing.T) {
	known := []string{"Server URL", "API Access Key", "API Secret Key", "Proxy URL", "Site"}
	fields := []string{"asset.hostname", "asset.netbios_name", "plugin.name", "plugin.cve", "cvss4_score", "epss_score", "vpr_score"}
	for _, tt := range []struct {
		name  string
		known []string
		want  string
	}{
		{"url", known, `Did you mean "Server URL" or "Proxy URL"?`},
		{"access_key", known, `Did you mean "API Access Key"?`},
		{"key", known, `Did you mean "API Access Key" or "API Secret Key"?`},
		{"Sever-URL", known, `Did you mean "Server URL"?`},
		{"password", known, "Valid names: API Access Key, API Secret Key, Proxy URL, Server URL, Site."},
		{"win", []string{"LINUX", "DARWIN", "WINDOWS"}, `Did you mean "WINDOWS"?`},
		{"ca", []string{"Verify Certificate", "CA Certificates"}, `Did you mean "CA Certificates"?`},
		{"name", fields, `Did you mean "plugin.name"?`},
		{"bios_name", fields, `Did you mean "asset.netbios_name"?`},
		{"score", fields, `Did you mean "cvss4_score" or "epss_score" or "vpr_score"?`},
		{"x", nil, "No name is valid here."},
	} {
		if got := Suggest(tt.name, tt.known); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestResolve(t *testing.T) {
	titles := Titles{}
	titles.Add("Scan ID", "scan_id")
	titles.Add("Limit", "limit")
	titles.Add("", "site")
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
		got, err := titles.Resolve("input", given, []string{"Scan ID", "Limit"})
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
