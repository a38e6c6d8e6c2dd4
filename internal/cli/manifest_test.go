package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tenableio/schemas"
)

// renderManifest writes the manifest as YAML, without the schemas. JSON is YAML too, so no library is needed.
func renderManifest(t *testing.T, m manifest) []byte {
	t.Helper()
	var b strings.Builder
	b.WriteString("# Rendered by make docs from connection.Parameters, the table of commands and the schemas.\n")
	yamlMembers(t, &b, "", "", m, "connection", "options", "commands")
	b.WriteString("connection:\n")
	for _, p := range m.Connection {
		yamlMembers(t, &b, "  - ", "    ", p)
	}
	b.WriteString("options:\n")
	for _, option := range m.Options {
		yamlMembers(t, &b, "  - ", "    ", option)
	}
	b.WriteString("commands:\n")
	for _, c := range m.Commands {
		yamlMembers(t, &b, "  - ", "    ", c, "inputs", "outputs", "input", "output")
		yamlList(t, &b, "    ", "inputs", c.Inputs)
		b.WriteString("    outputs:\n")
		yamlList(t, &b, "      ", "raw_data", c.Outputs.RawData)
		yamlList(t, &b, "      ", "context_data", c.Outputs.ContextData)
		yamlList(t, &b, "      ", "primary_key", c.Outputs.PrimaryKey)
		yamlList(t, &b, "      ", "key_fields", c.Outputs.KeyFields)
		yamlList(t, &b, "      ", "files", c.Outputs.Files)
	}
	return []byte(b.String())
}

// yamlList writes a list, one item a line.
func yamlList[T any](t *testing.T, b *strings.Builder, margin, name string, list []T) {
	t.Helper()
	if len(list) == 0 {
		fmt.Fprintf(b, "%s%s: []\n", margin, name)
		return
	}
	fmt.Fprintf(b, "%s%s:\n", margin, name)
	for _, item := range list {
		fmt.Fprintf(b, "%s  - %s\n", margin, marshal(t, item))
	}
}

// marshal writes v as JSON for people: nothing is escaped that need not be.
func marshal(t *testing.T, v any) []byte {
	t.Helper()
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSpace(text.Bytes())
}

// yamlMembers writes the members of v, a struct, but for those that are left out.
func yamlMembers(t *testing.T, b *strings.Builder, first, margin string, v any, leftOut ...string) {
	t.Helper()
	var members schemas.Ordered[json.RawMessage]
	if err := json.Unmarshal(marshal(t, v), &members); err != nil {
		t.Fatal(err)
	}
	for _, member := range members {
		if !slices.Contains(leftOut, member.Name) {
			fmt.Fprintf(b, "%s%s: %s\n", first, member.Name, member.Value)
			first = margin
		}
	}
}
