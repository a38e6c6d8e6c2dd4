// Package schemas holds one JSON Schema for each command.
// The schema is the one source for a command's inputs: the validator runs it, and the documentation quotes it.
// The package converts what platforms send to the schema's types, validates it, applies defaults,
// and words the violations.
// It knows nothing of handlers and HTTP. No other package sees the JSON Schema library.
package schemas

import (
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"tenableio/internal/fault"
	"tenableio/internal/names"
	"tenableio/internal/values"
)

//go:embed *.json output/*.json envelope/*.json
var files embed.FS

// Document is the schema of one command's inputs.
type Document struct {
	Title       string               `json:"title"` // the command's display name
	Description string               `json:"description"`
	Command     About                `json:"x-command"`
	Properties  map[string]*Property `json:"properties"`
	Required    []string             `json:"required"`
	Examples    []json.RawMessage    `json:"examples"`

	raw  []byte
	tree func() any // raw as values, for the wording of violations
	key  string
	now  func() time.Time

	compiled func() (*jsonschema.Schema, error)
}

// About describes a command besides its inputs.
type About struct {
	Role       string   `json:"role"`       // the least Tenable role
	Permission string   `json:"permission"` // what Tenable demands besides the role
	Calls      []string `json:"calls"`      // method and path template, in order
	Reference  string   `json:"reference"`  // Tenable's page
	ReadOnly   bool     `json:"read_only"`

	Destructive bool `json:"destructive"`       // takes something away that was there
	Idempotent  bool `json:"idempotent"`        // done twice, it leaves the same as done once
	LongRunning bool `json:"long_running"`      // waits for work at Tenable that may take minutes
	Timeout     int  `json:"suggested_timeout"` // a good timeout_seconds
	HealthCheck bool `json:"health_check"`      // what a platform runs to see whether the connection works

	Returns string            `json:"returns"`
	Notes   []string          `json:"notes,omitempty"`
	Hints   map[string]string `json:"hints,omitempty"` // by category, or unknown_outcome, too_large
}

// Property is one input.
type Property struct {
	Title       string            `json:"title"` // the input's display name
	Description string            `json:"description"`
	Type        Types             `json:"type"`
	Enum        []string          `json:"enum"`
	Labels      map[string]string `json:"x-labels"` // from the label that forms show to the choice
	Why         string            `json:"x-why"`    // what a valid value is, for messages
	IP          bool              `json:"x-ip"`     // messages call it an IP address
	// a text is converted to RFC 3339 in UTC, an integer to Unix seconds
	Time       bool              `json:"x-time"`
	Lower      bool              `json:"x-lowercase"`    // sent in lower case
	Upper      bool              `json:"x-uppercase"`    // sent in upper case
	ZeroIsNone bool              `json:"x-zero-is-none"` // 0 counts as absent
	Secret     bool              `json:"writeOnly"`
	MultiLine  bool              `json:"x-multi-line"` // a form shows a field of several lines
	Default    json.RawMessage   `json:"default"`
	Items      *Property         `json:"items"`
	Examples   []json.RawMessage `json:"examples"`

	Properties        map[string]*Property `json:"properties"` // of an object
	PatternProperties map[string]*Property `json:"patternProperties"`

	Pattern       string      `json:"pattern"`
	Format        string      `json:"format"`
	Minimum       json.Number `json:"minimum"`
	Maximum       json.Number `json:"maximum"`
	MaxLength     int         `json:"maxLength"`
	MaxItems      int         `json:"maxItems"`
	MaxProperties int         `json:"maxProperties"`
	MaxBytes      int         `json:"x-max-bytes"` // of an object as JSON text
}

// Types is the "type" keyword: one name or several.
type Types []string

// UnmarshalJSON reads either form of the keyword.
func (t *Types) UnmarshalJSON(data []byte) error {
	if strings.HasPrefix(string(data), "[") {
		return json.Unmarshal(data, (*[]string)(t))
	}
	*t = make(Types, 1)
	return json.Unmarshal(data, &(*t)[0])
}

// Load returns the schema of the command with the given key.
// Decode compiles this schema and no other, because compiling takes most of a short command's time.
func Load(key string) *Document { return parse(key, read(key)) }

