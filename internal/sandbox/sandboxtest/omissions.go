package sandboxtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// omission is an answer that the API gives and its specification leaves out.
type omission struct {
	call   string // method and path as the specification writes them; a * at the end stands for the rest
	status int
	form   string // the schema of the body, a name of forms, or a recording; empty: there is no body
	why    string // where it is documented or was recorded
}

// The two forms of refusals: that of the gateway and of the newer services, and
// that of the older ones.
const (
	gatewayForm = `{"type": "object", "required": ["statusCode", "error", "message"], "additionalProperties": false, "properties": {
		"statusCode": {"type": "integer"}, "error": {"type": "string"}, "message": {"type": "string"},
		"validation": {"type": "object", "required": ["source", "keys"]}}}`
	olderForm = `{"type": "object", "required": ["error"], "additionalProperties": false, "properties": {
		"error": {"type": "string"}, "type": {"type": "string"}, "filter_name": {"type": "string"},
		"filter_operator": {"type": "string"}, "filter_value": {"type": "string"}, "reason": {"type": "string"}}}`
)

// The forms of bodies that the specification does not name.
var forms = map[string]string{
	"gateway":  gatewayForm,
	"older":    olderForm,
	"refusal":  `{"anyOf": [` + gatewayForm + `, ` + olderForm + `]}`,
	"agent":    `{"$ref": "#/components/schemas/agents_response-list-agents"}`,
	"group":    `{"$ref": "#/components/schemas/agent-groups_group"}`,
	"filters":  `{"type": "object", "required": ["filters"], "properties": {"filters": {"type": "array", "items": {"$ref": "#/components/schemas/filters_filter"}}}}`,
	"info":     `{"$ref": "#/paths/~1workbenches~1vulnerabilities~1{plugin_id}~1info/get/responses/200/content/application~1json/schema"}`,
	"outputs":  `{"$ref": "#/paths/~1workbenches~1vulnerabilities~1{plugin_id}~1outputs/get/responses/200/content/application~1json/schema"}`,
	"activity": `{"type": "object", "required": ["activity"], "properties": {"activity": {"type": "array", "items": {"type": "object", "required": ["type", "timestamp"]}}}}`,
	"asset":    `{"type": "object", "required": ["info"], "properties": {"info": {"$ref": "#/components/schemas/workbenches_workbenches-asset-details"}}}`,
	"assets": `{"type": "object", "required": ["assets", "total_asset_count"], "properties": {"total_asset_count": {"type": "integer"},
		"assets": {"type": "array", "items": {"type": "object", "required": ["id", "severities", "total", "fqdn", "ipv4", "ipv6", "last_seen", "netbios_name", "agent_name"]}}}}`,
	"session": `{"type": "object", "required": ["uuid", "username", "permissions", "enabled", "container_uuid", "container_name"]}`,
}

// omissions begin with whole endpoints that the specification lacks.
var omissions = []omission{
	{"GET /session", 200, "session", "recorded; no longer documented, and the SDK calls it"},
	{"GET /scanners/null/agents/{agent_id}", 200, "agent", "reference/agents-agent-info"},
	{"GET /scanners/null/agents/{agent_id}", 404, "older", "reference/agents-agent-info"},
	{"POST /scanners/null/agent-groups", 200, "group", "reference/agent-groups-create"},
	{"PUT /scanners/null/agent-groups/{group_id}", 200, "group", "reference/agent-groups-configure"},
	{"PUT /scanners/null/agent-groups/{group_id}", 404, "older", "reference/agent-groups-configure"},
	{"DELETE /scanners/null/agent-groups/{group_id}", 200, "", "reference/agent-groups-delete"},
	{"DELETE /scanners/null/agent-groups/{group_id}", 404, "gateway", "seen: unlike the details of a group"},
	{"PUT /scanners/null/agent-groups/{group_id}/agents/{agent_id}", 200, "", "recorded without a body"},
	{"PUT /scanners/null/agent-groups/{group_id}/agents/{agent_id}", 404, "gateway", "reference/agent-groups-add-agent"},
	{"DELETE /scanners/null/agent-groups/{group_id}/agents/{agent_id}", 200, "", "recorded without a body"},
	{
		"DELETE /scanners/null/agent-groups/{group_id}/agents/{agent_id}", 404, "gateway",
		"reference/agent-groups-delete-agent",
	},
	{"POST /scans/{scan_id}/pause", 200, "", "reference/scans-pause"},
	{"POST /scans/{scan_id}/pause", 404, "older", "reference/scans-pause"},
	{"POST /scans/{scan_id}/pause", 409, "older", "reference/scans-pause"},
	{"POST /scans/{scan_id}/resume", 200, "", "reference/scans-resume"},
	{"POST /scans/{scan_id}/resume", 404, "older", "reference/scans-resume"},
	{"POST /scans/{scan_id}/resume", 409, "older", "reference/scans-resume"},
	{"POST /scans/{scan_id}/stop", 200, "", "reference/scans-stop"},
	{"POST /scans/{scan_id}/stop", 404, "older", "reference/scans-stop"},
	{"POST /scans/{scan_id}/stop", 409, "older", "reference/scans-stop"},
	{"GET /filters/scans/reports", 200, "filters", "the SDK reads it before it exports a scan"},
	{"GET /workbenches/assets/vulnerabilities", 200, "assets", "reference/workbenches-assets-vulnerabilities"},
	{"GET /workbenches/assets/{asset_id}/info", 200, "asset", "recorded; reference/workbenches-asset-info"},
	{"GET /workbenches/assets/{asset_id}/activity", 200, "activity", "reference/workbenches-assets-activity"},
	{
		"GET /workbenches/assets/{asset_id}/vulnerabilities/{plugin_id}/info", 200, "info",
		"reference/workbenches-asset-vulnerability-info",
	},
	{
		"GET /workbenches/assets/{asset_id}/vulnerabilities/{plugin_id}/outputs", 200, "outputs",
		"reference/workbenches-asset-vulnerability-output",
	},
	{"GET /filters/workbenches/assets", 200, "filters", "reference/io-filters-assets-list"},
	{"POST /filters/workbenches/assets", 200, "filters", "reference/io-filters-assets-workbench-list-1; deprecated"},

	// Answers that it leaves out of the endpoints that it has.
	{"GET /scanners/null/agent-groups/{agent_group_id}/agents", 404, "gateway", "recorded of the calls about members"},
	{"POST /scanners/null/agent-groups/{group_id}/agents/_bulk/*", 404, "gateway", "recorded of the calls about members"},
	{
		"GET /scanners/null/agent-groups/{group_id}/agents/_bulk/{task_uuid}", 404, "gateway",
		"recorded of the calls about members",
	},
	{"POST /scans/{scan_id}/launch", 409, "older", "seen by other vendors' connectors: it runs already"},
	{"GET /workbenches/assets/{asset_id}*", 404, "gateway", "the gateway's form, recorded in various places"},

	// What the gateway answers before any endpoint is reached.
	{"*", 400, "refusal", "recorded of a parameter that is wrong"},
	{"*", 401, "gateway", "documented of nearly all endpoints"},
	{"*", 403, "gateway", "recorded of a role that is too low"},
	{"*", 415, "gateway", "seen of a body that is not said to be JSON"},
	{"*", 429, "text/html", "docs/rate-limiting"},
	{"*", 500, "gateway", "recorded"},
	{"*", 502, "gateway", "recorded"},
	{"*", 503, "gateway", "recorded"},
	{"*", 504, "gateway", "recorded"},
}

