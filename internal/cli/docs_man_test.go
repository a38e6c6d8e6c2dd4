package cli

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"tenableio/commands"
)

// renderMan renders the manual page from what help prints.
func renderMan(t *testing.T) []byte {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, ".\\\" Rendered by make docs.\n.TH TENABLEIO 1 \"\" \"tenableio %s\" \"User Commands\"\n", version)
	b.WriteString(".SH NAME\ntenableio \\- commands of Tenable Vulnerability Management for playbooks and shells\n.SH SYNOPSIS\n")
	for _, sub := range subCommands() {
		fmt.Fprintf(&b, ".B %s\n.br\n", roff(sub.usage()))
	}
	b.WriteString(".SH DESCRIPTION\n" +
		"One process answers one request: a JSON document on stdin, or the words of a shell. Its result is one JSON document on\n" +
		"stdout, or with \\fB\\-\\-output table\\fR a table for people. Logs go to stderr.\n.SH SUB\\-COMMANDS\n")
	for _, sub := range subCommands() {
		fmt.Fprintf(&b, ".TP\n.B %s\n%s.\n", roff(strings.TrimPrefix(sub.usage(), "tenableio ")), roff(sentence(sub.help)))
	}
	for _, one := range []struct{ name, title string }{{"run", "FLAGS OF RUN"}, {"check", "FLAGS OF CHECK"}, {"sandbox", "FLAGS OF SANDBOX"}} {
		sub, _ := lookupSub(one.name)
		b.WriteString(".SH " + one.title + "\n")
		sub.flags().VisitAll(func(f *flag.Flag) {
			value, usage := flag.UnquoteUsage(f)
			name := strings.TrimSpace("--" + f.Name + " " + strings.ToUpper(value))
			fmt.Fprintf(&b, ".TP\n.B %s\n%s.\n", roff(name), roff(sentence(usage)))
		})
	}
	b.WriteString(".SH COMMANDS\n")
	for _, command := range commands.All() {
		schema := command.Schema()
		fmt.Fprintf(&b, ".TP\n.B %s\n%s\n.br\n.I %s\n", roff(command.Key), roff(schema.Description), roff(exampleOf(command.Key, schema)))
	}
	b.WriteString(".SH ENVIRONMENT\n")
	for _, variable := range variables {
		fmt.Fprintf(&b, ".TP\n.B %s\n%s.\n", roff(variable.name), roff(sentence(variable.meaning)))
	}
	b.WriteString(".SH EXIT STATUS\n")
	for _, exit := range exitStatuses {
		fmt.Fprintf(&b, ".TP\n.B %s\n%s.\n", exit.status, roff(sentence(exit.meaning)))
	}
	return []byte(b.String())
}

// sentence begins with a capital letter.
func sentence(text string) string {
	if strings.HasPrefix(text, "http") {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// roff escapes a text for a manual page: its lines are folded by the reader.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "…", "...", "\n", " ").Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	return text
}

// TestManualPage: no line of text is taken for a request of roff, and every request is one
// that all readers know.
func TestManualPage(t *testing.T) {
	known := map[string]bool{".TH": true, ".SH": true, ".TP": true, ".B": true, ".I": true, ".br": true, `.\"`: true}
	for line := range strings.Lines(string(renderMan(t))) {
		request, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if strings.HasPrefix(line, "'") || strings.HasPrefix(line, ".") && !known[request] {
			t.Errorf("line %q", line)
		}
		if strings.TrimSpace(line) == "" {
			t.Error("an empty line, which readers warn of")
		}
	}
}
