package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"tenableio/integrations/child"
	"tenableio/integrations/soarca/command"
	"tenableio/integrations/soarca/fin"
)

// TestAllCommands: the example of each command that the registration shows is run, and
// sets all of its variables.
func TestAllCommands(t *testing.T) {
	p := begin(t)
	manifest, err := child.Describe(t.Context(), binary(t, "tenableio"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range manifest.Commands {
		text := fin.Example(c)
		if read, err := command.Read(text, nil); err != nil || read.Name != c.Key {
			t.Errorf("%s is read as %+v, %v", text, read, err)
		}
		r := p.run(text + " --no-wait")
		// IDs of exports are made up in the examples; all others work in the sandbox.
		if code := r.variables["__status_code__"]; r.state != "success" && code != "404" && code != "202" {
			t.Errorf("%s: %s %s", text, code, r.variables["__message__"])
		}
		listed := strings.Fields("return_data message hint cut status_code raw_data context_data file_path file_sha256")
		for _, field := range c.Outputs.KeyFields {
			singular, irregular := map[string]string{"ip_addresses": "ip_address", "scan_statuses": "scan_status", "sha256": "sha256"}[field.Key]
			if !irregular {
				singular = strings.TrimSuffix(field.Key, "s")
			}
			listed = append(listed, field.Key, singular)
		}
		for _, member := range c.Outputs.ContextData {
			listed = append(listed, member.Key)
		}
		for _, name := range listed {
			if _, set := r.variables["__"+name+"__"]; !set {
				t.Errorf("%s does not set __%s__", c.Key, name)
			}
		}
		for _, name := range []string{"__raw_data__", "__context_data__"} {
			if !json.Valid([]byte(r.variables[name])) || len(r.variables[name]) > 256<<10 {
				t.Errorf("%s: %s is no JSON of 256 KiB at most", c.Key, name)
			}
		}
	}
	p.noKeys()
}

// TestNothingLeft: a search that finds nothing leaves nothing of the one before.
func TestNothingLeft(t *testing.T) {
	p := begin(t)
	one := p.run("list_agents host_name=app-0030").variables
	none := p.run("list_agents host_name=gone.example.com").variables
	if one["__ip__"] == "" || none["__return_data__"] != "Successful" {
		t.Fatalf("one agent is %v; none is %v", one, none)
	}
	for name := range one {
		if _, set := none[name]; !set {
			t.Errorf("%s is not set", name)
		}
	}
	if none["__ip__"] != "" || none["__name__"] != "" {
		t.Errorf("the agent of before is left: %v", none)
	}
}

// TestFiles: four commands, as a playbook chains them.
func TestFiles(t *testing.T) {
	p := begin(t, "--agents", "2000")
	export := p.run("Export Scan scan_id=32 report_format=CSV")
	file := p.run("download_exported_scan scan_id=__scan_id__:value file_id=__file_id__:value", "__scan_id__", export.variables["__scan_id__"], "__file_id__", export.variables["__file_id__"])
	if path := file.variables["__file_path__"]; file.state != "success" || len(file.variables["__file_sha256__"]) != 64 {
		t.Errorf("the download is %v", file)
	} else if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
	vulnerabilities := p.run("export_vulnerabilities asset_ip=192.0.2.1")
	report := p.run("get_vulnerabilities_export_report export_uuid=__export_uuid__:value", "__export_uuid__", vulnerabilities.variables["__export_uuid__"])
	if report.state != "success" || report.variables["__export_uuid__"] != vulnerabilities.variables["__export_uuid__"] {
		t.Errorf("the report is %.300v", report)
	}
	agents := p.run("list_agents")
	if message := agents.variables["__message__"]; !strings.Contains(message, "__context_data__ is cut at 256 KiB: it holds ") {
		t.Errorf("the message is %q", message)
	}
	if message := vulnerabilities.variables["__message__"]; !strings.Contains(message, "30 days") {
		t.Errorf("the message does not tell the warnings: %q", message)
	}
}

// TestWrongCommands: each is a failure that says what is wrong.
func TestWrongCommands(t *testing.T) {
	p := begin(t)
	for text, want := range map[string][2]string{
		"exprot_scan scan_id=32":                  {"404", `Did you mean "Export Scan"?`},
		"":                                        {"400", "The command is empty."},
		"get_scan_status":                         {"400", "The parameter (Scan ID) is required."},
		"get_scan_status scan=32":                 {"400", "Unknown input"},
		"get_scan_status scan_id=32 Scan-ID=33":   {"400", "is given twice"},
		"get_scan_status scan_id=@/etc/hostname":  {"400", "from a file"},
		"get_scan_status scan_id=32 --output raw": {"400", `The flag "--output"`},
		"get_scan_status scan_id=__none__:value":  {"400", "__none__ has no value"},
		"get_scan_status scan_id=987654":          {"404", "not found"},
		"get_scan_status scan_id=":                {"400", `The input "scan_id" is empty`},
	} {
		r := p.run(text)
		if r.state != "failure" || r.variables["__return_data__"] != "Failed" || r.variables["__status_code__"] != want[0] ||
			!strings.Contains(r.variables["__message__"], want[1]) || r.variables["__context_data__"] != "[]" {
			t.Errorf("%q is %v, want %s and %q", text, r, want[0], want[1])
		}
	}
	for _, value := range []string{"32 run_uuid=x", `3"2`, "'", "--timeout=1", "-", "@/etc/hostname", "3\n2", "__other__:value", " x"} {
		r := p.run("get_scan_status scan_id=__v__:value", "__v__", value, "__other__", "32")
		given := fmt.Sprintf(`Given: "%s"`, strings.TrimSpace(strings.ReplaceAll(value, "\n", `\n`)))
		if r.state != "failure" || !strings.Contains(r.variables["__message__"], given) {
			t.Errorf("the value %q is %s", value, r.variables["__message__"])
		}
	}
	p.noKeys()
}

// TestNoWiderCommand: what an earlier step left empty, or a comma in it, lets no command act on more.
func TestNoWiderCommand(t *testing.T) {
	p := begin(t)
	for text, value := range map[string]string{
		"launch_scan scan_id=21 targets=__v__:value":                           "[]",
		"query_vulnerability_details host_names_or_ips=__v__:value":            "",
		"add_agents_to_groups group_ids=104 Agent-Names=__v__:value":           "nosuch,app-0030",
		"remove_agents_from_groups group_ids=104 agent_names=\"__v__:value\"":  "null",
		"list_agents_by_group group_id=104 host_name=__v__:value":              `""`,
		"export_vulnerabilities assets_number=50 filters_object='__v__:value'": "{}",
	} {
		if r := p.run(text, "__v__", value); r.variables["__return_data__"] != "Failed" {
			t.Errorf("%s with %q is %s", text, value, r.variables["__message__"])
		}
	}
	if r := p.run("list_agents_by_group group_id=104 host_name=app-0030"); r.variables["__agent_ids__"] != "[]" {
		t.Errorf("the agent of the comma was moved: %v", r.variables["__agent_ids__"])
	}
}

// noKeys checks that no key was on the broker or in a log. The plugin gets no arguments at all.
func (p *play) noKeys() {
	p.t.Helper()
	text, err := os.ReadFile(p.connection)
	if err != nil {
		p.t.Fatal(err)
	}
	var connection map[string]string
	if err := json.Unmarshal(text, &connection); err != nil {
		p.t.Fatal(err)
	}
	seen := p.log.String()
	p.mu.Lock()
	for _, h := range p.heard {
		seen += h.text
	}
	p.mu.Unlock()
	for _, name := range []string{"api_access_key", "api_secret_key"} {
		if strings.Contains(seen, connection[name]) || connection[name] == "" {
			p.t.Errorf("the %s was shown", name)
		}
	}
	if !strings.Contains(seen, fin.Agent) {
		p.t.Error("nothing was seen")
	}
}
