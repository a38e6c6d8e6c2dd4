package cli

import (
	_ "embed" // for the icon
	"encoding/base64"
	"encoding/json"
	"slices"

	"tenableio/commands"
	"tenableio/connection"
	"tenableio/schemas"
)

// manifest is the plugin's description of itself: what a platform's form, listing and documentation are made from.
// manifest.yaml is rendered from it, without the schemas.
type manifest struct {
	Name            string                 `json:"name"`
	Title           string                 `json:"title"`
	Vendor          string                 `json:"vendor"`
	Version         string                 `json:"version"`
	Category        string                 `json:"category"`
	Description     string                 `json:"description"`
	License         string                 `json:"license"`
	MinimumPlatform string                 `json:"minimum_platform"`
	Icon            string                 `json:"icon"` // an SVG as a data URL
	SemanticTypes   []string               `json:"semantic_types"`
	Connection      []connection.Parameter `json:"connection"`
	Options         []manifestInput        `json:"options"`
	Commands        []manifestCommand      `json:"commands"`
}

// manifestCommand describes a command from its schemas.
type manifestCommand struct {
	Key              string          `json:"key"`
	Title            string          `json:"title"`
	Description      string          `json:"description"`
	Role             string          `json:"role"`
	Permission       string          `json:"permission"`
	ReadOnly         bool            `json:"read_only"`
	Destructive      bool            `json:"destructive"`
	Idempotent       bool            `json:"idempotent"`
	LongRunning      bool            `json:"long_running"`
	MakesFiles       bool            `json:"makes_files"`
	HealthCheck      bool            `json:"health_check"`
	SuggestedTimeout int             `json:"suggested_timeout"` // seconds
	Calls            []string        `json:"calls"`
	Reference        string          `json:"reference"`
	Returns          string          `json:"returns"`
	Notes            []string        `json:"notes"`
	Rules            []schemas.Rule  `json:"rules"`
	Inputs           []manifestInput `json:"inputs"`
	Outputs          manifestOutputs `json:"outputs"`
	Input            json.RawMessage `json:"input,omitempty"`
	Output           json.RawMessage `json:"output,omitempty"`
}

// manifestInput describes an input, an option or a member of an input to a form.
type manifestInput struct {
	Key         string            `json:"key"`
	Title       string            `json:"title,omitempty"` // a member has none
	Description string            `json:"description"`
	Type        string            `json:"type"`
	Items       string            `json:"items,omitempty"` // the type of the items of a list
	Required    bool              `json:"required"`
	Secret      bool              `json:"secret"`
	MultiLine   bool              `json:"multi_line"`
	Choices     []string          `json:"choices,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"` // from a choice to what forms show instead
	Default     json.RawMessage   `json:"default,omitempty"`
	Example     json.RawMessage   `json:"example,omitempty"`
	Members     []manifestInput   `json:"members,omitempty"` // of an object
}

// manifestOutputs describes the parts of a result that a playbook can read.
type manifestOutputs struct {
	RawData     []manifestValue `json:"raw_data"` // by path
	ContextData []manifestValue `json:"context_data"`
	PrimaryKey  []string        `json:"primary_key"` // of the records of context_data
	KeyFields   []manifestValue `json:"key_fields"`
	Files       []schemas.File  `json:"files"`
}

// manifestValue is one value of a result.
type manifestValue struct {
	Key          string `json:"key,omitempty"`
	Path         string `json:"path,omitempty"`
	Description  string `json:"description"`
	Type         string `json:"type"`
	Items        string `json:"items,omitempty"` // the type of the items of a list
	Nullable     bool   `json:"nullable"`
	SemanticType string `json:"semantic_type"`
}

//go:embed icon.svg
var icon []byte

