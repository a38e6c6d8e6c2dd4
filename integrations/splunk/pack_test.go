// Package splunk holds the app for Splunk SOAR. There is no Go code but its test.
package splunk

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tenableio/integrations/packs"
	"tenableio/integrations/packs/packstest"
)

func TestIsRendered(t *testing.T) {
	files, err := packs.Splunk(packstest.Plugin(t))
	packstest.Rendered(t, files, err)
}

// TestPassesSplunksChecks runs all checks of Splunk's tools over a copy of the app, which they may change. Two of them
// look the app up among those that Splunk has published, and must say that it is not there.
func TestPassesSplunksChecks(t *testing.T) {
	wanted := func(path string) bool {
		return strings.HasPrefix(path, "local_hooks/") && !strings.Contains(path, "/tests/")
	}
	tools := packstest.Mirror(t, wanted, "local_hooks/static_tests.py", "local_hooks/app_tests/app_schema.json")
	python := packstest.Python(t, "django", "lxml", "jsonschema", "requests", "packaging")
	app := filepath.Join(t.TempDir(), "tenableio")
	if err := os.CopyFS(app, os.DirFS(".")); err != nil {
		t.Fatal(err)
	}
	check := exec.Command(python, filepath.Join(packstest.Folder(t), "verify_splunk_app.py"), tools, app)
	out, _ := check.CombinedOutput() // it fails for the two
	passed := regexp.MustCompile(`(?m)^PASSED - `).FindAllString(string(out), -1)
	var failed []string
	for _, found := range regexp.MustCompile(`(?m)^(?:FAILED|FIXED) - (\S+)`).FindAllStringSubmatch(string(out), -1) {
		failed = append(failed, found[1])
	}
	if !slices.Equal(failed, []string{"app_package_name", "valid_app_name_and_guid"}) || len(passed) < 15 {
		t.Fatalf("%d checks pass, and these fail: %v\n%s", len(passed), failed, out)
	}
	if notListed := strings.Count(string(out), "not listed in"); notListed < len(failed) {
		t.Errorf("the name, the package or the ID is taken by another app:\n%s", out)
	}
	t.Logf("%d of Splunk's checks pass; %v say that Splunk has not published the app", len(passed), failed)
}

func TestOnAStandIn(t *testing.T) {
	runAll(t, filepath.Join(packstest.Folder(t), "standins/splunk"), true)
}

// TestOnSplunksSDK runs the actions on the shims of Splunk's SDK, which have no vault.
func TestOnSplunksSDK(t *testing.T) {
	wanted := func(path string) bool {
		return strings.HasPrefix(path, "src/soar_sdk/shims/") || path == "src/soar_sdk/compat.py"
	}
	mirror := packstest.Mirror(t, wanted, "src/soar_sdk/shims/phantom/base_connector.py", "src/soar_sdk/compat.py")
	packstest.Python(t, "packaging")
	t.Setenv("SOAR_SDK", filepath.Join(mirror, "src/soar_sdk"))
	runAll(t, filepath.Join(packstest.Folder(t), "standins/splunk_sdk"), false)
}

// TestOnSplunk runs the actions on the shims that Splunk made for tests of its own apps.
func TestOnSplunk(t *testing.T) {
	wanted := func(path string) bool { return strings.HasPrefix(path, "src/") }
	mirror := packstest.Mirror(t, wanted, "src/phantom/base_connector.py", "src/phantom/vault.py")
	packstest.Python(t, "rich", "pytest", "typing_extensions")
	runAll(t, filepath.Join(mirror, "src"), true)
}

// printed is what an action gives.
type printed struct {
	Results []struct {
		Status  bool
		Message string
		Data    []map[string]any
		Summary map[string]any
	}
	Vault []struct {
		Name string
		Size int
	}
}

