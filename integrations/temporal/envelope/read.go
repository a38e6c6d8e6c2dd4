package envelope

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"tenableio/integrations/child"
)

// How many bytes of a result a history takes. Temporal refuses a payload of 2 MB,
// warns from 256 KB on, and a workflow of several steps keeps several results.
const (
	mostRecords = 64 << 10 // of context_data
	mostKeys    = 32 << 10 // of all key fields
	mostError   = 32 << 10
	mostOthers  = 32 << 10 // of warnings, files and stats, each
)

// Read reads the plugin's one JSON document from stdout as a stream, so that an
// envelope of a hundred megabytes takes no memory. It keeps what is small and tells
// in a warning what it left out; whole is false then.
func Read(stdout io.Reader) (result Result, whole bool, err error) {
	r := reader{tokens: jsontext.NewDecoder(stdout)}
	if err := child.ReadOne(r.tokens, r.member); err != nil {
		return Result{}, false, err
	}
	if err := r.check(); err != nil {
		return Result{}, false, err
	}
	r.warn()
	return r.result, len(r.leftOut) == 0, nil
}

// reader fills a result.
type reader struct {
	tokens  *jsontext.Decoder
	result  Result
	leftOut []string
}

// member reads one member of the envelope.
func (r *reader) member(name string) error {
	switch name {
	case "version":
		return r.value(&r.result.Version)
	case "command":
		return r.value(&r.result.Command)
	case "return_data":
		return r.value(&r.result.ReturnData)
	case "error":
		return r.failure()
	case "context_data":
		return r.records()
	case "key_fields":
		return r.keyFields()
	case "files":
		return r.value(&r.result.Files)
	case "warnings":
		return r.warnings()
	case "stats":
		return r.value(&r.result.Stats)
	}
	return r.tokens.SkipValue() // raw_data and result are large, meta is whoever's
}

// value reads a value that is always short.
func (r *reader) value(into any) error {
	text, err := r.tokens.ReadValue()
	if err != nil {
		return err
	}
	if len(text) > mostOthers {
		return fmt.Errorf("a member of %d bytes, at most %d are expected", len(text), mostOthers)
	}
	return json.Unmarshal(text, into)
}

// array calls element with each element of an array, in their order.
func (r *reader) array(element func(text jsontext.Value) error) error {
	return child.ReadArray(r.tokens, func() error {
		text, err := r.tokens.ReadValue()
		if err != nil {
			return err
		}
		return element(text)
	})
}

// records keeps the first records of context_data.
func (r *reader) records() error {
	kept := beginning{most: mostRecords, values: []json.RawMessage{}}
	err := r.array(kept.add)
	r.result.ContextData = kept.values
	r.note("context_data", kept)
	return err
}

// keyFields keeps the first values of each key field.
func (r *reader) keyFields() error {
	r.result.KeyFields = map[string][]json.RawMessage{}
	room := mostKeys
	return child.ReadObject(r.tokens, func(name string) error {
		kept := beginning{most: room / 4, values: []json.RawMessage{}} // no field takes the room of all others
		err := r.array(kept.add)
		room -= kept.size
		r.result.KeyFields[name] = kept.values
		r.note("key_fields."+name, kept)
		return err
	})
}

// warnings keeps the first warnings.
func (r *reader) warnings() error {
	kept := beginning{most: mostOthers}
	r.result.Warnings = []Warning{}
	if err := r.array(kept.add); err != nil {
		return err
	}
	r.note("warnings", kept)
	for _, text := range kept.values {
		var w Warning
		if err := json.Unmarshal(text, &w); err != nil {
			return err
		}
		r.result.Warnings = append(r.result.Warnings, w)
	}
	return nil
}

// failure keeps the error as it is, with the first of its items when there are many.
func (r *reader) failure() error {
	text, err := r.tokens.ReadValue()
	if err != nil {
		return err
	}
	r.result.Error = json.RawMessage(text.Clone())
	if len(text) <= mostError {
		return nil
	}
	var long struct {
		Error
		Items []json.RawMessage `json:"items"`
	}
	if err := json.Unmarshal(text, &long); err != nil {
		return err
	}
	kept := beginning{most: mostError / 2}
	for _, item := range long.Items {
		_ = kept.add(jsontext.Value(item)) // it refuses nothing
	}
	r.note("error.items", kept)
	long.Items = kept.values
	long.Message = clip(long.Message) // it names every item
	r.result.Error, err = json.Marshal(long)
	return err
}
