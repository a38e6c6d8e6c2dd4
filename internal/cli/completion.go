package cli

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tenableio/commands"
	"tenableio/internal/names"
)

// The scripts hold the rules of a shell; what there is to complete is put in front of them
// as one list for each question.
var (
	//go:embed completion/tenableio.bash
	bashCompletion string
	//go:embed completion/tenableio.zsh
	zshCompletion string
	//go:embed completion/tenableio.fish
	fishCompletion string
)

func (p process) completion(ctx context.Context, arguments []string) int {
	shells := map[string]struct {
		script string
		asCase func(place string, words []string) string
	}{
		"bash": {bashCompletion, posixCase}, "zsh": {zshCompletion, posixCase}, "fish": {fishCompletion, fishCase},
	}
	known := slices.Sorted(maps.Keys(shells))
	if len(arguments) != 1 {
		return p.misused("completion takes a shell: %s", strings.Join(known, ", "))
	}
	shell, there := shells[arguments[0]]
	if !there {
		return p.misused("there is no completion for %q. %s", harmless(arguments[0]), names.Suggest(arguments[0], known))
	}
	var cases strings.Builder
	words := completions()
	for _, place := range slices.Sorted(maps.Keys(words)) {
		cases.WriteString(shell.asCase(place, words[place]))
	}
	return p.print(ctx, strings.Replace(shell.script, "    @ANSWERS@\n", cases.String(), 1))
}

// completions are the words that may stand at each place of the command line. A place is the words before it that
// matter, joined with blanks: "" for the sub-commands, "run" for the commands, "run list_scans" for its inputs,
// "run list_scans folder_id" for the choices of one, and "run --" for the flags of a sub-command.
func completions() map[string][]string {
	subs := subNames()
	all := commandKeys()
	words := map[string][]string{
		"":             subs,
		"run":          all,
		"sample":       all,
		"schema":       append([]string{"request", "result"}, all...),
		"help":         append(slices.Clone(subs), all...),
		"completion":   {"bash", "fish", "zsh"},
		"run --output": {formJSON, formTable, formRaw},
	}
	for _, name := range subs {
		if sub, _ := lookupSub(name); sub.flags != nil {
			words[name+" --"] = sub.flags().names()
		}
	}
	for _, command := range commands.All() {
		place := "run " + command.Key
		schema := command.Schema()
		words[place] = nil
		for _, name := range inputOrder(schema) {
			words[place] = append(words[place], name+"=")
			property := schema.Properties[name]
			choices := property.Choices()
			if slices.Contains(property.Type, "boolean") {
				choices = []string{"true", "false"}
			}
			if len(choices) > 0 {
				words[place+" "+name] = choices
			}
		}
	}
	return words
}

// names are the flags with their dashes; one that takes a value ends in =.
func (f flagSet) names() []string {
	var all []string
	f.VisitAll(func(one *flag.Flag) {
		name := "--" + one.Name
		if value, _ := flag.UnquoteUsage(one); value != "" {
			name += "="
		}
		all = append(all, name)
	})
	return all
}

// posixCase is a case of bash and zsh.
func posixCase(place string, words []string) string {
	return fmt.Sprintf("    %s) words=%s ;;\n", inQuotes(place), inQuotes(strings.Join(words, "\n")))
}

func fishCase(place string, words []string) string {
	quote := func(word string) string {
		return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(word) + "'"
	}
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = quote(word)
	}
	return fmt.Sprintf("    case %s\n        printf '%%s\\n' %s\n", quote(place), strings.Join(quoted, " "))
}
