package sandboxtest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// complete adds what the specification leaves out. It fails where that is there
// already, so that the list stays true.
func complete(document map[string]any) error {
	paths := document["paths"].(map[string]any)
	for _, o := range amended().Omissions {
		method, path, _ := strings.Cut(o.Call, " ")
		if !strings.Contains(o.Call, "*") && paths[path] == nil {
			paths[path] = map[string]any{}
		}
		if item, there := paths[path].(map[string]any); there && item[strings.ToLower(method)] == nil {
			item[strings.ToLower(method)] = map[string]any{
				"responses":  map[string]any{},
				"parameters": parametersOf(path),
			}
		}
		if o.addTo(paths) == 0 {
			return fmt.Errorf("the specification has %s with status %d: it is no omission", o.Call, o.Status)
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
		of["content"] = map[string]any{"application/json": map[string]any{"schema": amended().Forms["refusal"]}}
	}
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
	response := map[string]any{"description": o.Why}
	switch {
	case amended().Forms[o.Form] != nil:
		response["content"] = map[string]any{"application/json": map[string]any{"schema": amended().Forms[o.Form]}}
	case o.Form != "":
		response["content"] = map[string]any{o.Form: map[string]any{}}
	}
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		for method, operation := range paths[path].(map[string]any) {
			call := strings.ToUpper(method) + " " + path
			of, isCall := operation.(map[string]any)
			if !isCall || !matches(o.Call, call) {
				continue
			}
			responses := of["responses"].(map[string]any)
			if status := strconv.Itoa(o.Status); responses[status] == nil {
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
