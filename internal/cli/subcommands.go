package cli

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"tenableio/internal/names"
)

// subCommand is one word after "tenableio".
type subCommand struct {
	name, arguments string
	most            int // arguments
	help            string
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
		{"run", "[--exit-status]", 1, "answer the request on stdin (the default)", process.runRequest},
		{"check", "", 0, "Test Connection with the connection on stdin; the exit status says the outcome", process.check},
		{"validate", "", 0, "check the request on stdin without any network and show the calls it would begin with", process.validate},
		{"describe", "", 0, "print the manifest with every command's schemas as JSON", process.describe},
		{"schema", "COMMAND [input|output] | request | result", 2, "print one JSON Schema", process.schema},
		{"sample", "COMMAND", 1, "print a request that is valid, ready to edit", process.sample},
		{"sandbox", "[FLAG…]", anyNumber, "serve a Tenable.io of its own on loopback; \"sandbox --help\" lists the flags", process.sandbox},
		{"version", "", 0, "print the version", process.version},
		{"help", "", 0, "print this text", process.help},
	}
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
	var known []string
	for _, sub := range subCommands() {
		if sub.name == name {
			return p.runSub(ctx, sub, arguments)
		}
		known = append(known, sub.name)
	}
	return p.misused("unknown sub-command %q. %s", names.Clip(name), names.Suggest(name, known))
}

func (p process) runSub(ctx context.Context, sub subCommand, arguments []string) int {
	switch {
	case sub.most != anyNumber && slices.ContainsFunc(arguments, func(a string) bool { return a == "-h" || a == "--help" }):
		return p.print(fmt.Sprintf("%s\n  %s\n", sub.usage(), sub.help))
	case len(arguments) > sub.most:
		return p.misused("unexpected argument %q; the usage is: %s", names.Clip(arguments[sub.most]), sub.usage())
	}
	return sub.run(p, ctx, arguments)
}
