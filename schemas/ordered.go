package schemas

import (
	"encoding/json"

	"tenableio/internal/strictjson"
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
	for name, value := range strictjson.Members(data) {
		member := Named[T]{Name: name}
		if err := json.Unmarshal(value, &member.Value); err != nil {
			return err
		}
		*o = append(*o, member)
	}
	return nil
}
