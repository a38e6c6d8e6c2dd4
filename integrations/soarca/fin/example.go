package fin

import (
	"bytes"
	"encoding/json"
	"strings"

	"tenableio/integrations/child"
)

// Example is a command's first example in the shell form.
func Example(command child.About) string {
	words := []string{command.Key}
	var first map[string]any
	if examples, _ := command.Input["examples"].([]any); len(examples) > 0 {
		first, _ = examples[0].(map[string]any)
	}
	for _, input := range command.Inputs { // in the order of the documentation
		if value, ok := first[input.Key]; ok {
			words = append(words, input.Key+"="+inShell(value))
		}
	}
	return strings.Join(words, " ")
}

// inShell is a JSON value as the shell form has it.
func inShell(value any) string {
	text, ok := value.(string)
	if !ok {
		var written bytes.Buffer
		encoder := json.NewEncoder(&written)
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(value) // it came from JSON
		text = strings.TrimSpace(written.String())
	}
	if strings.ContainsAny(text, " \"") {
		return "'" + text + "'"
	}
	return text
}
