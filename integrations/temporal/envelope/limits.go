package envelope

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// beginning keeps the first values of a list, as many as there is room for.
type beginning struct {
	most   int // bytes
	size   int // bytes that are kept
	values []json.RawMessage
	total  int // values that were there
	full   bool
}

// add keeps a value unless the list is full.
func (b *beginning) add(text jsontext.Value) error {
	b.total++
	if b.full || b.size+len(text) > b.most {
		b.full = true
		return nil
	}
	b.size += len(text)
	b.values = append(b.values, json.RawMessage(text.Clone()))
	return nil
}

// cutCode is the code of the warning that a result was cut.
const cutCode = "history_limit"

// note remembers a list that was cut.
func (r *reader) note(name string, kept beginning) {
	if kept.full {
		r.leftOut = append(r.leftOut, fmt.Sprintf("%s has %d of %d", name, len(kept.values), kept.total))
	}
}

// warn adds the warning of what was left out.
func (r *reader) warn() {
	if len(r.leftOut) == 0 {
		return
	}
	r.result.Warnings = append(r.result.Warnings, Warning{
		Code:    cutCode,
		Message: "This result is cut so that the history stays small: " + strings.Join(r.leftOut, ", ") + ".",
	})
}

// clip shortens a message to what a person reads.
func clip(message string) string {
	const most = 2000
	runes := []rune(message)
	if len(runes) <= most {
		return message
	}
	return string(runes[:most]) + " …"
}

// check tells whether the result says what became of the command.
func (r *reader) check() error {
	if r.result.Version != Version {
		return fmt.Errorf("an envelope of version %q, want %q", r.result.Version, Version)
	}
	failed := len(r.result.Error) > 0 && string(r.result.Error) != "null"
	switch r.result.ReturnData {
	case Successful:
		if failed {
			return errors.New("an envelope that is Successful and has an error")
		}
	case Partly, Failed:
		var e Error
		if err := json.Unmarshal(r.result.Error, &e); err != nil || !failed {
			return fmt.Errorf("an envelope that is %s without an error", r.result.ReturnData)
		}
	default:
		return fmt.Errorf("return_data is %q", r.result.ReturnData)
	}
	return nil
}
