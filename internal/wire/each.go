package wire

import (
	"bytes"
	"encoding/json"
)

// Each takes the elements of an array one after the other, so that a long list
// is never held as a whole. Those before an element of the wrong type are taken
// too. null is an empty list.
type Each[T any] func(element T)

// UnmarshalJSON reads an array or null.
func (take Each[T]) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	if data[0] != '[' {
		return mismatch(data)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for decoder.More() {
		var element T
		if err := decoder.Decode(&element); err != nil {
			return err
		}
		take(element)
	}
	return nil
}