// runAll runs actions on a platform, with or without a vault: those that work, that fail, and that work in part.
func runAll(t *testing.T, platform string, vault bool) {
	t.Helper()
	app, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(packstest.Folder(t), "verify_splunk.py")
	python := packstest.Python(t, "json")
	config := packstest.Sandbox(t)
	config["directory"] = "tenableio" // Splunk adds what is its own
	run := func(t *testing.T, app, binary, action string, param map[string]any, variables ...string) printed {
		t.Helper()
		in := map[string]any{"identifier": action, "config": config, "parameters": []any{param}}
		var out printed
		packstest.Run(t, exec.Command(python, program, platform, app), in, &out, append(variables, "TENABLEIO_BINARY="+binary)...)
		if len(out.Results) != 1 {
			t.Fatalf("%s has %d results", action, len(out.Results))
		}
		return out
	}
	binary := packstest.Binary(t)
	none := map[string]any{}
	for _, test := range []struct {
		name, binary, action string
		param                map[string]any
		status               bool
		says                 string
	}{
		{"the connection works", binary, "test_connectivity", none, true, "Successful"},
		{"a list", binary, "list_scans", map[string]any{"timeout_seconds": 60}, true, "Successful"},
		{"what does not exist", binary, "get_scan_status", map[string]any{"scan_id": "99999"}, false, "What to do: Run List"},
		{"a wrong input", binary, "get_scan_status", map[string]any{"scan_id": "Weekly"}, false, "Scan ID Weekly: The value"},
		{
			"in part", binary, "add_agents_to_groups",
			map[string]any{"group_ids": "101,99999", "agent_names": "web-01", "wait": true},
			true, "Group IDs 99999: AgentGroup",
		},
		{"no binary", "/nowhere/tenableio", "list_scans", none, false, "The tenableio binary is missing"},
		{"the binary of another platform", packstest.Foreign(t), "list_scans", none, false, "build of another platform?"},
	} {
		t.Run(test.name, func(t *testing.T) {
			result := run(t, app, test.binary, test.action, test.param).Results[0]
			if result.Status != test.status || !strings.Contains(result.Message, test.says) {
				t.Errorf("the status is %v and the message %q", result.Status, result.Message)
			}
			if test.action == "list_scans" && test.status && len(result.Data) < 5 {
				t.Errorf("the records are %v", result.Data)
			}
		})
	}
	t.Run("the binary is beside the app", func(t *testing.T) {
		beside := filepath.Join(t.TempDir(), "tenableio_app")
		if err := os.CopyFS(beside, os.DirFS(".")); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(binary, filepath.Join(beside, "tenableio")); err != nil {
			t.Fatal(err)
		}
		if result := run(t, beside, "", "list_scans", none).Results[0]; !result.Status {
			t.Errorf("the message is %q", result.Message)
		}
	})
	t.Run("a report", func(t *testing.T) {
		if !vault {
			t.Skip("not run: the platform has no vault here")
		}
		export := run(t, app, binary, "export_scan", map[string]any{"scan_id": "32", "report_format": "Nessus"}).Results[0]
		param := map[string]any{"scan_id": "32", "file_id": export.Data[0]["file_id"], "wait": true}
		out := run(t, app, binary, "download_exported_scan", param)
		result := out.Results[0]
		kept := result.Summary["vault_ids"].([]any)
		if !result.Status || len(out.Vault) != 1 || out.Vault[0].Size < 1000 || len(kept) != 1 {
			t.Errorf("the report is %+v", out)
		}
		result = run(t, app, binary, "download_exported_scan", param, "TENABLEIO_TEST_VAULT=full").Results[0]
		if result.Status || strings.Contains(result.Message, "Successful") || !strings.Contains(result.Message, "the vault is full") {
			t.Errorf("a vault that refuses the report is %+v", result)
		}
	})
}

// TestTellsWhatItTakes looks into the description of the app for what the plugin says of itself.
func TestTellsWhatItTakes(t *testing.T) {
	text, err := os.ReadFile("tenableio.json")
	if err != nil {
		t.Fatal(err)
	}
	var app struct {
		Configuration map[string]struct {
			Type string `json:"data_type"`
		}
		Actions []struct {
			ID         string `json:"identifier"`
			Verbose    string
			Parameters map[string]any
		}
	}
	if err := json.Unmarshal(text, &app); err != nil {
		t.Fatal(err)
	}
	plugin := packstest.Plugin(t)
	for _, parameter := range plugin.Connection {
		if kind := app.Configuration[parameter.Key].Type; kind == "" || parameter.Secret != (kind == "password") {
			t.Errorf("the connection parameter %s is of type %q", parameter.Key, kind)
		}
	}
	for _, c := range plugin.Commands {
		for _, action := range app.Actions {
			if strings.Contains(action.Verbose, "options.") {
				t.Errorf("%s speaks of options, which are parameters here: %s", action.ID, action.Verbose)
			}
			for _, input := range c.Inputs {
				if action.ID == c.Key && action.Parameters[input.Key] == nil {
					t.Errorf("%s takes no %s", action.ID, input.Key)
				}
			}
		}
	}
	if len(app.Actions) != len(plugin.Commands) {
		t.Errorf("there are %d actions for %d commands", len(app.Actions), len(plugin.Commands))
	}
}