func parse(key string, raw []byte) *Document {
	d := &Document{raw: raw, key: key, now: time.Now}
	d.compiled = sync.OnceValues(func() (*jsonschema.Schema, error) { return Compile(key, raw) })
	d.tree = sync.OnceValue(func() (tree any) {
		_ = json.Unmarshal(raw, &tree) // it was read before
		return tree
	})
	unmarshal(raw, d)
	return d
}

// Input returns the schema's own text.
func (d *Document) Input() json.RawMessage { return d.raw }

// Output returns the schema of what the command returns: raw_data, context_data and key_fields.
func (d *Document) Output() json.RawMessage { return read("output/" + d.key) }

// Envelope returns the schema of the "request" or the "result" envelope.
func Envelope(name string) json.RawMessage { return read("envelope/" + name) }

// read returns the text of a schema. The schemas are part of the build, and the tests read all of them,
// so one that is missing or cannot be read panics, with a fault that says so.
func read(name string) json.RawMessage {
	raw, err := files.ReadFile(name + ".json")
	if err != nil {
		panic(fault.Defect("The schema %s is missing from this build.", name).WithCause(err))
	}
	return raw
}

// unmarshal reads the text of a schema into v, and panics like read.
func unmarshal(raw []byte, v any) {
	if err := json.Unmarshal(raw, v); err != nil {
		panic(fault.Defect("A schema of this build cannot be read.").WithCause(err))
	}
}

// Secrets returns the values given for secret inputs, in the form in which they are sent.
// It includes the values of inputs that are refused.
func (d *Document) Secrets(given map[string]json.RawMessage) []string {
	var secrets []string
	for name, raw := range given {
		property := d.secret(name)
		if property == nil {
			continue
		}
		value, err := decodeAny(raw)
		if text, ok := property.coerce(value, d.now()).(string); err == nil && ok && text != "" {
			secrets = append(secrets, text)
		}
	}
	return secrets
}

// Masked returns a copy of given that hides the values of secret inputs, for callers that only show a request.
func (d *Document) Masked(given map[string]json.RawMessage) map[string]json.RawMessage {
	masked := maps.Clone(given)
	for name := range masked {
		if d.secret(name) != nil {
			masked[name] = json.RawMessage(`"[redacted]"`)
		}
	}
	return masked
}

// secret finds the secret input of that name, in any spelling, or returns nil.
func (d *Document) secret(name string) *Property {
	for key, property := range d.Properties {
		_, meant := names.Match(name, []string{key, property.Title})
		if property.Secret && meant {
			return property
		}
	}
	return nil
}

// Compile compiles the text of a schema. It fetches nothing: a reference to another document is an error.
func Compile(name string, raw []byte) (*jsonschema.Schema, error) {
	url := "mem:///" + name + ".json"
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat = true
	compiler.Formats = formats
	compiler.LoadURL = func(url string) (io.ReadCloser, error) {
		return nil, fmt.Errorf("%s is not part of this build", url)
	}
	if err := compiler.AddResource(url, strings.NewReader(string(raw))); err != nil {
		return nil, fmt.Errorf("schema %s: %w", name, err)
	}
	schema, err := compiler.Compile(url)
	if err != nil {
		return nil, fmt.Errorf("schema %s: %w", name, err)
	}
	return schema, nil
}

// formats are the plugin's own formats of texts. Other values pass, as with the standard formats.
var formats = map[string]func(any) bool{
	"moment": func(v any) bool {
		text, ok := v.(string)
		_, isMoment := values.Moment(text, time.Now())
		return !ok || isMoment
	},
	"host":         hostFormat(values.Address, values.Name),
	"target":       hostFormat(values.Address, values.Range, values.Network, values.Name),
	"ipv4-network": ipv4Network,
}

// hostFormat makes a format of the given kinds of hosts.
func hostFormat(kinds ...values.Kind) func(any) bool {
	return func(v any) bool {
		text, ok := v.(string)
		return !ok || slices.Contains(kinds, values.Host(text))
	}
}

// ipv4Network takes an IPv4 address, or an IPv4 range in CIDR notation that is written by its first address.
// Of any other, such as 192.0.2.10/0, nobody knows whether the address or the range is meant.
func ipv4Network(v any) bool {
	text, ok := v.(string)
	if !ok {
		return true
	}
	if network, err := netip.ParsePrefix(text); err == nil {
		return network.Addr().Is4() && network == network.Masked()
	}
	address, err := netip.ParseAddr(text)
	return err == nil && address.Is4()
}
