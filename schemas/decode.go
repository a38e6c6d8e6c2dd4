package schemas

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"tenableio/internal/fault"
	"tenableio/internal/names"
)

// Decode normalises and validates the given inputs, applies the defaults, and reads them into v.
// The pointer v is to the command's input struct.
// The error is a fault of status 400 that names every violation.
func (d *Document) Decode(given map[string]json.RawMessage, v any) error {
	err := d.decode(given, v)
	if f := fault.From(err); f != nil && f.Category == fault.Input {
		return f.WithHint("Correct what the message names, then run %s again. \"tenableio schema %s\" prints what each "+
			"input takes.", d.Title, d.key)
	}
	return err
}

func (d *Document) decode(given map[string]json.RawMessage, v any) error {
	inputs, err := d.normalise(given)
	if err != nil {
		return err
	}
	if items := d.tooLarge(inputs); len(items) > 0 {
		return refuse(items)
	}
	if err := d.validate(inputs); err != nil {
		return err
	}
	for key, property := range d.Properties {
		if _, there := inputs[key]; !there && len(property.Default) > 0 {
			inputs[key] = property.Default
		}
	}
	text, err := json.Marshal(inputs)
	if err != nil {
		return fmt.Errorf("inputs of %s: %w", d.key, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		return fmt.Errorf("inputs of %s: %w", d.key, err)
	}
	return nil
}

// maxValues limits the separators in one input before it is parsed.
// A parsed value takes many times its size in memory; no valid input comes near the limit.
const maxValues = 150_000

// normalise maps each input to its key, drops blank inputs, and converts each value to its schema's type
// where that loses nothing.
func (d *Document) normalise(given map[string]json.RawMessage) (map[string]any, error) {
	keys := map[string]string{} // by title
	titles := names.Titles{}
	for key, property := range d.Properties {
		keys[property.Title] = key
		titles.Add(property.Title, property.Title, key)
	}
	resolved, err := titles.Resolve("input", given, slices.Sorted(maps.Keys(keys)))
	if err != nil {
		return nil, err
	}
	inputs := map[string]any{}
	now := d.now()
	for title, raw := range resolved {
		key := keys[title]
		if separators(raw) > maxValues {
			return nil, refuse([]fault.Item{d.Properties[key].tooMany()})
		}
		value, err := decodeAny(raw)
		if err != nil {
			return nil, d.Properties[key].invalid("")
		}
		if value = d.Properties[key].coerce(value, now); !isBlank(value) {
			inputs[key] = value
		}
	}
	return inputs, nil
}

// separators counts what may separate the values of a list in the text of an input.
func separators(raw []byte) int {
	count := 0
	for _, separator := range []string{",", ";", `\n`, `\r`, `\u000`} {
		count += bytes.Count(raw, []byte(separator))
	}
	return count
}

// validate checks the inputs against the schema.
// The schema library panics on some numbers. Package strictjson refuses those numbers first,
// and the recover guards against any that it does not know.
func (d *Document) validate(inputs map[string]any) (err error) {
	schema, err := d.compiled()
	if err != nil {
		return fault.Defect("The schema of %s does not compile.", d.key).WithCause(err)
	}
	defer func() {
		if p := recover(); p != nil {
			err = fault.New(http.StatusBadRequest, "The inputs cannot be validated: a value in them is out of all bounds.")
		}
	}()
	items := d.misread(inputs)
	switch found := schema.Validate(inputs).(type) { //nolint:errorlint // Validate returns them unwrapped
	case nil:
	case *jsonschema.ValidationError:
		items = append(items, d.violations(found, inputs)...)
	default:
		return fault.Defect("The inputs of %s cannot be validated.", d.Title).WithCause(found)
	}
	if len(items) == 0 {
		return nil
	}
	return refuse(items)
}

// tooLarge finds lists with too many values and objects with too many bytes.
// It runs before the validator, which would examine every value and report every wrong one.
func (d *Document) tooLarge(inputs map[string]any) []fault.Item {
	var items []fault.Item
	for key, property := range d.Properties {
		switch value := inputs[key].(type) {
		case []any:
			if property.MaxItems > 0 && len(value) > property.MaxItems {
				items = append(items, property.tooMany())
			}
		case map[string]any:
			if property.MaxBytes > 0 && sizeOf(value) > property.MaxBytes {
				items = append(items, property.tooMany())
			}
		}
	}
	return items
}

// sizeOf returns the size of an object as JSON text, in bytes.
func sizeOf(object map[string]any) int {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(object) // cannot fail: the object was read from JSON
	return text.Len() - len("\n")
}

// tooMany refuses an input that holds more than is allowed.
func (p *Property) tooMany() fault.Item {
	why := "It is too large."
	switch {
	case p.MaxBytes > 0:
		why = p.Why
	case p.MaxItems > 0:
		why = p.expectedBy("maxItems", nil)
	}
	return fault.Item{Input: p.Title, Err: p.invalid(why)}
}

// misread finds what the schema lets through and the conversion left as it was: a member of an object that another
// spelling names too, and a list that stayed one text, because it begins like a list in JSON and is not.
func (d *Document) misread(inputs map[string]any) []fault.Item {
	var items []fault.Item
	for key, property := range d.Properties {
		switch value := inputs[key].(type) {
		case map[string]any:
			for name := range value {
				if known, member := property.member(name); member != nil && known != name {
					why := fmt.Sprintf("The member %s is given twice.", known)
					items = append(items, fault.Item{Input: property.Title, Err: property.invalid(why)})
				}
			}
		case string:
			if property.Kind() == "array" && property.Type[0] != "array" { // a list may also be written as one text
				why := typeWords["array"] + " " + malformed(value) + property.given(" Given: %s.", "type", value)
				items = append(items, fault.Item{Input: property.Title, Value: value, Err: property.invalid(why)})
			}
		}
	}
	return items
}

// decodeAny reads JSON and keeps numbers as their digits.
func decodeAny(raw []byte) (any, error) {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	err := decoder.Decode(&value)
	return value, err
}

// isBlank reports whether a value is empty.
// names.Resolve drops blank inputs. This finds blank elements of lists, and texts that hold a blank value such as "[]".
func isBlank(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	}
	return false
}
