package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenableio/internal/names"
)

// flagSet is a set of flags that may stand before, between and after the words of a
// command line. The package flag stops at the first word, and quotes values in its errors,
// which may be keys.
type flagSet struct{ *flag.FlagSet }

func newFlagSet(name string) flagSet {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.Usage = func() {}
	set.SetOutput(io.Discard) //nolint:forbidigo // of package flag; the trap is resty's
	return flagSet{set}
}

// parse sets the flags and returns the words. Its errors are misuses, which show no value
// that may be a key.
func (f flagSet) parse(arguments []string) (words []string, err error) {
	for len(arguments) > 0 {
		argument := arguments[0]
		arguments = arguments[1:]
		switch {
		case argument == "--":
			return append(words, arguments...), nil
		case argument == "-" || !strings.HasPrefix(argument, "-"):
			words = append(words, argument)
			continue
		}
		name, text, given := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(argument, "-"), "-"), "=")
		found := f.Lookup(name)
		if found == nil {
			return nil, f.unknown(name)
		}
		isSwitch, _ := found.Value.(interface{ IsBoolFlag() bool })
		switch {
		case given:
		case isSwitch != nil && isSwitch.IsBoolFlag():
			text = "true"
		case len(arguments) == 0:
			return nil, misused("the flag --%s needs a value", name)
		default:
			text = arguments[0]
			arguments = arguments[1:]
		}
		if err := f.Set(name, text); err != nil {
			return nil, misused("the value %q of --%s is invalid: %s", printable(text), name, wanted(found, err))
		}
	}
	return words, nil
}

// unknown is the misuse of a flag that is not there.
func (f flagSet) unknown(name string) error {
	if namesKey(name) {
		return misused("keys are never taken from arguments, which other users of the machine can read; %s", whereKeysGo)
	}
	var known []string
	f.VisitAll(func(one *flag.Flag) { known = append(known, "--"+one.Name) })
	return misused("unknown flag %q. %s", "--"+harmless(name), names.Suggest("--"+name, known))
}

// wanted says what a flag takes that refused a value. Those of this package say it in their error.
func wanted(f *flag.Flag, refusal error) string {
	kind, _ := flag.UnquoteUsage(f)
	switch kind {
	case "":
		return "it must be true or false"
	case "int":
		return "it must be a number"
	case "duration":
		return "it must be a time such as 2s or 300ms"
	}
	return refusal.Error()
}

// given tells whether a flag is on the command line.
func (f flagSet) given(name string) bool {
	found := false
	f.Visit(func(one *flag.Flag) { found = found || one.Name == name })
	return found
}

// list describes the flags, one a line.
func (f flagSet) list() string {
	var b strings.Builder
	f.VisitAll(func(one *flag.Flag) {
		name := "--" + one.Name
		kind, usage := flag.UnquoteUsage(one)
		if kind != "" {
			name += " " + strings.ToUpper(kind)
		}
		fmt.Fprintf(&b, "  %-28s %s", name, usage)
		if one.DefValue != "" && one.DefValue != "false" {
			fmt.Fprintf(&b, " (%s)", one.DefValue)
		}
		b.WriteString("\n")
	})
	return b.String()
}

// secondsValue reads a time limit: a number of seconds, or a duration such as 2m.
func secondsValue(limit *time.Duration) func(string) error {
	return func(text string) error {
		const shortest, longest = time.Millisecond, 7 * 24 * time.Hour
		given, err := time.ParseDuration(text)
		if seconds, notNumber := strconv.ParseFloat(text, 64); notNumber == nil {
			given = time.Duration(min(seconds, 2*longest.Seconds()) * float64(time.Second))
			err = nil
		}
		*limit = given
		if err != nil || given < shortest || given > longest {
			return errors.New("it must be a number of seconds such as 120, or a time such as 2m, of 7 days at most")
		}
		return nil
	}
}

func bytesValue(size *int64) func(string) error {
	return func(text string) (err error) {
		const most = 1 << 40
		*size, err = strconv.ParseInt(text, 10, 64)
		if err != nil || *size < 0 || *size > most {
			return errors.New("it must be a number of bytes such as 8388608")
		}
		return nil
	}
}

// folderValue reads the path of a folder, and makes it absolute.
func folderValue(folder *string) func(string) error {
	return func(text string) (err error) {
		*folder, err = filepath.Abs(text)
		if err != nil || text == "" {
			return errors.New("it must be the path of a folder")
		}
		return nil
	}
}

// choiceValue reads one of a few words.
func choiceValue(word *string, choices ...string) func(string) error {
	return func(text string) error {
		*word = strings.ToLower(text)
		if !slices.Contains(choices, *word) {
			return errors.New("it must be one of: " + strings.Join(choices, ", "))
		}
		return nil
	}
}
