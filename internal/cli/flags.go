package cli

import (
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
		name, value, given := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(argument, "-"), "-"), "=")
		found := f.Lookup(name)
		if found == nil {
			return nil, f.unknown(name)
		}
		isSwitch, _ := found.Value.(interface{ IsBoolFlag() bool })
		switch {
		case given:
		case isSwitch != nil && isSwitch.IsBoolFlag():
			value = "true"
		case len(arguments) == 0:
			return nil, misused("the flag --%s needs a value", name)
		default:
			value = arguments[0]
			arguments = arguments[1:]
		}
		if err := f.Set(name, value); err != nil {
			return nil, misused("the value %q of --%s is invalid: %s", printable(value), name, wanted(found))
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

// wanted says what a flag takes.
func wanted(f *flag.Flag) string {
	if value, ok := f.Value.(interface{ Wanted() string }); ok {
		return value.Wanted()
	}
	value, _ := flag.UnquoteUsage(f)
	switch value {
	case "":
		return "it must be true or false"
	case "int":
		return "it must be a number"
	case "duration":
		return "it must be a time such as 2s or 300ms"
	}
	return "it must be a " + value
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
		value, usage := flag.UnquoteUsage(one)
		if value != "" {
			name += " " + strings.ToUpper(value)
		}
		fmt.Fprintf(&b, "  %-28s %s", name, usage)
		if one.DefValue != "" && one.DefValue != "false" {
			fmt.Fprintf(&b, " (%s)", one.DefValue)
		}
		b.WriteString("\n")
	})
	return b.String()
}

// secondsValue is a time limit: a number of seconds, or a duration such as 2m.
type secondsValue time.Duration

func (s *secondsValue) String() string { return "" }

func (*secondsValue) Wanted() string {
	return "it must be a number of seconds such as 120, or a time such as 2m, of 7 days at most"
}

func (s *secondsValue) Set(text string) error {
	const shortest, longest = time.Millisecond, 7 * 24 * time.Hour
	limit, err := time.ParseDuration(text)
	if seconds, notNumber := strconv.ParseFloat(text, 64); notNumber == nil {
		limit = time.Duration(min(seconds, 2*longest.Seconds()) * float64(time.Second))
		err = nil
	}
	if err != nil || limit < shortest || limit > longest {
		return strconv.ErrRange
	}
	*s = secondsValue(limit)
	return nil
}

// bytesValue is a size in bytes.
type bytesValue int64

func (b *bytesValue) String() string { return "" }

func (*bytesValue) Wanted() string { return "it must be a number of bytes such as 8388608" }

func (b *bytesValue) Set(text string) error {
	const most = 1 << 40
	size, err := strconv.ParseInt(text, 10, 64)
	if err != nil || size < 0 || size > most {
		return strconv.ErrRange
	}
	*b = bytesValue(size)
	return nil
}

// folderValue is the absolute path of a folder.
type folderValue string

func (f *folderValue) String() string { return "" }

func (*folderValue) Wanted() string { return "it must be the path of a folder" }

func (f *folderValue) Set(text string) error {
	absolute, err := filepath.Abs(text)
	if text == "" || err != nil {
		return strconv.ErrSyntax
	}
	*f = folderValue(absolute)
	return nil
}

// choiceValue is one of a few words.
type choiceValue struct {
	value   string
	choices []string
}

func (c *choiceValue) String() string { return "" }

func (c *choiceValue) Wanted() string { return "it must be one of: " + strings.Join(c.choices, ", ") }

func (c *choiceValue) Set(text string) error {
	text = strings.ToLower(text)
	if !slices.Contains(c.choices, text) {
		return strconv.ErrSyntax
	}
	c.value = text
	return nil
}
