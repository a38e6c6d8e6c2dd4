package cli

import (
	"bytes"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"tenableio/commands"
	"tenableio/internal/redact"
	"tenableio/internal/request"
)

// helpOf is what help prints for words.
func helpOf(t *testing.T, words ...string) string {
	t.Helper()
	var out, log bytes.Buffer
	p := process{args: append([]string{"help"}, words...), stdout: &out, stderr: &log}
	if status := p.main(t.Context()); status != exitOK || log.Len() > 0 {
		t.Fatalf("help %v exits %d with %s", words, status, log.String())
	}
	return out.String()
}

// TestHelpOfEveryCommand names each input with its choices, and its example is a line that a
// shell takes and the command too.
func TestHelpOfEveryCommand(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("this machine has no sh")
	}
	for _, command := range commands.All() {
		schema := command.Schema()
		text := helpOf(t, command.Key)
		if other := helpOf(t, strings.Fields(schema.Title)...); other != text {
			t.Errorf("help %s is not help %s", schema.Title, command.Key)
		}
		told := strings.Join(strings.Fields(text), " ")
		if strings.Contains(told, ". .") {
			t.Errorf("help %s has an empty sentence:\n%s", command.Key, text)
		}
		for key, property := range schema.Properties {
			if !strings.Contains(text, "\n  "+key+"  (") || !strings.Contains(told, strings.Join(strings.Fields(property.Description), " ")) {
				t.Errorf("help %s does not tell the input %s:\n%s", command.Key, key, text)
			}
			for _, choice := range property.Enum {
				if !strings.Contains(told, choice) {
					t.Errorf("help %s does not tell the choice %s of %s", command.Key, choice, key)
				}
			}
		}
		for line := range strings.Lines(text) {
			long := utf8.RuneCountInString(line) > 81
			if long && !strings.Contains(line, "https://") && !strings.HasPrefix(line, "  tenableio run ") {
				t.Errorf("help %s has the long line %q", command.Key, line)
			}
		}
		example := regexp.MustCompile(`(?m)^Example:\n  tenableio run (.*)$`).FindStringSubmatch(text)
		if example == nil {
			t.Fatalf("help %s has no example:\n%s", command.Key, text)
		}
		words := strings.Split(strings.TrimSuffix(output(t, shell, "-c", `printf '%s\n' `+example[1]), "\n"), "\n")
		checkExample(t, words)
	}
}

// checkExample prepares a request of the words as run does, with keys of the environment.
func checkExample(t *testing.T, arguments []string) {
	t.Helper()
	f := newRunFlags()
	words, err := f.parse(arguments)
	if err != nil {
		t.Fatalf("%v: %v", arguments, err)
	}
	if f.connection != "tenable.json" {
		t.Errorf("%v: the connection is %q", arguments, f.connection)
	}
	s, err := process{environment: keysInEnvironment()}.newShellRequest(words, "")
	if err != nil {
		t.Fatalf("%v: %v", arguments, err)
	}
	prepared := task{redactor: new(redact.Redactor)}
	err = prepared.understand(t.Context(), s.read, f.applied(request.Decode))
	if err == nil {
		err = prepared.accept()
	}
	if err != nil {
		t.Errorf("%v: %v", arguments, err)
	}
}

// TestHelpOfSubCommands tells their flags.
func TestHelpOfSubCommands(t *testing.T) {
	for _, sub := range subCommands() {
		text := helpOf(t, sub.name)
		if !strings.Contains(text, sub.usage()) || !strings.Contains(text, sub.help) {
			t.Errorf("help %s prints %s", sub.name, text)
		}
		if sub.flags == nil {
			continue
		}
		for _, name := range sub.flags().names() {
			if !strings.Contains(text, "\n  "+strings.TrimSuffix(name, "=")+" ") {
				t.Errorf("help %s does not tell %s:\n%s", sub.name, name, text)
			}
		}
	}
}
