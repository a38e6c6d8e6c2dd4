package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tenableio/commands"
	"tenableio/schemas"
)

// wholeSentence matches a text that begins like a sentence and ends like one.
var wholeSentence = regexp.MustCompile(`^[A-Z][^\n]* [^\n]*\.$`)

// described reads what the sub-command describe prints.
func described(t *testing.T) manifest {
	t.Helper()
	var out bytes.Buffer
	if status := (process{args: []string{"describe"}, stdout: &out}).main(t.Context()); status != exitOK {
		t.Fatalf("describe exits %d", status)
	}
	var m manifest
	if err := json.Unmarshal(out.Bytes(), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func checkSentence(t *testing.T, what, text string) {
	t.Helper()
	if !wholeSentence.MatchString(text) {
		t.Errorf("%s: the description %q is not a sentence", what, text)
	}
}

func checkType(t *testing.T, what, name string) {
	t.Helper()
	if !slices.Contains([]string{"string", "integer", "number", "boolean", "array", "object"}, name) {
		t.Errorf("%s: %q is not a type", what, name)
	}
}

// TestDescribeIsComplete checks that describe leaves nothing of the plugin without a description and a type.
func TestDescribeIsComplete(t *testing.T) {
	m := described(t)
	for _, text := range []string{m.Name, m.Title, m.Vendor, m.Version, m.Category, m.License, m.MinimumPlatform} {
		if text == "" {
			t.Error("the plugin lacks a property")
		}
	}
	checkSentence(t, "the plugin", m.Description)
	if !strings.HasPrefix(m.Icon, "data:image/svg+xml;base64,") || !bytes.HasPrefix(icon, []byte("<svg ")) {
		t.Errorf("the icon is no SVG: %.40s", m.Icon)
	}
	for _, p := range m.Connection {
		checkSentence(t, p.Key, p.Description)
		checkType(t, p.Key, p.Type)
	}
	if len(m.Options) != 4 {
		t.Errorf("%d options are described, want 4", len(m.Options))
	}
	checkInputs(t, "options", m.Options)
	if len(m.Commands) != len(commands.All()) {
		t.Errorf("%d commands are described, want %d", len(m.Commands), len(commands.All()))
	}
	var healthChecks []string
	for _, c := range m.Commands {
		t.Run(c.Key, func(t *testing.T) { checkCommand(t, c) })
		if c.HealthCheck {
			healthChecks = append(healthChecks, c.Key)
		}
	}
	if !slices.Equal(healthChecks, []string{"test_connection"}) {
		t.Errorf("the health check is %v", healthChecks)
	}
}

func checkCommand(t *testing.T, c manifestCommand) {
	t.Helper()
	checkSentence(t, "the command", c.Description)
	checkSentence(t, "what it returns", c.Returns)
	for _, note := range c.Notes {
		checkSentence(t, "a note", note)
	}
	if c.Title == "" || c.Role == "" || len(c.Calls) == 0 || c.SuggestedTimeout < 60 {
		t.Error("title, role, calls and suggested timeout must all be there")
	}
	if c.ReadOnly && (c.Destructive || !c.Idempotent) {
		t.Error("a command that only reads destroys nothing and may be run again")
	}
	if c.LongRunning == (c.SuggestedTimeout <= 300) {
		t.Errorf("long running is %v with a suggested timeout of %d s", c.LongRunning, c.SuggestedTimeout)
	}
	checkInputs(t, "inputs", c.Inputs)
	for _, input := range c.Inputs {
		checkInputExample(t, input)
	}
	for _, rule := range c.Rules {
		checkSentence(t, "a rule", rule.Message)
		if len(rule.AnyOf) == 0 && (len(rule.When) == 0 || len(rule.Required) == 0) {
			t.Errorf("the rule %q says nothing of inputs", rule.Message)
		}
		for _, key := range slices.Concat(rule.AnyOf, rule.Required, slices.Collect(maps.Keys(rule.When))) {
			if !slices.ContainsFunc(c.Inputs, func(input manifestInput) bool { return input.Key == key }) {
				t.Errorf("the rule %q speaks of %s, which is no input", rule.Message, key)
			}
		}
	}
	checkOutputs(t, c.Outputs)
}

func checkInputs(t *testing.T, what string, inputs []manifestInput) {
	t.Helper()
	for _, input := range inputs {
		name := what + "." + input.Key
		if input.Title == "" {
			t.Errorf("%s has no title", name)
		}
		checkInput(t, name, input)
	}
}

// checkInput checks an input, and the members of an object like inputs, but for their titles.
func checkInput(t *testing.T, name string, input manifestInput) {
	t.Helper()
	checkSentence(t, name, input.Description)
	checkType(t, name, input.Type)
	if input.Type == "array" {
		checkType(t, name+"[*]", input.Items)
	}
	if (input.Type == "object") != (len(input.Members) > 0) {
		t.Errorf("%s is of type %s and has %d members", name, input.Type, len(input.Members))
	}
	for choice, label := range input.Labels {
		if label == "" || !slices.Contains(input.Choices, choice) {
			t.Errorf("%s labels %q %q, which is no choice", name, choice, label)
		}
	}
	for _, member := range input.Members {
		checkInput(t, name+"."+member.Key, member)
	}
}

// checkInputExample checks that the example of an input is there and of the type that is described.
func checkInputExample(t *testing.T, input manifestInput) {
	t.Helper()
	starts := map[string]string{"string": `"`, "array": "[", "object": "{", "number": "0123456789", "integer": "0123456789"}
	if input.Type == "boolean" {
		if example := string(input.Example); example != "true" && example != "false" {
			t.Errorf("%s has the example %s", input.Key, input.Example)
		}
		return
	}
	if len(input.Example) == 0 || !strings.ContainsRune(starts[input.Type], rune(input.Example[0])) {
		t.Errorf("%s is a %s and has the example %s", input.Key, input.Type, input.Example)
	}
}

func checkOutputs(t *testing.T, outputs manifestOutputs) {
	t.Helper()
	if len(outputs.RawData) == 0 || len(outputs.ContextData) == 0 || len(outputs.PrimaryKey) == 0 {
		t.Error("raw_data, context_data and the primary key must all be described")
	}
	for _, v := range slices.Concat(outputs.RawData, outputs.ContextData, outputs.KeyFields) {
		name := v.Key + v.Path
		checkSentence(t, name, v.Description)
		checkType(t, name, v.Type)
		if v.Type == "array" {
			checkType(t, name+"[*]", v.Items)
		}
		if v.Type == "object" || v.Items == "object" {
			t.Errorf("%s holds values that are not described", name)
		}
		if !slices.Contains(schemas.SemanticTypes(), v.SemanticType) {
			t.Errorf("%s: %q is not a semantic type", name, v.SemanticType)
		}
	}
	for _, name := range outputs.PrimaryKey {
		if !slices.ContainsFunc(outputs.ContextData, func(v manifestValue) bool { return v.Key == name }) {
			t.Errorf("the primary key %s is no member of the records", name)
		}
	}
	for _, file := range outputs.Files {
		checkSentence(t, "a file", file.Description)
	}
}

// TestDescribeSaysWhatResultsHold compares what is described with what the golden cases of each command show:
// nothing that they show is left out, and nothing is described that none of them shows.
func TestDescribeSaysWhatResultsHold(t *testing.T) {
	for _, c := range described(t).Commands {
		t.Run(c.Key, func(t *testing.T) {
			seen := map[string]bool{}
			for _, result := range goldenResults(t, c.Key) {
				checkRecords(t, c, result)
				sight(seen, "$", result.Raw)
				for name := range result.KeyFields {
					seen["key_fields."+name] = true
				}
				if len(result.Files) > 0 != c.MakesFiles {
					t.Errorf("makes_files is %v, and a result has %d files", c.MakesFiles, len(result.Files))
				}
				for _, file := range result.Files {
					if !slices.Contains(c.Outputs.Files[0].MediaTypes, file.MediaType) {
						t.Errorf("the media type %s is not described", file.MediaType)
					}
				}
			}
			for _, v := range c.Outputs.RawData {
				if !seen[v.Path] {
					t.Errorf("no case shows %s", v.Path)
				}
			}
			for _, v := range c.Outputs.KeyFields {
				if !seen["key_fields."+v.Key] {
					t.Errorf("no case shows the key field %s", v.Key)
				}
				delete(seen, "key_fields."+v.Key)
			}
			for name := range seen {
				if strings.HasPrefix(name, "key_fields.") {
					t.Errorf("%s is not described", name)
				}
			}
		})
	}
}

// goldenResult is the part of a golden result that describe speaks of.
type goldenResult struct {
	ReturnData string           `json:"return_data"`
	Raw        any              `json:"raw_data"`
	Records    []map[string]any `json:"context_data"`
	KeyFields  map[string]any   `json:"key_fields"`
	Files      []struct {
		MediaType string `json:"media_type"`
	} `json:"files"`
}

// goldenResults reads the results of the cases that did not fail.
func goldenResults(t *testing.T, key string) (results []goldenResult) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", key, "*", "result.json"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases of %s: %v", key, err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var result goldenResult
		if err := json.Unmarshal(text, &result); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if result.ReturnData != "Failed" {
			results = append(results, result)
		}
	}
	return results
}

