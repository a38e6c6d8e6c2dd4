package schemas

import (
	"bytes"
	"encoding/json"

	"tenableio/internal/fault"
)

// Ordered holds the members of a JSON object in the order of its text.
type Ordered[T any] []Named[T]

// Named is one member.
type Named[T any] struct {
	Name  string
	Value T
}

// UnmarshalJSON reads the object.
func (o *Ordered[T]) UnmarshalJSON(data []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return err
		}
		var member Named[T]
		member.Name, _ = name.(string) // the name of a member is always a text
		if err := decoder.Decode(&member.Value); err != nil {
			return err
		}
		*o = append(*o, member)
	}
	return nil
}

// Inputs lists the inputs in the order of the schema's text.
func (d *Document) Inputs() (Ordered[*Property], error) {
	var root struct {
		Properties Ordered[*Property] `json:"properties"`
	}
	if err := json.Unmarshal(d.raw, &root); err != nil {
		return nil, fault.Defect("The inputs of %s cannot be read.", d.key).WithCause(err)
	}
	return root.Properties, nil
}

// Options lists the options of a request in the order of the request's schema.
func Options() (Ordered[*Property], error) {
	text, err := Envelope("request")
	if err != nil {
		return nil, err
	}
	var root struct {
		Properties map[string]struct {
			Properties Ordered[*Property] `json:"properties"`
		} `json:"properties"`
	}
	if err := json.Unmarshal(text, &root); err != nil {
		return nil, fault.Defect("The options cannot be read.").WithCause(err)
	}
	return root.Properties["options"].Properties, nil
}
