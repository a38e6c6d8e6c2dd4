package outcome

import (
	"encoding/json"
	"strings"

	"tenableio/integrations/child"
)

// variables are texts by their names without the underscores.
type variables map[string]string

// record sets the members of a single record.
func (v variables) record(context clip) {
	if context.total != 1 || context.full {
		return
	}
	var records []map[string]json.RawMessage
	if json.Unmarshal(context.text, &records) != nil || len(records) != 1 {
		return
	}
	for name, value := range records[0] {
		v[name] = plainText(value)
	}
}

// given is the input that has the name of a key field. What was asked for is known where
// the command failed, too, and a step that polls needs it again.
func (a Asked) given(name string) string {
	for input, value := range a.Inputs {
		if child.Plain(input) == child.Plain(name) || child.Plain(input) == "runuuid" && name == "scan_uuid" {
			return value
		}
	}
	return ""
}

// keyFields sets for each key field its first value under the singular of its name, and
// all of them under its name. It returns what it cut.
func (v variables) keyFields(asked Asked, found map[string]clip) (said []string) {
	all := map[string]clip{}
	for _, field := range asked.Outputs.KeyFields {
		all[field.Key] = clip{text: []byte("[]")}
	}
	for name, values := range found {
		all[name] = values
	}
	for name, values := range all {
		var list []json.RawMessage
		_ = json.Unmarshal(values.text, &list) // what is no list has no first value
		switch {
		case len(list) > 0:
			v[singular(name)] = plainText(list[0])
		case v[singular(name)] == "": // a single record may know what is no certain key
			v[singular(name)] = asked.given(singular(name))
		}
	}
	for name, values := range all {
		v[name] = string(values.text)
		if given := asked.given(name); values.total == 0 && strings.HasPrefix(given, "[") && json.Valid([]byte(given)) {
			v[name] = given
		}
		said = append(said, cut(name, values))
	}
	return said
}

// singular is the name of one of several: scan_id of scan_ids, ip_address of
// ip_addresses. What is no plural stays as it is.
func singular(name string) string {
	if word, ok := strings.CutSuffix(name, "ses"); ok {
		return word + "s"
	}
	return strings.TrimSuffix(name, "s")
}

// plainText is a text without its quotes, "" for null, and JSON for everything else.
func plainText(value json.RawMessage) string {
	var text *string
	if json.Unmarshal(value, &text) == nil {
		if text == nil {
			return ""
		}
		return *text
	}
	return string(value)
}
