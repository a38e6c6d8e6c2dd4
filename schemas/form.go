package schemas

import (
	"encoding/json"
	"maps"
	"slices"

	"tenableio/internal/fault"
)

// Input is an input, an option, or a member of one, as a form shows it: with its members in the order of the schema.
type Input struct {
	Property

	Items   *Input          `json:"items"`
	Members Ordered[*Input] `json:"properties"`        // of an object
	Open    Ordered[*Input] `json:"patternProperties"` // of an object: members whose titles say how their names are made
}

// Kind is the one type in which the input is described. It takes others as well.
func (in *Input) Kind() string {
	if in.Items != nil {
		return "array"
	}
	return in.Type[0]
}

// Example is a valid value of the type that Kind says, or nil.
func (in *Input) Example() json.RawMessage {
	if len(in.Examples) == 0 {
		return nil
	}
	example := in.Examples[0]
	var list []json.RawMessage
	if in.Items != nil && in.Items.Kind() == "string" && json.Unmarshal(example, &list) == nil {
		for i := range list {
			list[i] = quoted(list[i])
		}
		example, _ = json.Marshal(list) // what was just read can be written
	}
	if in.Kind() == "string" {
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

// ChoiceLabels says what forms show in the place of a choice, by choice. Of several labels it is the first.
func (in *Input) ChoiceLabels() map[string]string {
	if len(in.Labels) == 0 || len(in.Enum) == 0 {
		return nil
	}
	labels := map[string]string{}
	for _, label := range slices.Backward(slices.Sorted(maps.Keys(in.Labels))) {
		labels[in.Labels[label]] = label
	}
	return labels
}

// Inputs lists the inputs in the order of the schema's text.
func (d *Document) Inputs() (Ordered[*Input], error) {
	var root Input
	if err := json.Unmarshal(d.raw, &root); err != nil {
		return nil, fault.Defect("The inputs of %s cannot be read.", d.key).WithCause(err)
	}
	return root.Members, nil
}

// Options lists the options of a request in the order of the request's schema.
func Options() (Ordered[*Input], error) {
	text, err := Envelope("request")
	if err != nil {
		return nil, err
	}
	var root struct {
		Properties struct {
			Options Input `json:"options"`
		} `json:"properties"`
	}
	if err := json.Unmarshal(text, &root); err != nil {
		return nil, fault.Defect("The options cannot be read.").WithCause(err)
	}
	return root.Properties.Options.Members, nil
}
