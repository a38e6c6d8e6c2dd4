package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tenableio/commands"
)

// connectionFile writes the connection of a role to a file.
func (s *sandboxed) connectionFile(t *testing.T, permissions int, mode os.FileMode) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "tenable.json")
	for _, c := range s.Connections {
		if c.Permissions == permissions {
			text := fmt.Sprintf(`{"server_url":%q,"api_access_key":%q,"api_secret_key":%q}`, s.ServerURL, c.AccessKey, c.SecretKey)
			if err := os.WriteFile(name, []byte(text), mode); err != nil {
				t.Fatal(err)
			}
			return name
		}
	}
	t.Fatalf("no connection has %d", permissions)
	return ""
}

// shellUser is a person at a shell with the connection of a sandbox.
type shellUser struct {
	*testing.T
	connection string
}

// types runs "tenableio run" with the words of a line, and returns what it prints. It must
// succeed, and say nothing on stderr.
func (u shellUser) types(form, line string) []byte {
	u.Helper()
	words := append([]string{"run", "--output", form, "--connection", u.connection, "--timeout", "30"}, strings.Fields(line)...)
	command := newCommand(u.T, u.Context(), nil, words...)
	command.Env = []string{"PATH=" + os.Getenv("PATH")}
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if status := exitStatus(u.T, command.Run()); status != exitOK || stderr.Len() > 0 || stdout.Len() == 0 {
		u.Fatalf("%s (%s) exits %d, stderr %s, stdout %.2000s", line, form, status, stderr.String(), stdout.String())
	}
	return stdout.Bytes()
}

// raw reads the raw data of a command.
func (u shellUser) raw(line string, into any) {
	u.Helper()
	if text := u.types(formRaw, line); json.Unmarshal(text, into) != nil {
		u.Fatalf("%s: %.300s", line, text)
	}
}

// TestEveryCommandInAShellAgainstTheSandbox plays all commands in all forms, each with what
// the ones before it found.
func TestEveryCommandInAShellAgainstTheSandbox(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "--scan-duration", "50ms", "--export-delay", "10ms")
	u := shellUser{t, s.connectionFile(t, 64, 0o600)}
	for _, form := range []string{formJSON, formTable, formRaw} {
		lines := u.lines()
		for _, command := range commands.All() {
			line, there := lines[command.Key]
			if !there {
				t.Errorf("the test does not run %s", command.Key)
				continue
			}
			text := u.types(form, command.Key+" "+line)
			if form != formTable && !json.Valid(text) {
				t.Errorf("%s is no JSON: %.300s", command.Key, text)
			}
		}
	}
}

// lines are the arguments of all commands.
func (u shellUser) lines() map[string]string {
	u.Helper()
	var scans struct{ Scans []rawScan }
	u.raw("list_scans", &scans)
	at := slices.IndexFunc(scans.Scans, func(s rawScan) bool { return s.Type != nil && *s.Type == "ps" })
	if at < 0 {
		u.Fatal("the sandbox has no scan over the network")
	}
	scan := scans.Scans[at].ID
	var details rawDetails
	u.raw(fmt.Sprint("get_scan_details scan_id=", scan), &details)
	if len(details.Hosts) == 0 || len(details.Vulnerabilities) == 0 {
		u.Fatalf("scan %d has no findings", scan)
	}
	plugin := fmt.Sprint("plugin_id=", details.Vulnerabilities[0].PluginID)
	var report struct{ File string }
	u.raw(fmt.Sprintf("export_scan scan_id=%d report_format=PDF chapters=vuln_by_host,remediations", scan), &report)
	var agents struct{ Agents []rawAgent }
	u.raw("list_agents", &agents)
	var groups struct{ Results []rawGroup }
	u.raw("list-agent-groups", &groups)
	if len(agents.Agents) == 0 || len(groups.Results) == 0 {
		u.Fatal("the sandbox has no agents or no groups")
	}
	members := fmt.Sprintf("group_ids=%d agent_ids=%d", groups.Results[0].ID, agents.Agents[0].ID)
	var export struct {
		ExportUUID string `json:"export_uuid"`
	}
	u.raw("export_vulnerabilities asset_ip=0.0.0.0/0", &export)
	return map[string]string{
		"add_agents_to_groups":              members,
		"download_exported_scan":            fmt.Sprintf("scan_id=%d file_id=%s", scan, report.File),
		"export_scan":                       fmt.Sprintf("scan_id=%d report_format=csv", scan),
		"export_vulnerabilities":            "asset_ip=192.0.2.10",
		"get_scan_details":                  fmt.Sprint("scan_id=", scan),
		"get_scan_history":                  fmt.Sprint("Scan-ID=", scan),
		"get_scan_status":                   fmt.Sprint("scanId=", scan),
		"get_vulnerabilities_by_asset":      "target=" + details.Hosts[0].Hostname,
		"get_vulnerabilities_export_report": "export_uuid=" + export.ExportUUID,
		"get_vulnerability_details":         plugin,
		"launch_scan":                       fmt.Sprint("scan_id=", scan),
		"list_agent_groups":                 "",
		"list_agents":                       "",
		"list_agents_by_group":              fmt.Sprint("group_id=", groups.Results[0].ID),
		"list_plugin_outputs":               plugin,
		"list_scans":                        "",
		"list_vulnerability_filters_v2":     "",
		"query_vulnerability_details":       "severity=CRITICAL",
		"remove_agents_from_groups":         members,
		"test_connection":                   "",
	}
}

// TestFilesFromAShell: a report goes to the folder, and a table says where it is.
func TestFilesFromAShell(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "--export-delay", "10ms")
	u := shellUser{t, s.connectionFile(t, 64, 0o600)}
	folder := t.TempDir()
	lines := u.lines()
	line := "download_exported_scan " + lines["download_exported_scan"]
	said := string(u.types(formTable, line+" --output-dir "+folder))
	files, err := os.ReadDir(folder)
	if err != nil || len(files) != 1 || !strings.Contains(said, filepath.Base(folder)) || !strings.Contains(said, files[0].Name()) {
		t.Errorf("%v, %v; the table says %s", files, err, said)
	}
	if said := string(u.types(formTable, line)); !strings.Contains(strings.Join(strings.Fields(said), " "), "is not saved; --output-dir FOLDER says where to.") {
		t.Errorf("a file that is not saved: %s", said)
	}
}
