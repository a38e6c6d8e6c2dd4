// Package outcome makes the variables of a playbook of what the plugin answered.
package outcome

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"tenableio/integrations/child"
)

// Asked is what a playbook asked for.
type Asked struct {
	child.About
	Inputs map[string]string
}

// Outcome is what became of a command.
type Outcome struct {
	ReturnData string
	Variables  map[string]string // by their names without the underscores
}

const failed = "Failed"

// Failed tells whether nothing of the command worked.
func (o Outcome) Failed() bool { return o.ReturnData == failed }

// Failure is the outcome of a command that left no envelope.
func Failure(asked Asked, status int, message, hint string) Outcome {
	e := envelope{ReturnData: failed, Error: &failure{status, message, hint}}
	return e.outcome(asked)
}

// envelope is what a playbook needs of an envelope.
type envelope struct {
	ReturnData string
	Error      *failure
	Raw        clip
	Context    clip
	KeyFields  map[string]clip
	Files      []struct{ Path, SHA256 string }
	Warnings   []struct{ Message string }
}

type failure struct {
	StatusCode int `json:"status_code"`
	Message    string
	Hint       string
}

// Read reads the one JSON document that the plugin wrote, as a stream: an envelope of a
// hundred megabytes takes no memory.
func Read(stdout io.Reader, asked Asked) (Outcome, error) {
	e := envelope{KeyFields: map[string]clip{}}
	tokens := jsontext.NewDecoder(stdout, jsontext.AllowDuplicateNames(true))
	if err := child.ReadOne(tokens, func(name string) error { return e.member(name, tokens) }); err != nil {
		return Outcome{}, fmt.Errorf("it is no envelope: %w", err)
	}
	notWhole := e.Failed() || e.ReturnData == "Partially Successful"
	if known := e.ReturnData == "Successful" || e.Error != nil && notWhole; !known {
		return Outcome{}, fmt.Errorf("its return_data is %q", e.ReturnData)
	}
	return e.outcome(asked), nil
}

// Failed tells whether nothing of the command worked.
func (e *envelope) Failed() bool { return e.ReturnData == failed }

// member reads one member of the envelope.
func (e *envelope) member(name string, tokens *jsontext.Decoder) error {
	switch name {
	case "return_data":
		return value(tokens, &e.ReturnData)
	case "error":
		return value(tokens, &e.Error)
	case "raw_data":
		return e.Raw.read(tokens)
	case "context_data":
		return e.Context.read(tokens)
	case "key_fields":
		return child.ReadObject(tokens, func(name string) error {
			var values clip
			err := values.read(tokens)
			e.KeyFields[name] = values
			return err
		})
	case "files":
		return value(tokens, &e.Files)
	case "warnings":
		return value(tokens, &e.Warnings)
	}
	return tokens.SkipValue()
}

func value(tokens *jsontext.Decoder, into any) error {
	text, err := tokens.ReadValue()
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// outcome makes the variables. Those that a command always has are set even when they
// are empty: a playbook must not go on with what an earlier step left in them.
func (e *envelope) outcome(asked Asked) Outcome {
	v := variables{}
	for _, member := range asked.Outputs.ContextData {
		v[member.Key] = ""
	}
	v.record(e.Context)
	if !e.Failed() || e.Error.StatusCode == 400 { // nothing was found, or what was asked for is nothing to go on with
		asked.Inputs = nil
	}
	said := v.keyFields(asked, e.KeyFields)
	v["cut"] = strconv.FormatBool(e.listCut())
	v["return_data"] = e.ReturnData
	v["hint"] = ""
	v["status_code"] = ""
	v["file_path"] = ""
	v["file_sha256"] = ""
	v["raw_data"] = orElse(e.Raw.text, "null")
	v["context_data"] = orElse(e.Context.text, "[]")
	if len(e.Files) > 0 {
		v["file_path"] = e.Files[0].Path
		v["file_sha256"] = e.Files[0].SHA256
	}
	said = append(said, cut("raw_data", e.Raw), cut("context_data", e.Context))
	for _, warning := range e.Warnings {
		said = append(said, warning.Message)
	}
	if e.Error != nil {
		v["hint"] = e.Error.Hint
		v["status_code"] = strconv.Itoa(e.Error.StatusCode)
		said = append([]string{e.Error.Message}, said...)
	}
	v["message"] = sentences(said)
	return Outcome{e.ReturnData, v}
}

// listCut tells whether a list of a key field is cut, so that it is nothing to act on.
func (e *envelope) listCut() bool {
	for _, values := range e.KeyFields {
		if values.full {
			return true
		}
	}
	return false
}

// cut says how much of a value is left.
func cut(name string, of clip) string {
	if !of.full {
		return ""
	}
	if of.total == 0 {
		return fmt.Sprintf("__%s__ is cut at %d KiB.", name, Most>>10)
	}
	return fmt.Sprintf("__%s__ is cut at %d KiB: it holds %d of %d.", name, Most>>10, of.kept, of.total)
}

// sentences puts what there is to say in one text.
func sentences(all []string) string {
	var said []string
	for _, sentence := range all {
		if sentence != "" {
			said = append(said, sentence)
		}
	}
	text := strings.Join(said, " ")
	if len(text) > Most {
		text = strings.ToValidUTF8(text[:Most-len("…")], "") + "…"
	}
	return text
}

func orElse(text []byte, empty string) string {
	if len(text) == 0 {
		return empty
	}
	return string(text)
}
