package result

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// KeyFields maps the name of an identifier to the distinct values that a
// result holds of it, in the order in which they were met.
type KeyFields struct {
	values map[string][]any
	seen   map[keyField]struct{}
}

// keyField is one value under its name.
type keyField struct {
	name  string
	value any
}

// Add notes the values under name; empty and known ones are left out.
func (k *KeyFields) Add(name string, values ...any) {
	if k.values == nil {
		k.values, k.seen = map[string][]any{}, map[keyField]struct{}{}
	}
	for _, value := range values {
		field := keyField{name, value}
		if _, known := k.seen[field]; known || value == nil || fmt.Sprint(value) == "" {
			continue
		}
		k.seen[field] = struct{}{}
		k.values[name] = append(k.values[name], value)
	}
}

// AddTexts is Add for a list of texts.
func (k *KeyFields) AddTexts(name string, values []string) {
	for _, value := range values {
		k.Add(name, value)
	}
}

// MarshalJSON prints an object, its names sorted, without escaping what only HTML
// needs escaped.
func (k KeyFields) MarshalJSON() ([]byte, error) {
	if k.values == nil {
		return []byte("{}"), nil
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(k.values)
	return text.Bytes(), err
}
