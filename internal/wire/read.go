package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Odd counts the values of forms that Tenable does not document, by the path of their member: "agents.ip".
// The path of a list element that is no object ends in "[]".
type Odd map[string]int

// Add adds other counts.
func (o Odd) Add(other Odd) {
	for path, n := range other {
		o[path] += n
	}
}

// Count is how many values there are.
func (o Odd) Count() (sum int) {
	for _, n := range o {
		sum += n
	}
	return sum
}

// Elements reports whether one of them is an element of a list that should be an object, so that a list which looks
// empty is not.
func (o Odd) Elements() bool {
	for path := range o {
		if strings.HasSuffix(path, "[]") {
			return true
		}
	}
	return false
}

// String names the first members with their counts: "agents.ip (2), agents[] (1)".
func (o Odd) String() string {
	const most = 10
	var texts []string
	for _, path := range slices.Sorted(maps.Keys(o)) {
		texts = append(texts, fmt.Sprintf("%s (%d)", path, o[path]))
	}
	if more := len(texts) - most; more > 0 {
		texts = append(texts[:most], fmt.Sprintf("%d more", more))
	}
	return strings.Join(texts, ", ")
}

// Read reads JSON into v, a pointer to a struct or to a list, so that a value of another form than v has costs its
// member alone, which stays empty. A list of one stands for its value, and of several the first is taken.
// It returns what was odd. An error is that of an Each, or says that v has another form as a whole.
func Read(data []byte, v any) (Odd, error) {
	data = bytes.TrimSpace(data)
	if reflect.ValueOf(v).Elem().Kind() == reflect.Struct && data[0] != '{' {
		return nil, mismatch(data)
	}
	return ReadPart("", data, v)
}

// ReadPart is Read for a part of an answer, which stands there under path. A struct may stand in a list there.
func ReadPart(path string, data []byte, v any) (Odd, error) {
	r := reader{odd: Odd{}}
	err := r.value(bytes.TrimSpace(data), reflect.ValueOf(v).Elem(), path)
	return r.odd, err
}

// reader reads values member by member, and notes the odd ones.
type reader struct{ odd Odd }

// elements is a list of objects, which reads itself.
type elements interface {
	read(r *reader, data []byte, path string) error
}

// several is a value of which there may be several.
type several interface{ isSeveral() }

// value reads a value of any type.
func (r *reader) value(data []byte, v reflect.Value, path string) error {
	switch target := v.Addr().Interface().(type) {
	case *json.RawMessage:
		*target = data
		return nil
	case elements:
		return target.read(r, data, path)
	case json.Unmarshaler:
		r.scalar(data, v, path)
		return nil
	}
	switch {
	case string(data) == "null":
		v.SetZero()
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return r.value(data, v.Elem(), path)
	case v.Kind() == reflect.Struct && data[0] == '{':
		return r.object(data, v, path)
	case v.Kind() == reflect.Struct:
		return r.firstObject(data, v, path)
	case v.Kind() == reflect.Slice:
		return r.list(data, v, path)
	default:
		r.scalar(data, v, path)
	}
	return nil
}

// list reads the values of a list. One value stands for a list of one.
func (r *reader) list(data []byte, v reflect.Value, path string) error {
	v.SetZero()
	elements := slices.Values([][]byte{data})
	if data[0] == '[' {
		elements = values(data)
	}
	for text := range elements {
		one := reflect.New(v.Type().Elem()).Elem()
		if err := r.value(text, one, path); err != nil {
			return err
		}
		if !one.IsZero() {
			v.Set(reflect.Append(v, one))
		}
	}
	return nil
}

// firstObject reads the first object of a list that stands where one object was to be.
func (r *reader) firstObject(data []byte, v reflect.Value, path string) error {
	var objects [][]byte
	if data[0] == '[' {
		objects = slices.Collect(values(data))
	}
	if len(objects) != 1 {
		r.odd[path]++
	}
	if len(objects) == 0 || objects[0][0] != '{' {
		return nil
	}
	return r.object(objects[0], v, path)
}

// object reads the members of an object.
func (r *reader) object(data []byte, v reflect.Value, path string) error {
	if path != "" {
		path += "."
	}
	name := ""
	isName := false
	for text := range values(data) {
		if isName = !isName; isName {
			if err := json.Unmarshal(text, &name); err != nil {
				return err
			}
			continue
		}
		for i := range v.NumField() {
			if tag := v.Type().Field(i).Tag.Get("json"); tag != name || tag == "" {
				continue
			}
			if err := r.value(text, v.Field(i), path+name); err != nil {
				return err
			}
		}
	}
	return nil
}

// scalar reads a value that has no members, or a list of such values.
func (r *reader) scalar(data []byte, v reflect.Value, path string) {
	v.SetZero()
	if json.Unmarshal(data, v.Addr().Interface()) == nil {
		return
	}
	v.SetZero()
	if data[0] != '[' {
		r.odd[path]++
		return
	}
	more := false
	for text := range values(data) {
		one := reflect.New(v.Type())
		switch {
		case text[0] == '[' || json.Unmarshal(text, one.Interface()) != nil:
			r.odd[path]++
		case one.Elem().IsZero(): // null
		case v.Kind() == reflect.Slice:
			_, more = v.Addr().Interface().(several)
			more = more && v.Len() > 0
			v.Set(reflect.AppendSlice(v, one.Elem()))
		case v.IsZero():
			v.Set(one.Elem())
		default:
			more = true
		}
	}
	if more {
		r.odd[path]++
	}
}

// values returns the elements of an array, or the names and values of an object, one after the other.
func values(data []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for rest := next(data[1:]); len(rest) > 0; {
			value := rest[:valueLength(rest)]
			if !yield(value) {
				return
			}
			rest = next(rest[len(value):])
		}
	}
}

// next returns the rest of an array or object from its next name or value on, or nothing at its end.
func next(rest []byte) []byte {
	i := 0
	for strings.IndexByte(":, \t\r\n", rest[i]) >= 0 {
		i++
	}
	if rest[i] == ']' || rest[i] == '}' {
		return nil
	}
	return rest[i:]
}

// valueLength returns the length of the value at the start of valid JSON.
// A JSON decoder would check again what was checked: reading 5,000 agents took half as long again.
func valueLength(text []byte) int {
	depth := 0
	inString := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case inString && c != '"':
		case c == '"':
			inString = !inString
			if !inString && depth == 0 {
				return i + 1
			}
		case c == '{' || c == '[':
			depth++
		case depth == 0 && strings.IndexByte(",]} \t\r\n", c) >= 0:
			return i
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}
