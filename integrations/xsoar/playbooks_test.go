package xsoar

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"tenableio/integrations/packs/packstest"
)

// TestPlaybooksUseWhatThereIs looks for each command, argument and path of the playbooks in the integration.
func TestPlaybooksUseWhatThereIs(t *testing.T) {
	var integration struct {
		Script struct {
			Commands []struct {
				Name      string
				Arguments []struct{ Name string }
				Outputs   []struct {
					Path string `yaml:"contextPath"`
				}
			}
		}
	}
	read(t, "TenableIO.yml", &integration)
	arguments, paths := map[string][]string{}, []string{}
	for _, command := range integration.Script.Commands {
		arguments[command.Name] = []string{}
		for _, argument := range command.Arguments {
			arguments[command.Name] = append(arguments[command.Name], argument.Name)
		}
		for _, output := range command.Outputs {
			paths = append(paths, output.Path)
		}
	}
	for _, name := range []string{"playbook-TenableIO_Scan_And_Report.yml", "playbook-TenableIO_Test.yml"} {
		var playbook struct {
			Tasks map[string]struct {
				Task      struct{ Script string }
				Arguments map[string]struct{ Simple string } `yaml:"scriptarguments"`
			}
		}
		text := read(t, name, &playbook)
		for number, task := range playbook.Tasks {
			_, command, runs := strings.Cut(task.Task.Script, "|||")
			given := slices.Collect(maps.Keys(task.Arguments))
			if polled := task.Arguments["PollingCommandName"].Simple; polled != "" {
				command, runs = polled, true
				given = []string{
					task.Arguments["PollingCommandArgName"].Simple, task.Arguments["AdditionalPollingCommandArgNames"].Simple,
				}
			}
			for _, argument := range given {
				if runs && !slices.Contains(arguments[command], argument) {
					t.Errorf("task %s of %s gives %s to %q, which takes %v", number, name, argument, command, arguments[command])
				}
			}
			if runs && arguments[command] == nil {
				t.Errorf("task %s of %s runs %q, which is no command", number, name, command)
			}
		}
		for _, path := range regexp.MustCompile(`TenableIO\.\w+(?:\([^)]*\))?\.\w+`).FindAllString(text, -1) {
			if path = regexp.MustCompile(`\([^)]*\)`).ReplaceAllString(path, ""); !slices.Contains(paths, path) {
				t.Errorf("%s reads %s, which no command gives", name, path)
			}
		}
	}
}

// TestTellsWhatItTakes looks into the integration for what the plugin says of itself.
func TestTellsWhatItTakes(t *testing.T) {
	var integration struct {
		Configuration []struct {
			Title  string `yaml:"displaypassword"`
			Name   string
			Type   int
			NoUser bool `yaml:"hiddenusername"`
		}
		Script struct {
			Commands []struct {
				Name      string
				Arguments []struct {
					Name             string
					Required, Secret bool
				}
			}
		}
	}
	read(t, "TenableIO.yml", &integration)
	plugin := packstest.Plugin(t)
	for _, parameter := range plugin.Connection {
		for _, setting := range integration.Configuration {
			if setting.Title == parameter.Title && (!parameter.Secret || setting.Type != 9 || !setting.NoUser) {
				t.Errorf("the connection parameter %s is %+v", parameter.Key, setting)
			}
			if setting.Name == parameter.Key && parameter.Secret != (setting.Type == 4) {
				t.Errorf("the connection parameter %s is of type %d", parameter.Key, setting.Type)
			}
		}
	}
	if len(integration.Script.Commands) != len(plugin.Commands)-1 { // but for the test of the connection
		t.Errorf("there are %d commands", len(integration.Script.Commands))
	}
	for _, c := range plugin.Commands {
		for _, command := range integration.Script.Commands {
			if command.Name != "tenableio-"+strings.ReplaceAll(c.Key, "_", "-") {
				continue
			}
			for i, input := range c.Inputs {
				argument := command.Arguments[i]
				if argument.Name != input.Key || argument.Required != input.Required || argument.Secret != input.Secret {
					t.Errorf("%s takes %+v for %s", command.Name, argument, input.Key)
				}
			}
		}
	}
}

// read reads a YAML file into out, and returns its text.
func read(t *testing.T, name string, out any) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, out); err != nil {
		t.Fatal(err)
	}
	return string(text)
}
