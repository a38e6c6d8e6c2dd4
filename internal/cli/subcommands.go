package cli

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"tenableio/commands"
	"tenableio/internal/names"
)

// subCommand is one word after "tenableio".
type subCommand struct {
	name, arguments string
	most            int // arguments
	help            string
	flags           func() flagSet // nil: none
	run             func(p process, ctx context.Context, arguments []string) int
}

// usage is the sub-command as it is called.
func (s subCommand) usage() string {
	return strings.TrimSpace("tenableio " + s.name + " " + s.arguments)
}

const anyNumber = math.MaxInt

// subCommands are listed by help in this order.
func subCommands() []subCommand {
	return []subCommand{
		{
			"run", "[FLAG…]", anyNumber,
			"answer the request on stdin, which may pause for 10 s and take 60 s in all (the default)",
			runFlagSet, process.runRequest,
		},
		{
			"run", "COMMAND [NAME=VALUE…] [FLAG…]", anyNumber,
			"answer a request of these arguments; a VALUE of @FILE or - is read from a file or stdin",
			runFlagSet, process.runRequest,
		},
		{
			"check", "[FLAG…]", anyNumber,
			"Test Connection with the connection on stdin, in a file or in the environment; the exit status says the outcome",
			func() flagSet { return newCheckFlags().flagSet }, process.check,
		},
		{
			"validate", "", 0,
			"check the request on stdin without any network and show the calls it would begin with",
			nil, process.validate,
		},
		{"describe", "", 0, "print the manifest with every command's schemas as JSON", nil, process.describe},
		{"schema", "COMMAND [input|output] | request | result", 2, "print one JSON Schema", nil, process.schema},
		{"sample", "COMMAND", 1, "print a request that is valid, ready to edit", nil, process.sample},
		{
			"sandbox", "[FLAG…]", anyNumber,
			"serve a stateful Tenable.io of its own on loopback; a JSON line on stdout tells its address and keys",
			func() flagSet { return newSandboxFlags().flagSet }, process.sandbox,
		},
		{
			"completion", "bash|zsh|fish", 1,
			"print the completion of commands, inputs and choices for a shell",
			nil, process.completion,
		},
		{"version", "", 0, "print the version and the commit that it was built from", nil, process.version},
		{"help", "[COMMAND]", anyNumber, "print this text, or what a command takes, with an example", nil, process.help},
	}
}

func runFlagSet() flagSet { return newRunFlags().flagSet }

// lookupSub finds a sub-command. If there are several ways to call it, it returns the first.
func lookupSub(name string) (subCommand, bool) {
	all := subCommands()
	at := slices.IndexFunc(all, func(sub subCommand) bool { return sub.name == name })
	if at < 0 {
		return subCommand{}, false
	}
	return all[at], true
}

// subNames are the names of the sub-commands, each once.
func subNames() []string {
	var all []string
	for _, sub := range subCommands() {
		all = append(all, sub.name)
	}
	return slices.Compact(all) // the ways to call one stand together
}

func commandKeys() []string {
	var all []string
	for _, command := range commands.All() {
		all = append(all, command.Key)
	}
	return all
}

// main runs the sub-command and returns the exit status.
func (p process) main(ctx context.Context) int {
	name, arguments := "run", p.args
	if len(p.args) > 0 {
		switch {
		case p.args[0] == "-h" || p.args[0] == "--help":
			name, arguments = "help", nil
		case p.args[0] == "--version":
			name, arguments = "version", nil
		case !strings.HasPrefix(p.args[0], "-"):
			name, arguments = p.args[0], p.args[1:]
		}
	}
	sub, known := lookupSub(name)
	if !known {
		return p.misused("unknown sub-command %q. %s", harmless(name), suggestSub(p.args))
	}
	return p.runSub(ctx, sub, arguments)
}

// suggestSub suggests what to type instead of arguments that begin with no sub-command. The
// user may have left out the word run.
func suggestSub(arguments []string) string {
	words := wordsOf(arguments)
	for n := len(words); n > 0; n-- {
		if command, known := commands.Lookup(strings.Join(words[:n], " ")); known {
			return fmt.Sprintf("Did you mean %q?", "tenableio run "+command.Key)
		}
	}
	subs := subNames()
	all := append(commandKeys(), subs...)
	slices.Sort(all)
	for _, name := range []string{strings.Join(words, " "), arguments[0]} {
		nearest := names.Nearest(name, all)
		switch {
		case slices.Contains(subs, nearest):
			return fmt.Sprintf("Did you mean %q?", "tenableio "+nearest)
		case nearest != "":
			return fmt.Sprintf("Did you mean %q?", "tenableio run "+nearest)
		}
	}
	return names.Suggest("", subs)
}

// wordsOf are the arguments in front of the first flag and the first NAME=VALUE.
func wordsOf(arguments []string) []string {
	end := slices.IndexFunc(arguments, func(argument string) bool {
		return strings.HasPrefix(argument, "-") || strings.Contains(argument, "=")
	})
	if end < 0 {
		return arguments
	}
	return arguments[:end]
}

func (p process) runSub(ctx context.Context, sub subCommand, arguments []string) int {
	switch {
	case slices.ContainsFunc(arguments, func(a string) bool { return a == "-h" || a == "--help" }):
		if words := wordsOf(arguments); sub.name == "run" && len(words) > 0 {
			return p.help(ctx, words)
		}
		return p.help(ctx, []string{sub.name})
	case len(arguments) > sub.most:
		return p.misused("unexpected argument %q; the usage is: %s", harmless(arguments[sub.most]), sub.usage())
	}
	return sub.run(p, ctx, arguments)
}
