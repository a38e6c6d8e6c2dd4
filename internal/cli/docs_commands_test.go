package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"tenableio/schemas"
)

const commandsIntroduction = `# Commands

Rendered from the schemas by "make docs". "tenableio schema COMMAND" prints the schema of a command's inputs, and
"tenableio schema COMMAND output" that of its result.

The records of context_data have the same members whatever Tenable leaves out: a list is then empty, and
anything else null. Roles are Tenable's, each with its number of permissions.
`

// renderCommands renders the reference of all commands.
func renderCommands(t *testing.T, m manifest) []byte {
	t.Helper()
	var b strings.Builder
	b.WriteString(commandsIntroduction)
	b.WriteString("\n| command | least role | calls |\n|---|---|---|\n")
	for _, c := range m.Commands {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", c.Title, anchor(c.Title), c.Role, codes(c.Calls))
	}
	for _, c := range m.Commands {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", c.Title, c.Description)
		fmt.Fprintf(&b, "- Key: `%s`\n- Least role: %s%s\n", c.Key, c.Role, and(c.Permission))
		fmt.Fprintf(&b, "- Calls: %s ([Tenable's page](%s))\n- Returns: %s\n", codes(c.Calls), c.Reference, c.Returns)
		if !c.ReadOnly {
			b.WriteString("- Changes state at Tenable: it is never repeated when its outcome is unknown.\n")
		}
		fmt.Fprintf(&b, "- Marks: %s; suggested time limit %d s\n", marks(c), c.SuggestedTimeout)
		for _, note := range c.Notes {
			fmt.Fprintf(&b, "- Note: %s\n", note)
		}
		renderInputs(t, &b, c)
		renderOutputs(&b, c.Outputs)
		renderExample(t, &b, c)
	}
	b.WriteString("\n## Warnings\n\nWhat a result may say in warnings, by code:\n\n| code | meaning |\n|---|---|\n")
	for _, warning := range warnings(t) {
		fmt.Fprintf(&b, "| `%s` | %s |\n", warning.Code, warning.Description)
	}
	return []byte(b.String())
}

type warning struct {
	Code        string `json:"const"`
	Description string `json:"description"`
}

// warnings reads the codes of warnings from the result's schema.
func warnings(t *testing.T) (list []warning) {
	t.Helper()
	text := schemas.Envelope("result")
	node := text
	for _, step := range []string{"properties", "warnings", "items", "properties", "code", "oneOf"} {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(node, &members); err != nil {
			t.Fatal(err)
		}
		node = members[step]
	}
	if err := json.Unmarshal(node, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func and(permission string) string {
	if permission == "" {
		return ""
	}
	return "; " + permission
}

// marks are the yes-or-no properties of a command that hold.
func marks(c manifestCommand) string {
	var list []string
	for _, mark := range []struct {
		holds bool
		name  string
	}{
		{c.ReadOnly, "read only"},
		{c.Destructive, "destructive"},
		{c.Idempotent, "idempotent"},
		{c.LongRunning, "long running"},
		{c.MakesFiles, "makes files"},
		{c.HealthCheck, "health check"},
	} {
		if mark.holds {
			list = append(list, mark.name)
		}
	}
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

func renderInputs(t *testing.T, b *strings.Builder, c manifestCommand) {
	t.Helper()
	if len(c.Inputs) == 0 {
		b.WriteString("\nNo inputs.\n")
		return
	}
	b.WriteString("\n| input | key | required | description | example |\n|---|---|---|---|---|\n")
	for _, input := range c.Inputs {
		required := ""
		if input.Required {
			required = "yes"
		}
		description := input.Description
		if len(input.Choices) > 0 {
			description += " One of: " + strings.Join(input.Choices, ", ") + "."
		}
		if len(input.Default) > 0 {
			description += " Default: " + string(input.Default) + "."
		}
		example := ""
		if len(input.Example) > 0 {
			example = "`" + inCell(compact(t, input.Example)) + "`"
		}
		fmt.Fprintf(b, "| %s | `%s` | %s | %s | %s |\n", input.Title, input.Key, required, inCell(description), example)
	}
	for _, input := range c.Inputs {
		renderMembers(b, input)
	}
}

// renderMembers shows what an input that is an object may hold.
func renderMembers(b *strings.Builder, input manifestInput) {
	if len(input.Members) == 0 {
		return
	}
	fmt.Fprintf(b, "\n| member of %s | type | description |\n|---|---|---|\n", input.Title)
	for _, member := range input.Members {
		description := member.Description
		if len(member.Choices) > 0 {
			description += " One of: " + strings.Join(member.Choices, ", ") + "."
		}
		kind := typeOf(manifestValue{Type: member.Type, Items: member.Items})
		if len(member.Members) > 0 {
			var keys []string
			for _, inner := range member.Members {
				keys = append(keys, inner.Key)
			}
			kind += " of " + strings.Join(keys, ", ")
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", member.Key, kind, inCell(description))
	}
}

// renderOutputs shows what a playbook can read of the result.
func renderOutputs(b *strings.Builder, outputs manifestOutputs) {
	b.WriteString("\n| output | type | stands for | description |\n|---|---|---|---|\n")
	rows := func(prefix string, values []manifestValue) {
		for _, v := range values {
			description := inCell(v.Description)
			fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", prefix+v.Key+v.Path, typeOf(v), v.SemanticType, description)
		}
	}
	rows("context_data[*].", outputs.ContextData)
	rows("key_fields.", outputs.KeyFields)
	rows("raw_data: ", outputs.RawData)
	for _, file := range outputs.Files {
		fmt.Fprintf(b, "| `files` | %s |  | %s |\n", strings.Join(file.MediaTypes, ", "), inCell(file.Description))
	}
	if len(outputs.PrimaryKey) > 0 {
		fmt.Fprintf(b, "\nPrimary key of the records: %s.\n", codes(outputs.PrimaryKey))
	}
}

// typeOf words the type of an output.
func typeOf(v manifestValue) string {
	text := v.Type
	if v.Items != "" {
		text += " of " + v.Items
	}
	if v.Nullable {
		text += " or null"
	}
	return text
}

// inCell makes a text fit for a cell of a table.
func inCell(text string) string { return strings.ReplaceAll(text, "|", "\\|") }

// renderExample shows the request and the result of the command's case "ok".
func renderExample(t *testing.T, b *strings.Builder, c manifestCommand) {
	t.Helper()
	folder := "testdata/" + c.Key + "/ok/"
	request := members(t, folder+"request.json")
	result := members(t, folder+"result.json")
	inputs := request["inputs"]
	if len(inputs) == 0 {
		inputs = json.RawMessage("{}")
	}
	b.WriteString("\nA request and its result, long values cut:\n\n```text\n")
	fmt.Fprintf(b, "{\"connection\": {…}, \"command\": %q, \"inputs\": %s}\n", c.Title, compact(t, inputs))
	b.WriteString("```\n\n```text\n")
	separator := "{"
	for _, name := range []string{"return_data", "raw_data", "context_data", "key_fields", "files", "warnings"} {
		text := compact(t, result[name])
		if text == "[]" {
			continue
		}
		fmt.Fprintf(b, "%s%q: %s", separator, name, cutText(text))
		separator = ",\n "
	}
	b.WriteString("}\n```\n")
}

// members reads the members of the JSON object in a file.
func members(t *testing.T, name string) map[string]json.RawMessage {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return object
}

// cutText cuts a text to what fits on a few lines.
func cutText(text string) string {
	const most = 600 // characters
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most]) + " …"
}

func compact(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
