package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tenableio/commands"
	"tenableio/internal/names"
	"tenableio/internal/wrap"
	"tenableio/schemas"
)

// variables are the variables of the environment that the plugin reads, with what they
// mean.
var variables = []struct{ name, meaning string }{
	{
		"TENABLEIO_ACCESS_KEY, TENABLEIO_SECRET_KEY",
		"the keys of run COMMAND and check; else TIO_ACCESS_KEY and TIO_SECRET_KEY",
	},
	{"TENABLEIO_SERVER_URL", "their server; else TIO_URL, else https://cloud.tenable.com"},
	{"TENABLEIO_PROXY_URL, TENABLEIO_CA_CERTIFICATES", "their proxy and certificate authorities"},
	{"TENABLEIO_LOG_LEVEL", "the log level on stderr: debug, info, warn (the default) or error"},
	{"TENABLEIO_CHUNK_WORKERS", "how many chunks of an export are fetched at the same time: 1 to 4, 2 by default"},
	{"NO_COLOR, COLUMNS", "no colour, and the width of a table"},
}

var exitStatuses = []struct{ status, meaning string }{
	{"0", "a result was written; with --exit-status and with a COMMAND: it is Successful"},
	{"1", "no result could be written; with --exit-status and with a COMMAND: it is Failed"},
	{"2", "the command line is wrong"},
	{"3", "with --exit-status and with a COMMAND: Partially Successful"},
}

// help prints what the plugin, a sub-command or a command takes.
func (p process) help(ctx context.Context, words []string) int {
	if len(words) == 0 {
		return p.print(ctx, overview())
	}
	if sub, known := lookupSub(words[0]); known && len(words) == 1 {
		return p.print(ctx, subHelp(sub))
	}
	command, known := commands.Lookup(strings.Join(words, " "))
	if !known {
		name := harmless(strings.Join(words, " "))
		all := append(subNames(), commandKeys()...)
		return p.misused("there is no command %q. %s", name, names.Suggest(string(name), all))
	}
	return p.print(ctx, commandHelp(command.Key, command.Schema()))
}

func overview() string {
	var b strings.Builder
	b.WriteString("tenableio is a SOAR plugin for Tenable.io: a request on stdin, its result on stdout.\n\nUsage:\n")
	for _, sub := range subCommands() {
		fmt.Fprintf(&b, "  %s\n        %s\n", sub.usage(), sub.help)
	}
	b.WriteString("\nCommands:\n")
	for _, command := range commands.All() {
		fmt.Fprintf(&b, "  %-36s %s\n", command.Schema().Title, command.Key)
	}
	b.WriteString("\nEnvironment:\n")
	for _, variable := range variables {
		fmt.Fprintf(&b, "  %s\n        %s\n", variable.name, variable.meaning)
	}
	b.WriteString("\nExit status:\n")
	for _, exit := range exitStatuses {
		fmt.Fprintf(&b, "  %s  %s\n", exit.status, exit.meaning)
	}
	b.WriteString("\n\"tenableio help COMMAND\" tells the inputs of a command, \"tenableio help run\" the flags.\n")
	return b.String()
}

func subHelp(sub subCommand) string {
	var b strings.Builder
	for _, way := range subCommands() {
		if way.name == sub.name {
			fmt.Fprintf(&b, "%s\n    %s\n", way.usage(), way.help)
		}
	}
	if sub.flags != nil {
		b.WriteString("\nFlags:\n" + sub.flags().list())
	}
	return b.String()
}

// commandHelp is the help of a command, from its schema.
func commandHelp(key string, schema *schemas.Document) string {
	var b strings.Builder
	about := schema.Command
	fmt.Fprintf(&b, "%s (%s)\n\n%s\n", schema.Title, key, fold(schema.Description, ""))
	fmt.Fprintf(&b, "\nUsage:\n  tenableio run %s [NAME=VALUE…] [FLAG…]\n", key)
	if len(schema.Properties) > 0 {
		b.WriteString("\nInputs:\n")
	}
	for _, name := range inputOrder(schema) {
		b.WriteString(inputHelp(name, schema.Properties[name], slices.Contains(schema.Required, name)))
	}
	fmt.Fprintf(&b, "\nExample:\n  %s\n", exampleOf(key, schema))
	needs := fmt.Sprintf("Needs the role %s.", about.Role)
	if about.Permission != "" {
		needs += " " + strings.TrimSuffix(about.Permission, ".") + "."
	}
	b.WriteString("\n" + fold(needs, "") + "\n")
	if about.Returns != "" {
		fmt.Fprintf(&b, "\nReturns:\n%s\n", fold(about.Returns, "  "))
	}
	for i, note := range about.Notes {
		if i == 0 {
			b.WriteString("\nNotes:\n")
		}
		b.WriteString("  - " + strings.TrimSpace(fold(note, "    ")) + "\n")
	}
	fmt.Fprintf(&b, "\nThe flags are those of \"tenableio help run\". Tenable's page: %s\n", about.Reference)
	return b.String()
}

// inputOrder is the required inputs first, then by name.
func inputOrder(schema *schemas.Document) []string {
	keys := slices.Sorted(slices.Values(schema.Required))
	for _, key := range slices.Sorted(maps.Keys(schema.Properties)) {
		if !slices.Contains(schema.Required, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// inputHelp is one input: its name and type, what it means and what it takes.
func inputHelp(name string, property *schemas.Property, required bool) string {
	kind := strings.Join(property.Type, " or ")
	if property.Items != nil {
		kind = "list of " + strings.Join(property.Items.Type, " or ")
	}
	if required {
		kind += ", required"
	}
	if len(property.Default) > 0 {
		kind += ", default " + string(property.Default)
	}
	text := fmt.Sprintf("  %s  (%s)\n%s\n", name, kind, fold(property.Description, "        "))
	if choices := property.Choices(); len(choices) > 0 {
		text += fold("One of: "+strings.Join(choices, ", ")+".", "        ") + "\n"
	}
	return text
}

// exampleOf is the command's first example in the words of a shell.
func exampleOf(key string, schema *schemas.Document) string {
	words := []string{"tenableio run", key}
	var inputs map[string]json.RawMessage
	if len(schema.Examples) > 0 {
		_ = json.Unmarshal(schema.Examples[0], &inputs) // a test holds it to the schema
	}
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		words = append(words, quoted(name+"="+argumentOf(inputs[name])))
	}
	return strings.Join(append(words, "--connection tenable.json"), " ")
}

// argumentOf is a JSON value as it is typed: a text as it is, a list of scalars with
// commas, and else the JSON.
func argumentOf(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	var list []json.RawMessage
	if json.Unmarshal(value, &list) != nil {
		return string(value)
	}
	items := make([]string, len(list))
	for i, item := range list {
		items[i] = argumentOf(item)
		if strings.ContainsAny(items[i], ",;\n{[") {
			return string(value)
		}
	}
	return strings.Join(items, ",")
}

// quoted is an argument in single quotes where a shell would change it.
func quoted(argument string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-=.,:/@", r)
	}
	if !strings.ContainsFunc(argument, func(r rune) bool { return !plain(r) }) {
		return argument
	}
	return inQuotes(argument)
}

// inQuotes is a text in single quotes, as a POSIX shell reads it.
func inQuotes(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// fold breaks a text into lines of 80 columns behind an indent.
func fold(text, indent string) string {
	const columns = 80
	lines := wrap.Lines(text, columns-len(indent))
	return indent + strings.Join(lines, "\n"+indent)
}
