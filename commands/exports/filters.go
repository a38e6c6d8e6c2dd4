package exports

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"tenableio/commands/command"
	"tenableio/internal/fault"
	"tenableio/internal/names"
	"tenableio/result"
	"tenableio/schemas"
)

// timeFilters lift Tenable's own limit to the last 30 days.
var timeFilters = []string{
	"since", "first_found", "first_seen", "last_found", "last_seen", "last_fixed", "indexed_at", "resurfaced_date",
}

// softwareVulns is a member of the call's body. Tenable's announcement reads like that of a filter.
const softwareVulns = "include_software_vulns"

// noFilters are members of the body that are no filters, and what to do instead.
var noFilters = map[string]string{
	"include_unlicensed": "use the input Include Unlicensed",
	"num_assets":         "use the input Assets Number",
	"filters":            "give what is in it as the Filters Object",
}

// exportFilters returns the given filters with Asset IP as cidr_range.
// It warns of what Tenable leaves out by default, and of filters that Tenable does not document.
// Those are sent, because Tenable may have new ones.
//
// https://developer.tenable.com/reference/exports-vulns-request-export
func exportFilters(
	out *result.Output, network string, given map[string]json.RawMessage,
) (map[string]json.RawMessage, error) {
	filters := map[string]json.RawMessage{}
	maps.Copy(filters, given)
	if _, there := given["cidr_range"]; there {
		out.Warn("filter_replaced", "The filter cidr_range was replaced by Asset IP.")
	}
	filters["cidr_range"] = json.RawMessage(`"` + network + `"`)
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if body, known := names.Match(name, slices.Collect(maps.Keys(noFilters))); known {
			return nil, fault.New(http.StatusBadRequest,
				"The value for parameter (Filters Object) is invalid. %s is no filter; %s.", fault.Quote(name), noFilters[body])
		}
	}
	// Tenable documents those of the command's schema, and tag.CATEGORY.
	schema := schemas.Load("export_vulnerabilities")
	known := slices.Sorted(maps.Keys(schema.Properties["filters_object"].Properties))
	if _, there := given["vpr_v2_score"]; there {
		warnDeprecated(out, "filter", "vpr_v2_score", "vpr_score")
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		tag := strings.HasPrefix(name, "tag.") && name != "tag."
		if !slices.Contains(known, name) && !tag {
			const message = "Tenable documents no filter %q; it was sent as it is. %s"
			out.Warn("unknown_filter", message, fault.Quote(name), names.DidYouMean(name, known))
		}
	}
	has := func(name string) bool { _, there := given[name]; return there }
	if !slices.ContainsFunc(timeFilters, has) {
		out.Warn("default_period",
			"Tenable exports the last 30 days, because the Filters Object holds no time filter such as last_found.")
	}
	if !has("state") && !has("since") {
		out.Warn("default_state", "Tenable exports the states OPEN and REOPENED, because the Filters Object holds no state.")
	}
	return filters, nil
}

// causes are why an export with these filters may hold nothing. Filters that Tenable does
// not tell may be any.
func causes(filters json.RawMessage) []command.Cause {
	var told map[string]json.RawMessage
	_ = json.Unmarshal(filters, &told) // an odd form tells nothing
	period := !slices.ContainsFunc(timeFilters, func(name string) bool { return isSet(told[name]) })
	states := strings.ToUpper(string(told["state"]))
	var others []string
	for name, value := range told {
		if name != "cidr_range" && name != "state" && isSet(value) {
			others = append(others, name)
		}
	}
	slices.Sort(others)
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

// isSet reports whether Tenable tells a filter that was given: it tells times that were
// not as 0.
func isSet(value json.RawMessage) bool {
	return !slices.Contains([]string{"", "0", "null", `""`, "[]", "{}"}, strings.TrimSpace(string(value)))
}
