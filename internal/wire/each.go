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
	for rest := next(data[1:]); len(rest) > 0; {
		if rest[0] != '{' {
			return &json.UnmarshalTypeError{Value: "array of " + kind(rest), Type: reflect.TypeFor[T]()}
		}
		text := rest[:objectLength(rest)]
		var element T
		if err := json.Unmarshal(text, &element); err != nil {
			return err
		}
		if err := take(element, text); err != nil {
			return err
		}
		rest = next(rest[len(text):])
	}
	return nil
}

// next is what is left of an array from its next element on; nothing at its end.
func next(rest []byte) []byte {
	rest = bytes.TrimLeft(rest, ", \t\r\n")
	if rest[0] == ']' {
		return nil
	}
	return rest
}

// objectLength is how long the object is that valid JSON begins with.
func objectLength(text []byte) int {
	depth, inString := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
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
