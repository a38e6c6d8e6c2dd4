package result

import (
	"hash/maphash"
	"slices"

	"tenableio/internal/spill"
)

// KeyFields maps the name of an identifier to the distinct values that a
// result holds of it, in the order in which they were met. A long list has
// hundreds of thousands of them, so they are kept as their JSON texts in a spill buffer,
// and known by a digest.
type KeyFields struct {
	// Limit is how many values a field takes; 0: as many as come.
	Limit int

	fields  map[string]*keyField
	buffer  *spill.Buffer
	encoder *encoder
	err     error
}

// keyField is what a result holds of one identifier.
type keyField struct {
	list List
	seen map[digest]struct{}
	cut  bool // it left a value out, because of the limit
}

// digest stands for a text: 128 bits, so that no two texts share one.
type digest [2]uint64

var digestSeeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

// Add notes the values under name; empty and known ones are left out, and negative numbers,
// which name nothing. One that cannot be marshalled is a defect, which Marshal reports.
func (k *KeyFields) Add(name string, values ...any) {
	if k.fields == nil {
		k.fields, k.buffer, k.encoder = map[string]*keyField{}, new(spill.Buffer), new(encoder)
	}
	for _, value := range values {
		err := k.encoder.encode(value, func(text []byte) {
			if string(text) != `""` && string(text) != "null" && text[0] != '-' {
				k.add(name, text)
			}
		})
		if err != nil {
			k.err = err
		}
	}
}

func (k *KeyFields) add(name string, text []byte) {
	field := k.fields[name]
	if field == nil {
		field = &keyField{list: ListIn(k.buffer), seen: map[digest]struct{}{}}
		k.fields[name] = field
	}
	mark := digest{maphash.Bytes(digestSeeds[0], text), maphash.Bytes(digestSeeds[1], text)}
	if _, known := field.seen[mark]; known {
		return
	}
	if k.Limit > 0 && len(field.seen) == k.Limit {
		field.cut = true
		return
	}
	field.seen[mark] = struct{}{}
	field.list.Add(text)
}

// Cut returns the names of the fields that left values out because of the limit.
func (k *KeyFields) Cut() []string {
	var names []string
	for name, field := range k.fields {
		if field.cut {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// AddTexts is Add for a list of texts.
func (k *KeyFields) AddTexts(name string, values []string) {
	for _, value := range values {
		k.Add(name, value)
	}
}
