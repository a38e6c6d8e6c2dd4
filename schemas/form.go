package schemas

import (
	"encoding/json"
	"maps"
	"slices"
)

// Input is an input, an option, or a member of one, as a form shows it: with its members in the order of the schema.
type Input struct {
	Property

	Members Ordered[*Input] `json:"properties"`        // of an object
	Open    Ordered[*Input] `json:"patternProperties"` // of an object: members whose titles say how their names are made
}

// Example is a valid value of the type that Kind says, or nil.
func (p *Property) Example() json.RawMessage {
	if len(p.Examples) == 0 {
		return nil
	}
	example := p.Examples[0]
	var list []json.RawMessage
	if p.Items != nil && p.Items.Kind() == "string" && json.Unmarshal(example, &list) == nil {
		for i := range list {
			list[i] = quoted(list[i])
		}
		example, _ = json.Marshal(list) // what was just read can be written
	}
	if p.Kind() == "string" {
		example = quoted(example)
	}
	return example
}

// quoted returns a number, such as that of a scan, as a JSON text.
func quoted(value json.RawMessage) json.RawMessage {
	if value[0] == '"' {
		return value
	}
	return json.RawMessage(`"` + string(value) + `"`)
}

// Choices lists the values that the input or the items of a list may have; nil if any value may be given.
func (p *Property) Choices() []string {
	if p.Items != nil {
		return p.Items.Enum
	}
	return p.Enum
}

// ChoiceLabels says what forms show in the place of a choice, by choice. Of several labels it is the first.
func (p *Property) ChoiceLabels() map[string]string {
	if p.Items != nil {
		return p.Items.ChoiceLabels()
	}
	if len(p.Labels) == 0 || len(p.Enum) == 0 {
		return nil
	}
	labels := map[string]string{}
	for _, label := range slices.Backward(slices.Sorted(maps.Keys(p.Labels))) {
		labels[p.Labels[label]] = label
	}
	return labels
}

// Inputs lists the inputs in the order of the schema's text.
func (d *Document) Inputs() Ordered[*Input] {
	var root Input
	unmarshal(d.raw, &root)
	return root.Members
}

// Options lists the options of a request in the order of the request's schema.
func Options() Ordered[*Input] {
	var root struct {
		Properties struct {
			Options Input `json:"options"`
		} `json:"properties"`
	}
	unmarshal(Envelope("request"), &root)
	return root.Properties.Options.Members
}