// checkRecords compares the records of a result with what is described of them.
func checkRecords(t *testing.T, c manifestCommand, result goldenResult) {
	t.Helper()
	keys := map[string]bool{}
	for _, record := range result.Records {
		key, whole := "", true
		for _, name := range c.Outputs.PrimaryKey {
			whole = whole && record[name] != nil
			key += fmt.Sprintf("%q ", fmt.Sprint(record[name]))
		}
		if whole && keys[key] {
			t.Errorf("two records have the primary key %s", key)
		}
		keys[key] = true
		for _, v := range c.Outputs.ContextData {
			if value, there := record[v.Key]; !there || value == nil && !v.Nullable {
				t.Errorf("%s is described, and a record has %v", v.Key, value)
			}
		}
		if len(record) != len(c.Outputs.ContextData) {
			t.Errorf("a record has %d members, and %d are described", len(record), len(c.Outputs.ContextData))
		}
	}
}

// sight notes the paths of all values below v.
func sight(seen map[string]bool, path string, v any) {
	seen[path] = true
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			sight(seen, path+"."+name, value)
		}
	case []any:
		for _, value := range v {
			sight(seen, path+"[*]", value)
		}
	}
}

// TestDescribeHoldsThePromisedPaths looks for each path of raw data that the product documentation names.
func TestDescribeHoldsThePromisedPaths(t *testing.T) {
	text, err := os.ReadFile("../shared/product-documentation.txt")
	if err != nil {
		t.Skipf("the product documentation is missing: %v", err)
	}
	all := described(t)
	promised := 0
	source := regexp.MustCompile(`Run the (.+?) command to obtain`)
	for line := range strings.Lines(string(text)) {
		run := source.FindStringSubmatch(line)
		if run == nil {
			continue
		}
		at := slices.IndexFunc(all.Commands, func(c manifestCommand) bool { return c.Title == run[1] })
		if at < 0 {
			t.Fatalf("the command %s is not described", run[1])
		}
		for _, path := range regexp.MustCompile(`\$\.[\w.*\[\]]*\w`).FindAllString(line, -1) {
			promised++
			if !slices.ContainsFunc(all.Commands[at].Outputs.RawData, func(v manifestValue) bool { return v.Path == path }) {
				t.Errorf("%s does not describe the path %s", run[1], path)
			}
		}
	}
	if promised < 20 {
		t.Errorf("the product documentation promises %d paths, which are too few", promised)
	}
}
