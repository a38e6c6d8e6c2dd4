package result

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tenableio/internal/fault"
	"tenableio/internal/redact"
	"tenableio/internal/spill"
)

// File is one file that a command made: under Path on this machine's disk, or
// inline in the envelope as base64.
type File struct {
	Name      string `json:"name"`
	MediaType string `json:"media_type"`
	Size      int64  `json:"size"` // bytes
	SHA256    string `json:"sha256"`
	Path      string `json:"path,omitempty"`

	// Content is read to its end for content_base64; nil when Path is set.
	Content io.Reader `json:"-"`
}

// Rendering is a result that is ready to go out.
type Rendering []piece

// piece writes a part of a rendering.
type piece func(io.Writer) error

// Plain is a text as it is.
func Plain(text string) Rendering {
	return Rendering{func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}}
}

// Write writes the rendering to w. Raw data and inline files, which
// may be large, are passed through without a copy of the whole.
func (e Rendering) Write(w io.Writer) error {
	out := bufio.NewWriterSize(w, 64<<10)
	for _, write := range e {
		if err := write(out); err != nil {
			return fmt.Errorf("write the result: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

// JSON is the envelope and a newline. It marshals everything that can fail to, before a
// byte of it goes out.
func (r *Result) JSON() (Rendering, error) {
	output, failure := r.Output, r.errorTab()
	if r.Status() == Failed {
		f, _ := r.Failure()
		output = Output{
			RawData: RawOf(f.Body), Warnings: output.Warnings, Files: output.Files,
			Table: failureTable(failure), // of all parts that failed
		}
	}
	e := envelope{redactor: r.Redactor, err: cmp.Or(output.ContextData.err, output.KeyFields.err)}
	e.text(`{"version":`)
	e.value(Version)
	e.member("command", r.Redactor.Text(r.Command))
	e.member("return_data", r.Status())
	e.name("raw_data")
	e.raw(output.RawData, "null")
	e.member("error", failure)
	e.name("context_data")
	e.list(&output.ContextData.list)
	e.name("key_fields")
	e.keyFields(output.KeyFields)
	var failed []errorItem
	if r.Status() == PartiallySuccessful { // the table of a failed command has them
		failed = failure.Items
	}
	warnings := cleanWarnings(r.Redactor, output.Warnings)
	e.member("result", output.Table.html(r.Redactor, notes(failed, warnings)))
	e.name("files")
	e.files(output.Files)
	e.member("warnings", warnings)
	e.name("meta")
	e.raw(RawOf(r.Meta), "{}")
	e.member("stats", r.Stats)
	e.text("}\n")
	if e.err != nil {
		return nil, fmt.Errorf("marshal the result: %w", e.err)
	}
	return e.pieces, nil
}

// Raw is raw_data alone and a newline.
func (r *Result) Raw() Rendering {
	e := envelope{redactor: r.Redactor}
	raw := r.Output.RawData
	if r.Status() == Failed {
		f, _ := r.Failure()
		raw = RawOf(f.Body)
	}
	e.raw(raw, "null")
	e.text("\n")
	return e.pieces
}

// envelope gathers the pieces of a result; the first error stays.
type envelope struct {
	pieces   []piece
	redactor *redact.Redactor
	err      error
}

func (e *envelope) text(s string) { e.pieces = append(e.pieces, Plain(s)...) }

// block adds a block with the secrets taken out.
func (e *envelope) block(b spill.Block) {
	e.pieces = append(e.pieces, func(w io.Writer) error {
		data, err := b.Bytes()
		if err != nil {
			return err
		}
		return e.redactor.WriteJSON(w, data)
	})
}

// value adds what is the plugin's own, as it is: its names and words are no secrets,
// whatever a password is like. Texts in it that come from elsewhere were cleaned
// before.
func (e *envelope) value(v any) { e.text(string(e.marshal(v))) }

func (e *envelope) marshal(v any) []byte {
	var text []byte
	err := new(encoder).encode(v, func(encoded []byte) { text = bytes.Clone(encoded) })
	if err != nil && e.err == nil {
		e.err = err
	}
	return text
}

// name adds the name of the next member.
func (e *envelope) name(name string) { e.text("," + strconv.Quote(name) + ":") }

// member adds a member with a value of the plugin's own.
func (e *envelope) member(name string, v any) {
	e.name(name)
	e.value(v)
}

// raw adds a value byte for byte, or the text absent when there is nothing.
func (e *envelope) raw(raw Raw, absent string) {
	if len(raw) == 0 || raw[0].Empty() {
		e.text(absent)
	}
	for _, fragment := range raw {
		e.block(fragment)
	}
}

// list adds a JSON array, block by block.
func (e *envelope) list(l *List) { e.raw(Array("", l.Blocks(), ""), "") }

// keyFields adds the key fields, their names sorted.
func (e *envelope) keyFields(k KeyFields) {
	e.text("{")
	for i, field := range slices.Sorted(maps.Keys(k.fields)) {
		if i > 0 {
			e.text(",")
		}
		e.text(strconv.Quote(field) + ":")
		e.list(&k.fields[field].list)
	}
	e.text("}")
}

// files adds the files, the content of inline ones streamed as base64.
func (e *envelope) files(files []File) {
	e.text("[")
	for i, file := range files {
		if i > 0 {
			e.text(",")
		}
		described := e.redactor.NameJSON(e.marshal(file)) // a name like a plain word stays true
		if file.Content == nil {
			e.text(string(described))
			continue
		}
		e.text(strings.TrimSuffix(string(described), "}") + `,"content_base64":"`)
		e.pieces = append(e.pieces, func(w io.Writer) error { return copyBase64(w, file.Content) })
		e.text(`"}`)
	}
	e.text("]")
}

// notes tell an analyst, who may read nothing but the table, which parts failed and
// what to mind.
func notes(failed []errorItem, warnings []Warning) []string {
	const most = 10 // of each
	var lines []string
	for _, item := range failed[:min(len(failed), most)] {
		line := fmt.Sprintf("Failed: %s %s: %s (%d)", item.Input, item.Value, item.Message, item.StatusCode)
		lines = append(lines, line)
	}
	if more := len(failed) - most; more > 0 {
		lines = append(lines, "Failed: "+Counted(more, "more part")+", in the items of the error.")
	}
	for _, warning := range warnings[:min(len(warnings), most)] {
		lines = append(lines, "Note: "+warning.Message)
	}
	if more := len(warnings) - most; more > 0 {
		lines = append(lines, "Note: "+Counted(more, "more warning")+", in warnings.")
	}
	return lines
}

// cleanWarnings are the warnings without the secrets, each one line, and whole: they
// may list the values or the agents that they are about.
func cleanWarnings(redactor *redact.Redactor, warnings []Warning) []Warning {
	cleaned := make([]Warning, len(warnings))
	for i, warning := range warnings {
		message := fault.Fill(warning.Message, warning.Quotes, redactor.Quote)
		cleaned[i] = Warning{Code: warning.Code, Message: redactor.Line(message)}
	}
	return cleaned
}

// failureTable is the summary of a failed command: the failure, or each of several
// parts that failed.
func failureTable(tab *errorTab) Table {
	t := Table{Caption: tab.FailureIndicator, Columns: []string{"Status Code", "Message", "What to do"}}
	if len(tab.Items) < 2 { // the message has said it
		t.Add(strconv.Itoa(tab.StatusCode), tab.Message, tab.Hint)
		return t
	}
	t.Caption = strings.TrimSpace(tab.FailureIndicator + " " + tab.Hint)
	t.Columns = []string{"Part", "Status Code", "Message"}
	if !strings.Contains(tab.Message, tab.Items[0].Message) {
		t.Add("", strconv.Itoa(tab.StatusCode), tab.Message)
	}
	for _, item := range tab.Items {
		t.Add(strings.TrimSpace(item.Input+" "+item.Value), strconv.Itoa(item.StatusCode), item.Message)
	}
	return t
}
