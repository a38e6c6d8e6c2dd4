package wire

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// Each takes the elements of an array of objects one by one, so that a long list is never held as a whole.
// Its argument text is the element's own JSON, valid until the call returns.
// An error, or an element of the wrong type, ends the list; the elements before it have been taken.
// A list may be null, which is an empty list. An element may not.
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

// next returns the rest of an array from its next element on, or nothing at its end.
func next(rest []byte) []byte {
	rest = bytes.TrimLeft(rest, ", \t\r\n")
	if rest[0] == ']' {
		return nil
	}
	return rest
}

// objectLength returns the length of the object at the start of valid JSON.
// A JSON decoder would check again what was checked: reading 5,000 agents took half as long again.
func objectLength(text []byte) int {
	depth := 0
	inString := false
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

// List holds the objects of a short array. null gives a nil List.
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