// mayBeEmpty are answers that have no body when there is nothing to say.
var mayBeEmpty = []string{
	"/workbenches/vulnerabilities/{plugin_id}/info",                   // product documentation: reading the JSON failed at column 1
	"/workbenches/assets/{asset_id}/vulnerabilities/{plugin_id}/info", // as above
}

// complete adds what the specification leaves out. It fails where that is there
// already, so that the list stays true.
func complete(document map[string]any) error {
	paths := document["paths"].(map[string]any)
	for _, o := range omissions {
		method, path, _ := strings.Cut(o.call, " ")
		if !strings.Contains(o.call, "*") && paths[path] == nil {
			paths[path] = map[string]any{}
		}
		if item, there := paths[path].(map[string]any); there && item[strings.ToLower(method)] == nil {
			item[strings.ToLower(method)] = map[string]any{
				"responses":  map[string]any{},
				"parameters": parametersOf(path),
			}
		}
		if o.addTo(paths) == 0 {
			return fmt.Errorf("the specification has %s with status %d: it is no omission", o.call, o.status)
		}
	}
	for _, item := range paths {
		for _, operation := range item.(map[string]any) {
			if of, isCall := operation.(map[string]any); isCall {
				describeRefusals(of["responses"].(map[string]any))
			}
		}
	}
	describeRefusals(document["components"].(map[string]any)["responses"].(map[string]any))
	return nil
}

// describeRefusals gives a body to refusals of which the specification tells the
// status alone: one of the two forms that were recorded.
func describeRefusals(responses map[string]any) {
	for name, response := range responses {
		status := name[len(name)-3:] // shared responses have longer names
		of := response.(map[string]any)
		content, _ := of["content"].(map[string]any)
		media, _ := content["application/json"].(map[string]any)
		if of["$ref"] != nil || status < "400" || len(content) > 0 && (media == nil || media["schema"] != nil) {
			continue
		}
		of["content"] = map[string]any{"application/json": map[string]any{"schema": schemaOf("refusal")}}
	}
}

// schemaOf reads one of the forms.
func schemaOf(form string) (schema any) {
	if err := json.Unmarshal([]byte(forms[form]), &schema); err != nil {
		panic(fmt.Errorf("form %s: %w", form, err))
	}
	return schema
}

// parametersOf declares the parameters of a path, without which no document is valid.
func parametersOf(path string) []any {
	var list []any
	for segment := range strings.SplitSeq(path, "/") {
		if name, is := strings.CutPrefix(segment, "{"); is {
			list = append(list, map[string]any{
				"name":     strings.TrimSuffix(name, "}"),
				"in":       "path",
				"required": true,
				"schema":   map[string]any{"type": "string"},
			})
		}
	}
	return list
}

// addTo adds the answer to each call that it is of and that lacks it.
func (o omission) addTo(paths map[string]any) (added int) {
	response := map[string]any{"description": o.why}
	switch {
	case forms[o.form] != "":
		response["content"] = map[string]any{"application/json": map[string]any{"schema": schemaOf(o.form)}}
	case o.form != "":
		response["content"] = map[string]any{o.form: map[string]any{}}
	}
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		for method, operation := range paths[path].(map[string]any) {
			call := strings.ToUpper(method) + " " + path
			of, isCall := operation.(map[string]any)
			if !isCall || !matches(o.call, call) {
				continue
			}
			responses := of["responses"].(map[string]any)
			if status := strconv.Itoa(o.status); responses[status] == nil {
				responses[status] = response
				added++
			}
		}
	}
	return added
}

// matches compares a call with a pattern.
func matches(pattern, call string) bool {
	if pattern == "*" || pattern == call {
		return true
	}
	start, open := strings.CutSuffix(pattern, "*")
	return open && strings.HasPrefix(call, start)
}
