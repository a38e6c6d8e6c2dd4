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

// renderManifest writes the manifest as YAML. A JSON string is a YAML string
// too, so no library is needed.
func renderManifest(t *testing.T, m manifest) []byte {
	t.Helper()
	for i := range m.Commands {
		m.Commands[i].Input, m.Commands[i].Output = nil, nil
	}
	var b strings.Builder
	b.WriteString("# Rendered by make docs from connection.Parameters, the table of commands and the schemas.\n")
	fmt.Fprintf(&b, "name: %q\ntitle: %q\nversion: %q\ncategory: %q\ndescription: %q\nlicense: %q\n", m.Name, m.Title, m.Version, m.Category, m.Description, m.License)
	b.WriteString("connection:\n")
	for _, p := range m.Connection {
		yamlItem(t, &b, "  ", p)
	}
	b.WriteString("commands:\n")
	for _, c := range m.Commands {
		yamlItem(t, &b, "  ", c)
		document, err := schemas.Load(c.Key)
		if err != nil {
			t.Fatal(err)
		}
		names := propertyOrder(t, document.Input())
		if len(names) == 0 {
			b.WriteString("    inputs: []\n")
			continue
		}
		b.WriteString("    inputs:\n")
		for _, name := range names {
			yamlItem(t, &b, "      ", newManifestInput(document, name))
		}
	}
	return []byte(b.String())
}

// manifestInput is what a platform's form has to know of an input.
type manifestInput struct {
	Key         string          `json:"key"`
	Title       string          `json:"title"`
	Description string          `json:"description"`
	Type        string          `json:"type"`
	Required    bool            `json:"required"`
	Secret      bool            `json:"secret"`
	Choices     []string        `json:"choices,omitempty"`
	Default     json.RawMessage `json:"default,omitempty"`
	Example     json.RawMessage `json:"example,omitempty"`
}

func newManifestInput(document *schemas.Document, name string) manifestInput {
	p := document.Properties[name]
	input := manifestInput{
		Key: name, Title: p.Title, Description: p.Description, Type: p.Type[0],
		Required: slices.Contains(document.Required, name), Secret: p.Secret, Choices: p.Enum, Default: p.Default,
	}
	if len(p.Examples) > 0 {
		input.Example = p.Examples[0]
	}
	return input
}

// yamlItem writes v, a flat struct, as one item of a YAML list.
func yamlItem(t *testing.T, b *strings.Builder, margin string, v any) {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	if _, err := decoder.Token(); err != nil {
		t.Fatal(err)
	}
	for mark := margin + "- "; decoder.More(); mark = margin + "  " {
		name, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(b, "%s%s: %s\n", mark, name, value)
	}
}
