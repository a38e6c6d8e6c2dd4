package packs_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"tenableio/integrations/packs/packstest"
)

// page holds the recipes of docs/platforms.md by name.
type page map[string]string

// recipes makes a command of each recipe, as the platform does with a value of a playbook.
var recipes = map[string]func(t *testing.T, p page, value string) *exec.Cmd{
	"n8n": func(_ *testing.T, p page, value string) *exec.Cmd {
		const expression = "{{ $json.scan_id.toString().base64Encode() }}"
		encoded := base64.StdEncoding.EncodeToString([]byte(value))
		return exec.Command("sh", "-c", strings.ReplaceAll(p["n8n"], expression, encoded))
	},
	"shuffle": func(t *testing.T, p page, value string) *exec.Cmd {
		t.Helper()
		const sdk = "import sys, types\nsys.modules['shuffle_sdk'] = sdk = types.ModuleType('shuffle_sdk')\n" +
			"sdk.AppBase = type('AppBase', (), {'run': classmethod(lambda app: print(app().get_scan_status(sys.argv[1])))})\n"
		return exec.Command(packstest.Python(t, "json"), "-c", sdk+p["shuffle"], value)
	},
	"tines": func(t *testing.T, p page, value string) *exec.Cmd {
		t.Helper()
		const end = "\nimport sys\nprint(json.dumps(main({'scan_id': sys.argv[1]})))"
		return exec.Command(packstest.Python(t, "json"), "-c", p["tines"]+end, value)
	},
	"stackstorm": func(t *testing.T, p page, value string) *exec.Cmd {
		t.Helper()
		var action struct {
			Runner     string `yaml:"runner_type"`
			Script     string `yaml:"entry_point"`
			Parameters map[string]struct{ Position *int }
		}
		if err := yaml.Unmarshal([]byte(p["stackstorm"]), &action); err != nil {
			t.Fatal(err)
		}
		at := action.Parameters["scan_id"].Position
		if action.Runner != "local-shell-script" || at == nil || *at != 0 {
			t.Fatalf("the value is not handed to a script: %+v", action)
		}
		return exec.Command("sh", "-c", p[action.Script], action.Script, value)
	},
	"ansible": func(t *testing.T, p page, value string) *exec.Cmd {
		t.Helper()
		var tasks []struct {
			Command struct{ Argv []string } `yaml:"ansible.builtin.command"`
		}
		if err := yaml.Unmarshal([]byte(p["ansible"]), &tasks); err != nil {
			t.Fatal(err)
		}
		argv := tasks[0].Command.Argv
		for i := range argv {
			argv[i] = strings.ReplaceAll(argv[i], "{{ scan_id }}", value)
		}
		return exec.Command(argv[0], argv[1:]...)
	},
}

// readRecipes reads docs/platforms.md, with keys for a sandbox.
func readRecipes(t *testing.T) page {
	t.Helper()
	text, err := os.ReadFile("../../docs/platforms.md")
	if err != nil {
		t.Fatal(err)
	}
	connection, err := json.Marshal(packstest.Sandbox(t))
	if err != nil {
		t.Fatal(err)
	}
	keys := filepath.Join(t.TempDir(), "connection.json")
	if err := os.WriteFile(keys, connection, 0o600); err != nil {
		t.Fatal(err)
	}
	filled := strings.ReplaceAll(string(text), "/keys/connection.json", keys)
	p := page{}
	blocks := regexp.MustCompile("(?ms)^```[a-z]+ recipe ([a-z0-9_.]+)\n(.*?)^```$")
	for _, found := range blocks.FindAllStringSubmatch(filled, -1) {
		p[found[1]] = found[2]
	}
	return p
}

// TestRecipes runs every recipe of docs/platforms.md against a sandbox: with a scan, and with values that would run
// a program if they were a part of a script.
func TestRecipes(t *testing.T) {
	p := readRecipes(t)
	t.Setenv("PATH", filepath.Dir(packstest.Binary(t))+":"+os.Getenv("PATH"))
	if want := len(recipes) + 1; len(p) != want { // StackStorm has a script beside its action
		t.Errorf("docs/platforms.md has %d recipes, and the test knows %d", len(p), want)
	}
	for name, command := range recipes {
		t.Run(name, func(t *testing.T) {
			if got, out := outcome(command(t, p, "32")); got != "Successful" {
				t.Errorf("%s", out)
			}
			mark := filepath.Join(t.TempDir(), "ran")
			for _, hostile := range []string{"32; %s; true", "32 $(%s)", "32`%s`", `32"; %s; "`, "32'; %s; '", "32\n%s\n"} {
				value := fmt.Sprintf(hostile, "touch "+mark)
				if got, out := outcome(command(t, p, value)); got != "Failed" {
					t.Errorf("%q: %s", value, out)
				}
				if _, err := os.Stat(mark); err == nil {
					t.Fatalf("%q ran a program", value)
				}
			}
		})
	}
}

// outcome is what a recipe says of its command, and all that it prints.
func outcome(command *exec.Cmd) (returnData, printed string) {
	out, err := command.Output() // which fails as the command does, for some
	var result struct {
		ReturnData string `json:"return_data"`
	}
	if json.Unmarshal(out, &result) != nil {
		return "", fmt.Sprintf("%v: %s", err, out)
	}
	return result.ReturnData, string(out)
}
