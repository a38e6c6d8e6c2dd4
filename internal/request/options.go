package request

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenableio/internal/fault"
	"tenableio/internal/names"
)

// Options are the options of a request.
type Options struct {
	Timeout        time.Duration // limits the whole command, waits and repeats included
	OutputDir      string        // the folder for files; if empty, the envelope carries them
	MaxInlineBytes int64         // the most bytes of files that an envelope carries
	Wait           bool          // whether exports and bulk tasks are followed to their end
}

func defaultOptions() Options {
	return Options{Timeout: 120 * time.Second, MaxInlineBytes: 8 << 20, Wait: true}
}

const (
	maxTimeout     = 7 * 24 * 60 * 60 // seconds
	maxInlineBytes = 1 << 40
)

// optionReaders reads each option. A reader returns whether the value is good, and what a good value would be.
var optionReaders = map[string]func(o *Options, text string) (good bool, want string){
	"timeout_seconds": func(o *Options, text string) (bool, string) {
		seconds, err := strconv.ParseFloat(text, 64)
		o.Timeout = time.Duration(seconds * float64(time.Second))
		good := err == nil && seconds >= 0.001 && seconds <= maxTimeout
		return good, fmt.Sprintf("It must be a number of seconds above 0 and at most %d, such as 120.", maxTimeout)
	},
	"output_dir": func(o *Options, text string) (bool, string) {
		o.OutputDir = text
		return filepath.IsAbs(text) && !strings.ContainsRune(text, 0), "It must be the absolute path of a folder."
	},
	"max_inline_bytes": func(o *Options, text string) (bool, string) {
		size, err := strconv.ParseInt(strings.TrimSuffix(text, ".0"), 10, 64)
		o.MaxInlineBytes = size
		return err == nil && size >= 0 && size <= maxInlineBytes, "It must be a number of bytes, such as 8388608."
	},
	"wait": func(o *Options, text string) (bool, string) {
		wait, err := strconv.ParseBool(strings.ToLower(text))
		o.Wait = wait
		return err == nil && len(text) > 1, "It must be true or false."
	},
}

// parseOptions reads the options among the members of a request.
func parseOptions(members map[string]json.RawMessage) (Options, error) {
	o := defaultOptions()
	given, err := member(members, "options")
	if err != nil {
		return o, err
	}
	known := slices.Sorted(maps.Keys(optionReaders))
	titles := names.Titles{}
	for _, name := range known {
		titles.Add(name, name)
	}
	values, err := titles.Resolve("option", given, known)
	if err != nil {
		return o, fault.From(err).WithHint(shape)
	}
	for _, name := range known {
		raw, there := values[name]
		if !there {
			continue
		}
		text := string(raw)
		if raw[0] == '"' {
			_ = json.Unmarshal(raw, &text) // it was checked to be JSON
		}
		text = strings.TrimSpace(text)
		if good, want := optionReaders[name](&o, text); !good {
			return defaultOptions(), refuse("The value for option (%s) is invalid. %s", name, want)
		}
	}
	return o, nil
}
