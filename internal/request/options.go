package request

import (
	"encoding/json"
	"maps"
	"net/http"
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
	Timeout        time.Duration // one limit for the whole command, waits and repeats included
	OutputDir      string        // where files are written; empty: inline in the envelope
	MaxInlineBytes int64         // the most that an envelope carries of files
	Wait           bool          // follow an export or a bulk task to its end
}

func defaultOptions() Options {
	return Options{Timeout: 120 * time.Second, MaxInlineBytes: 8 << 20, Wait: true}
}

const (
	maxTimeout     = 7 * 24 * 60 * 60 // seconds
	maxInlineBytes = 1 << 40
)

// optionReaders read each option; they say what a good value is when it is not.
var optionReaders = map[string]func(o *Options, text string) (good bool, want string){
	"timeout_seconds": func(o *Options, text string) (bool, string) {
		seconds, err := strconv.ParseFloat(text, 64)
		o.Timeout = time.Duration(seconds * float64(time.Second))
		return err == nil && seconds >= 0.001 && seconds <= maxTimeout, "It must be a number of seconds above 0 and at most " + strconv.Itoa(maxTimeout) + ", such as 120."
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
	values, err := names.Resolve("option", given, known, func(name string) (string, bool) {
		_, there := optionReaders[names.Key(name)]
		return names.Key(name), there
	})
	if err != nil {
		return o, err
	}
	for _, name := range known {
		raw, there := values[name]
		if !there {
			continue
		}
		text := string(raw)
		if raw[0] == '"' && json.Unmarshal(raw, &text) != nil {
			continue
		}
		text = strings.TrimSpace(text)
		if good, want := optionReaders[name](&o, text); !good {
			return defaultOptions(), fault.New(http.StatusBadRequest, "The value for option (%s) is invalid. %s", name, want)
		}
	}
	return o, nil
}
