package cli

import (
	"context"
	"fmt"
	"runtime/debug"
)

// version prints the version and the commit.
func (p process) version(context.Context, []string) int {
	return p.print(fmt.Sprintf("tenableio %s (%s)\n", version, commit()))
}

// commit is the commit that the binary was built from, as the toolchain noted it.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "commit unknown"
	}
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	revision := settings["vcs.revision"]
	if revision == "" {
		return "commit unknown"
	}
	text := "commit " + revision[:min(12, len(revision))]
	if settings["vcs.modified"] == "true" {
		text += ", changed since"
	}
	return text
}
