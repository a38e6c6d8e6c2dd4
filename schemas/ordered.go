package schemas

import (
	"bytes"
	"encoding/json"
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
