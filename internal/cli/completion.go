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
	"tenableio/schemas"
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
		asCase func(answer) string
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
	for _, a := range completions() {
		cases.WriteString(shell.asCase(a))
	}
	return p.print(ctx, strings.Replace(shell.script, "    @ANSWERS@\n", cases.String(), 1))
}

// answer are the words that may stand at a place of the command line. A place is the words
// before it that matter, joined with blanks.
type answer struct {
	place string
	words []string
}

// completions are the answers for all places: "" for the sub-commands, "run" for the
// commands, "run list_scans" for its inputs, "run list_scans folder_id" for the choices of
// one, and "run --" for the flags of a sub-command.
func completions() []answer {
	subs := subNames()
	all := commandKeys()
	var answers []answer
	for _, name := range subs {
		if sub, _ := lookupSub(name); sub.flags != nil {
			answers = append(answers, answer{name + " --", sub.flags().names()})
		}
	}
	for _, command := range commands.All() {
		answers = append(answers, inputAnswers(command.Key, command.Schema())...)
	}
	answers = append(answers,
		answer{"", subs},
		answer{"run", all},
		answer{"sample", all},
		answer{"schema", append([]string{"request", "result"}, all...)},
		answer{"help", append(slices.Clone(subs), all...)},
		answer{"completion", []string{"bash", "fish", "zsh"}},
		answer{"run --output", []string{formJSON, formTable, formRaw}},
	)
	slices.SortFunc(answers, func(a, b answer) int { return strings.Compare(a.place, b.place) })
	return answers
}

// inputAnswers are the inputs of a command, and the choices of each.
func inputAnswers(key string, schema *schemas.Document) []answer {
	var answers []answer
	inputs := []string{}
	for _, name := range inputOrder(schema) {
		inputs = append(inputs, name+"=")
		property := schema.Properties[name]
		choices := property.Choices()
		if slices.Contains(property.Type, "boolean") {
			choices = []string{"true", "false"}
		}
		if len(choices) > 0 {
			answers = append(answers, answer{"run " + key + " " + name, choices})
		}
	}
	return append(answers, answer{"run " + key, inputs})
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
func posixCase(a answer) string {
	return fmt.Sprintf("    %s) words=%s ;;\n", inQuotes(a.place), inQuotes(strings.Join(a.words, "\n")))
}

func fishCase(a answer) string {
	quote := func(word string) string {
		return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(word) + "'"
	}
	words := make([]string, len(a.words))
	for i, word := range a.words {
		words[i] = quote(word)
	}
	return fmt.Sprintf("    case %s\n        printf '%%s\\n' %s\n", quote(a.place), strings.Join(words, " "))
}
