package commands

import (
	"encoding/json"
	"net/netip"
	"reflect"
	"slices"
	"testing"
	"time"

	"tenableio/internal/wire"
	"tenableio/schemas"
)

// TestInputsFollowTheSchemas holds each command's input struct, which is written
// by hand, to its schema: the same names, types that hold what the schema lets
// through, and a nil for each input that may be absent.
func TestInputsFollowTheSchemas(t *testing.T) {
	for _, command := range All() {
		t.Run(command.Key, func(t *testing.T) {
			schema := command.Schema()
			input := reflect.TypeOf(command.NewInput()).Elem()
			var read []string
			for i := range input.NumField() {
				field := input.Field(i)
				key := field.Tag.Get("json")
				read = append(read, key)
				property := schema.Properties[key]
				if property == nil {
					t.Errorf("%s has the member %s, which is no input of the schema", field.Name, key)
					continue
				}
				always := slices.Contains(schema.Required, key) || len(property.Default) > 0
				if why := mismatch(field.Type, property, always); why != "" {
					t.Errorf("%s %v: %s", field.Name, field.Type, why)
				}
			}
			for key := range schema.Properties {
				if !slices.Contains(read, key) {
					t.Errorf("the schema has the input %s, which %v does not read", key, input)
				}
			}
		})
	}
}

// mismatch says why a field of a struct does not suit an input; empty when it
// does. always: the input is there in every run.
func mismatch(field reflect.Type, p *schemas.Property, always bool) string {
	empty := field.Kind() == reflect.Slice || field.Kind() == reflect.Map
	pointer := field.Kind() == reflect.Pointer
	switch {
	case always && pointer:
		return "the input is always there, so no pointer is needed"
	case !always && !pointer && !empty:
		return "the input may be absent, and this type cannot say so"
	}
	if pointer {
		field = field.Elem()
	}
	suits := field == goType(p)
	kind := p.Type[0]
	if p.Items != nil {
		kind = "array" // also where one text is taken for it
	}
	switch kind {
	case "array":
		suits = field.Kind() == reflect.Slice && field.Elem() == goType(p.Items)
	case "object":
		suits = field.Kind() == reflect.Map
	case "integer": // of any size where the schema sets no bounds
		suits = field.Kind() == reflect.Int || field.Kind() == reflect.Int64
		if p.Minimum == "" || p.Maximum == "" {
			suits = field == reflect.TypeFor[json.Number]()
		}
	}
	if !suits {
		return "it does not hold what the schema lets through"
	}
	return ""
}

// goType is the type that holds a text, a number or a boolean.
func goType(p *schemas.Property) reflect.Type {
	switch {
	case p.IP && p.Format == "": // an address and nothing else
		return reflect.TypeFor[netip.Addr]()
	case p.Time:
		return reflect.TypeFor[time.Time]()
	case len(p.Type) > 1:
		return reflect.TypeFor[wire.ID]()
	}
	return map[string]reflect.Type{
		"string": reflect.TypeFor[string](), "boolean": reflect.TypeFor[bool](),
		"number": reflect.TypeFor[json.Number](),
	}[p.Type[0]]
}

// TestMismatch: the test above can fail.
func TestMismatch(t *testing.T) {
	text, list := &schemas.Property{Type: schemas.Types{"string"}}, &schemas.Property{Type: schemas.Types{"array"}}
	count, bounded := &schemas.Property{Type: schemas.Types{"integer"}}, &schemas.Property{Type: schemas.Types{"integer"}, Minimum: "1", Maximum: "9"}
	list.Items = text
	for _, tt := range []struct {
		field  any
		input  *schemas.Property
		always bool
		suits  bool
	}{
		{"", text, true, true},
		{new(string), text, false, true},
		{[]string{}, list, false, true},
		{[]string{}, list, true, true},
		{new(string), text, true, false},
		{"", text, false, false},
		{0, text, true, false},
		{new(int), text, false, false},
		{[]int{}, list, false, false},
		{[]string{}, text, false, false},
		{"", list, true, false},
		{0, bounded, true, true},
		{0, count, true, false},
		{json.Number(""), count, true, true},
	} {
		why := mismatch(reflect.TypeOf(tt.field), tt.input, tt.always)
		if (why == "") != tt.suits {
			t.Errorf("%T, always %t: %q, want suits %t", tt.field, tt.always, why, tt.suits)
		}
	}
}
