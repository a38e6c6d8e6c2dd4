package exports

import (
	"encoding/json"
	"slices"
	"strings"

	"tenableio/commands/command"
)

// causes are why an export with these filters may hold nothing. Filters that Tenable does
// not tell may be any.
func causes(filters json.RawMessage) []command.Cause {
	var told map[string]json.RawMessage
	_ = json.Unmarshal(filters, &told) // an odd form tells nothing
	period := !slices.ContainsFunc(timeFilters, func(name string) bool { return isSet(told[name]) })
	states := strings.ToUpper(string(told["state"]))
	others := otherFilters(told)
	return []command.Cause{
		noAsset(network(told["cidr_range"])),
		{Fits: period, Why: "without a time filter an export holds the last 30 days alone"},
		{Fits: !strings.Contains(states, "FIXED"), Why: "it holds the states OPEN and REOPENED alone"},
		{Fits: len(others) > 0, Why: "no finding meets its filters: " + strings.Join(others, ", ")},
		command.Always("the keys may not view the assets (Can View)"),
		command.Always("the assets are not licensed, and Include Unlicensed was false"),
	}
}

// noAsset is the cause that no asset is in the exported network, "" if that is not told.
func noAsset(network string) command.Cause {
	switch {
	case network == "":
		return command.Always("no asset has the Asset IP")
	case strings.Contains(network, "/"):
		return command.Always("no asset has an address in " + network)
	}
	return command.Always("no asset has the address " + network)
}

// otherFilters names the filters of an export, but for those that have a cause of their own.
func otherFilters(told map[string]json.RawMessage) []string {
	var names []string
	for name, value := range told {
		if name != "cidr_range" && name != "state" && isSet(value) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// isSet reports whether Tenable tells a filter that was given: it tells times that were
// not as 0.
func isSet(value json.RawMessage) bool {
	return !slices.Contains([]string{"", "0", "null", `""`, "[]", "{}"}, strings.TrimSpace(string(value)))
}
