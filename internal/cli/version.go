package cli

import (
	"context"
	"fmt"
	"runtime/debug"
)

func (p process) version(ctx context.Context, _ []string) int {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = new(debug.BuildInfo)
	}
	return p.print(ctx, fmt.Sprintf("tenableio %s (%s)\n", version, commitOf(info)))
}

// commitOf is the commit that a binary was built from, as the toolchain noted it: the same
// source in the same commit is the same bytes.
func commitOf(info *debug.BuildInfo) string {
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	revision := settings["vcs.revision"]
	switch {
	case revision == "":
		return "commit unknown"
	case settings["vcs.modified"] == "true":
		return "commit " + revision + ", changed since"
	}
	return "commit " + revision
}
