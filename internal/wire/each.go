package wire

import (
	"encoding/json"
	"errors"
	"reflect"
)

// Each takes the elements of an array of objects one by one, so that a long list is never held as a whole.
// Its argument text is the element's own JSON, valid until the call returns. It takes an element that is no object too,
// as an empty one; its text tells. An error ends the list; the elements before it have been taken.
// A list may be null, which is an empty list.
type Each[T any] func(element T, text json.RawMessage) error

// read reads an array or null. Anything else in its place is an error.
func (take Each[T]) read(r *reader, data []byte, path string) error {
	if string(data) == "null" {
		return nil
	}
	if data[0] != '[' {
		return &json.UnmarshalTypeError{Value: kind(data), Type: reflect.TypeFor[[]T](), Field: path}
	}
	for text := range values(data) {
		var element T
		if text[0] != '{' {
			r.odd[path+"[]"]++
		} else if err := r.element(text, &element, path); err != nil {
			return err
		}
		if err := take(element, text); err != nil {
			return err
		}
	}
	return nil
}

// ReadElement reads an element of the list of objects under path into v. It returns what was odd.
func ReadElement(path string, text []byte, v any) Odd {
	if text[0] != '{' {
		return Odd{path + "[]": 1}
	}
	r := reader{odd: Odd{}}
	_ = r.element(text, v, path) // an error is that of an Each, and elements have none
	return r.odd
}

// element reads an object into v. Most have no odd value, and are read at the speed of a JSON decoder.
func (r *reader) element(text []byte, v any, path string) error {
	err := json.Unmarshal(text, v)
	if _, odd := errors.AsType[*json.UnmarshalTypeError](err); !odd {
		return err
	}
	target := reflect.ValueOf(v).Elem()
	target.SetZero()
	return r.object(text, target, path)
}

// List holds the objects of a short array. null gives a nil List.
type List[T any] []T

// UnmarshalJSON reads an array of objects without odd values, or null.
func (l *List[T]) UnmarshalJSON(data []byte) error {
	r := reader{odd: Odd{}}
	if err := l.read(&r, data, ""); err != nil {
		return err
	}
	if len(r.odd) > 0 {
		return mismatch(data)
	}
	return nil
}

// read reads an array, in which an element that is no object is left out, or null. Anything else is a list with an
// element that cannot be read.
func (l *List[T]) read(r *reader, data []byte, path string) error {
	*l = nil
	switch {
	case string(data) == "null":
		return nil
	case data[0] != '[':
		r.odd[path+"[]"]++
		return nil
	}
	*l = List[T]{}
	take := Each[T](func(element T, text json.RawMessage) error {
		if text[0] == '{' {
			*l = append(*l, element)
		}
		return nil
	})
	return take.read(r, data, path)
}

// Many is a value of which Tenable sometimes gives a list. A record shows the first, and key fields all of them.
type Many[T any] []T

func (Many[T]) isSeveral() {}

// UnmarshalJSON reads one value. Read gives it those of a list one by one.
func (m *Many[T]) UnmarshalJSON(data []byte) error {
	*m = nil
	var one T
	if err := json.Unmarshal(data, &one); err != nil {
		return err
	}
	if !reflect.ValueOf(one).IsZero() {
		*m = Many[T]{one}
	}
	return nil
}

// First returns the first of the values, or none.
func (m Many[T]) First() (first T) {
	if len(m) > 0 {
		first = m[0]
	}
	return first
}
