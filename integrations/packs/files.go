package packs

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Files are the rendered files of a pack by name.
type Files map[string][]byte

// yaml adds a file of YAML.
func (f Files) yaml(name string, content any) error {
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(content); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	f[name] = text.Bytes()
	return nil
}

// Write writes the files into a folder.
func (f Files) Write(folder string) error {
	for name, content := range f {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Differing names the files of a folder that are not as they would be rendered.
func (f Files) Differing(folder string) (names []string) {
	for name, content := range f {
		there, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil || !bytes.Equal(there, content) {
			names = append(names, name)
		}
	}
	return names
}

// cell makes a text fit for a cell of a Markdown table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(text)
}
