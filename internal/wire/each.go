package wire

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// Each takes the elements of an array of objects one after the other, so that a
// long list is never held as a whole. Those before an element of the wrong type are
// taken too; an error ends the list. null is an empty list, but no element. text is
// the element's own JSON, to be read before the call returns.
type Each[T any] func(element T, text json.RawMessage) error

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
		rest := bytes.TrimLeft(data[decoder.InputOffset():], ", \t\r\n")
		if rest[0] != '{' {
			return &json.UnmarshalTypeError{Value: "array of " + kind(rest), Type: reflect.TypeFor[T]()}
		}
		var element T
		if err := decoder.Decode(&element); err != nil {
			return err
		}
		text := rest[:len(rest)-len(data)+int(decoder.InputOffset())]
		if err := take(element, text); err != nil {
			return err
		}
	}
	return nil
}

// List is the objects of an array, for a list that is short. null is a nil List.
type List[T any] []T

// UnmarshalJSON reads an array or null.
func (l *List[T]) UnmarshalJSON(data []byte) error {
	*l = nil
	if string(data) == "null" {
		return nil
	}
	*l = List[T]{}
	take := Each[T](func(element T, _ json.RawMessage) error {
		*l = append(*l, element)
		return nil
	})
	return take.UnmarshalJSON(data)
}