func newManifest() manifest {
	m := manifest{
		Name:            "tenableio",
		Title:           "Tenable.io",
		Vendor:          "Tenable",
		Version:         version,
		Category:        "Vulnerability Management",
		Description:     "Scans, agents, vulnerabilities and exports of Tenable Vulnerability Management for playbooks.",
		License:         "Apache-2.0",
		MinimumPlatform: "V12.7.241",
		Icon:            "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(icon),
		SemanticTypes:   schemas.SemanticTypes(),
		Connection:      connection.Parameters(),
		Options:         manifestInputs(schemas.Options(), nil),
	}
	for _, command := range commands.All() {
		m.Commands = append(m.Commands, newManifestCommand(command.Key, command.Schema()))
	}
	return m
}

func newManifestCommand(key string, schema *schemas.Document) manifestCommand {
	about := schema.Command
	returns := schema.Returns()
	return manifestCommand{
		Key: key, Title: schema.Title, Description: schema.Description,
		Role: about.Role, Permission: about.Permission,
		ReadOnly: about.ReadOnly, Destructive: about.Destructive, Idempotent: about.Idempotent,
		LongRunning: about.LongRunning, MakesFiles: len(returns.Files) > 0, HealthCheck: about.HealthCheck,
		SuggestedTimeout: about.Timeout,
		Calls:            about.Calls, Reference: about.Reference, Returns: about.Returns, Notes: orNone(about.Notes),
		Rules: orNone(schema.Rules()), Inputs: manifestInputs(schema.Inputs(), schema.Required),
		Outputs: newManifestOutputs(returns), Input: schema.Input(), Output: schema.Output(),
	}
}

func manifestInputs(inputs schemas.Ordered[*schemas.Input], required []string) []manifestInput {
	list := []manifestInput{}
	for _, named := range inputs {
		input := named.Value
		described := manifestInput{
			Key: named.Name, Title: input.Title, Description: input.Description, Type: input.Kind(),
			Required: slices.Contains(required, named.Name), Secret: input.Secret, MultiLine: input.MultiLine,
			Choices: input.Choices(), Labels: input.ChoiceLabels(),
			Default: input.Default, Example: input.Example(), Members: manifestInputs(input.Members, nil),
		}
		for _, open := range manifestInputs(input.Open, nil) { // a member whose name is open has its title as its key
			open.Key, open.Title = open.Title, ""
			described.Members = append(described.Members, open)
		}
		if input.Items != nil {
			described.Items = input.Items.Kind()
		}
		list = append(list, described)
	}
	return list
}

func newManifestOutputs(returns schemas.Output) manifestOutputs {
	of := returns.Properties
	return manifestOutputs{
		RawData:     paths([]manifestValue{}, "$", of.Raw),
		ContextData: newManifestValues(of.Records.Items.Members),
		PrimaryKey:  of.Records.PrimaryKey,
		KeyFields:   newManifestValues(of.KeyFields.Members),
		Files:       orNone(returns.Files),
	}
}

func newManifestValues(members schemas.Ordered[*schemas.Value]) []manifestValue {
	list := []manifestValue{}
	for _, member := range members {
		list = append(list, newManifestValue(member))
	}
	return list
}

// paths adds the values below a value of raw_data to list, each with its path. What holds others is told by theirs.
func paths(list []manifestValue, path string, v *schemas.Value) []manifestValue {
	for _, member := range v.Members {
		below := path + "." + member.Name
		switch m := member.Value; {
		case len(m.Members) > 0:
			list = paths(list, below, m)
		case m.Items != nil && len(m.Items.Members) > 0:
			list = paths(list, below+"[*]", m.Items)
		default:
			described := newManifestValue(member)
			described.Key = ""
			described.Path = below
			list = append(list, described)
		}
	}
	return list
}

func newManifestValue(member schemas.Named[*schemas.Value]) manifestValue {
	v := member.Value
	described := manifestValue{
		Key: member.Name, Description: v.Description, Type: v.Type(), Nullable: v.Nullable(), SemanticType: v.Semantic,
	}
	if v.Items != nil {
		described.Items = v.Items.Type()
	}
	return described
}

// orNone makes JSON say [] of a list that has nothing.
func orNone[T any](list []T) []T { return append([]T{}, list...) }
