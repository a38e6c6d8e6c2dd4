package packs_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"tenableio/integrations/packs/packstest"
)

// recipes makes a command of each recipe of docs/platforms.md, as the platform does.
var recipes = map[string]func(t *testing.T, text string) *exec.Cmd{
	"n8n":     shell,
	"shuffle": shell,
	"tines": func(t *testing.T, text string) *exec.Cmd {
		t.Helper()
		return exec.Command(packstest.Python(t, "json"), "-c", text+"\nprint(json.dumps(main({'scan_id': 32})))")
	},
	"stackstorm": func(t *testing.T, text string) *exec.Cmd {
		t.Helper()
		var action struct {
			Parameters map[string]struct{ Default string }
		}
		if err := yaml.Unmarshal([]byte(text), &action); err != nil {
			t.Fatal(err)
		}
		return shell(t, action.Parameters["cmd"].Default)
	},
	"ansible": func(t *testing.T, text string) *exec.Cmd {
		t.Helper()
		var tasks []struct {
			Command struct{ Argv []string } `yaml:"ansible.builtin.command"`
		}
		if err := yaml.Unmarshal([]byte(text), &tasks); err != nil {
			t.Fatal(err)
		}
		argv := tasks[0].Command.Argv
		return exec.Command(argv[0], argv[1:]...)
	},
}

func shell(_ *testing.T, text string) *exec.Cmd { return exec.Command("sh", "-c", text) }

// TestRecipes runs every recipe of docs/platforms.md against a sandbox.
func TestRecipes(t *testing.T) {
	page, err := os.ReadFile("../../docs/platforms.md")
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
	t.Setenv("PATH", filepath.Dir(packstest.Binary(t))+":"+os.Getenv("PATH"))
	filled := strings.NewReplacer("/keys/connection.json", keys,
		"{{ $json.scan_id }}", "32", "$exec.scan_id", "32", "{{ scan_id }}", "32").Replace(string(page))
	found := regexp.MustCompile("(?ms)^```[a-z]+ recipe ([a-z0-9]+)\n(.*?)^```$").FindAllStringSubmatch(filled, -1)
	if len(found) != len(recipes) {
		t.Errorf("docs/platforms.md has %d recipes, and the test knows %d", len(found), len(recipes))
	}
	for _, recipe := range found {
		t.Run(recipe[1], func(t *testing.T) {
			out, err := recipes[recipe[1]](t, recipe[2]).Output()
			var result struct {
				ReturnData string `json:"return_data"`
			}
			if err == nil {
				err = json.Unmarshal(out, &result)
			}
			if err != nil || result.ReturnData != "Successful" {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
}
