// Package xsoar holds the pack for Cortex XSOAR. There is no Go code but its test.
package xsoar

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"tenableio/integrations/packs"
	"tenableio/integrations/packs/packstest"
)

func TestIsRendered(t *testing.T) {
	files, err := packs.XSOAR(packstest.Plugin(t), "TenableIO.py")
	packstest.Rendered(t, files, err)
}

// TestFollowsTheSchema holds the pack to the schemas of XSOAR's own tools, which find mistakes.
func TestFollowsTheSchema(t *testing.T) {
	const schemas = "demisto_sdk/commands/common/schemas/"
	wanted := func(path string) bool { return strings.HasPrefix(path, schemas) }
	mirror := packstest.Mirror(t, wanted, schemas+"integration.yml", schemas+"playbook.yml")
	python := packstest.Python(t, "pykwalify", "dateutil")
	check := filepath.Join(packstest.Folder(t), "verify_schema.py")
	verify := func(kind string, files ...string) error {
		schema := filepath.Join(mirror, schemas, kind+".yml")
		return exec.Command(python, append([]string{check, schema}, files...)...).Run()
	}
	playbooks, err := filepath.Glob("playbook-*.yml")
	if err != nil || len(playbooks) != 2 {
		t.Fatalf("the playbooks are %v, %v", playbooks, err)
	}
	if err := verify("integration", "TenableIO.yml"); err != nil {
		t.Errorf("TenableIO.yml: %v", err)
	}
	if err := verify("playbook", playbooks...); err != nil {
		t.Errorf("the playbooks: %v", err)
	}
	text, err := os.ReadFile("TenableIO.yml")
	if err != nil {
		t.Fatal(err)
	}
	wrong := filepath.Join(t.TempDir(), "wrong.yml")
	mistake := strings.Replace(string(text), "auto: PREDEFINED", "auto: CHOSEN", 1)
	if err := os.WriteFile(wrong, []byte(mistake), 0o600); err != nil {
		t.Fatal(err)
	}
	if verify("integration", wrong) == nil {
		t.Error("a mistake is not found")
	}
}

func TestOnAStandIn(t *testing.T) {
	runAll(t, filepath.Join(packstest.Folder(t), "standins/xsoar"))
}

// TestOnXSOAR runs the commands on XSOAR's own mock and library.
func TestOnXSOAR(t *testing.T) {
	names := map[string]bool{"demistomock.py": true, "CommonServerPython.py": true, "DemistoClassApiModule.py": true}
	wanted := func(path string) bool { return names[filepath.Base(path)] }
	mirror := packstest.Mirror(t, wanted,
		"Tests/demistomock/demistomock.py", "Scripts/CommonServerPython/CommonServerPython.py")
	platform := t.TempDir()
	err := filepath.WalkDir(mirror, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return os.Rename(path, filepath.Join(platform, filepath.Base(path)))
	})
	if err != nil {
		t.Fatal(err)
	}
	runAll(t, platform)
}

// instance runs commands as an instance of the integration does.
type instance struct {
	platform, script, python string

	params map[string]any
}

// entry is an entry of the war room.
type entry struct {
	Type     int            `json:"Type"`
	Readable string         `json:"HumanReadable"`
	Contents any            `json:"Contents"`
	Context  map[string]any `json:"EntryContext"`
	File     string         `json:"File"`
	Size     int            `json:"Size"`
}

// The types of entries.
const (
	note    = 1
	file    = 3
	failure = 4
	warning = 11
)

func newInstance(t *testing.T, platform string) instance {
	t.Helper()
	text, err := os.ReadFile("TenableIO.yml")
	if err != nil {
		t.Fatal(err)
	}
	var integration struct {
		Script struct{ Script string }
	}
	if err := yaml.Unmarshal(text, &integration); err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(t.TempDir(), "script.py")
	if err := os.WriteFile(script, []byte(integration.Script.Script), 0o600); err != nil {
		t.Fatal(err)
	}
	connection := packstest.Sandbox(t, "--agents", "1200")
	return instance{platform, script, packstest.Python(t, "json"), map[string]any{
		"server_url": connection["server_url"], "proxy_url": "", "ca_certificates": "", "insecure": false, "proxy": false,
		"credentials_1": map[string]any{"identifier": "", "password": connection["api_access_key"]},
		"credentials_2": map[string]any{"identifier": "", "password": connection["api_secret_key"]},
	}}
}

// run runs a command, and returns what the war room gets: entries, or the text "ok".
func (i instance) run(t *testing.T, binary, command string, args map[string]any) (entries []entry, ok bool) {
	t.Helper()
	verify := filepath.Join(packstest.Folder(t), "verify_xsoar.py")
	var printed struct {
		Entries []any
		Left    []string
	}
	if args == nil {
		args = map[string]any{}
	}
	in := map[string]any{"command": command, "params": i.params, "args": args}
	packstest.Run(t, exec.Command(i.python, verify, i.platform, i.script), in, &printed, "TENABLEIO_BINARY="+binary)
	if len(printed.Left) > 0 {
		t.Errorf("%s leaves %v behind", command, printed.Left)
	}
	if len(printed.Entries) == 1 && printed.Entries[0] == "ok" {
		return nil, true
	}
	packstest.Convert(t, printed.Entries, &entries)
	return entries, false
}
