package packs

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

const (
	splunkName    = "tenableio" // Tenable.io is the name of another app
	splunkPackage = "phantom_tenableio_process"
	splunkVersion = "6.3.0" // of Splunk SOAR
)

type splunkApp struct {
	ID             string                     `json:"appid"`
	Name           string                     `json:"name"`
	About          string                     `json:"description"`
	Type           string                     `json:"type"`
	Vendor         string                     `json:"product_vendor"`
	Product        string                     `json:"product_name"`
	ProductVersion string                     `json:"product_version_regex"`
	Publisher      string                     `json:"publisher"`
	License        string                     `json:"license"`
	Version        string                     `json:"app_version"`
	Platform       string                     `json:"min_phantom_version"`
	Python         string                     `json:"python_version"`
	FIPS           bool                       `json:"fips_compliant"`
	Logo           string                     `json:"logo"`
	DarkLogo       string                     `json:"logo_dark"`
	Package        string                     `json:"package_name"`
	Module         string                     `json:"main_module"`
	Configuration  map[string]splunkParameter `json:"configuration"`
	Actions        []splunkAction             `json:"actions"`
}

type splunkParameter struct {
	About    string   `json:"description"`
	Type     string   `json:"data_type"`
	Order    int      `json:"order"`
	Required bool     `json:"required,omitempty"`
	Default  any      `json:"default,omitempty"`
	Choices  []string `json:"value_list,omitempty"`
	Contains []string `json:"contains,omitempty"`
	Primary  bool     `json:"primary,omitempty"`
	List     bool     `json:"allow_list,omitempty"`
}

type splunkAction struct {
	Name       string                     `json:"action"`
	ID         string                     `json:"identifier"`
	About      string                     `json:"description"`
	More       string                     `json:"verbose,omitempty"`
	Type       string                     `json:"type"`
	ReadOnly   bool                       `json:"read_only"`
	Parameters map[string]splunkParameter `json:"parameters"`
	Output     []splunkOutput             `json:"output"`
	Render     *splunkRender              `json:"render,omitempty"`
	Versions   string                     `json:"versions"`
}

type splunkOutput struct {
	Path     string   `json:"data_path"`
	Type     string   `json:"data_type"`
	Contains []string `json:"contains,omitempty"`
	Column   string   `json:"column_name,omitempty"`
	Order    *int     `json:"column_order,omitempty"`
}

type splunkRender struct {
	Type  string `json:"type"`
	Title string `json:"title"`
}

// Splunk renders the app for Splunk SOAR.
func Splunk(p Plugin) (Files, error) {
	app := splunkApp{
		ID: uuid("Splunk SOAR"), Name: splunkName, About: p.Description, Type: "vulnerability scanner", Vendor: p.Vendor,
		Product: p.Title, ProductVersion: ".*", Publisher: "tenableio", License: p.License, Version: p.Version,
		Platform: splunkVersion, Python: "3.9, 3.13", FIPS: true, Logo: "tenableio.svg", DarkLogo: "tenableio.svg",
		Package: splunkPackage, Module: "tenableio_connector.py", Configuration: map[string]splunkParameter{},
	}
	for i, parameter := range p.Connection {
		app.Configuration[parameter.Key] = newSplunkParameter(parameter, i)
	}
	for _, c := range p.Commands {
		app.Actions = append(app.Actions, newSplunkAction(p, c))
	}
	slices.SortStableFunc(app.Actions, func(a, b splunkAction) int { return splunkRank(a) - splunkRank(b) })
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "    ")
	if err := encoder.Encode(app); err != nil {
		return nil, err
	}
	logo, err := base64.StdEncoding.DecodeString(p.Icon[strings.Index(p.Icon, ",")+1:])
	if err != nil {
		return nil, fmt.Errorf("the icon: %w", err)
	}
	return Files{
		"tenableio.json": text.Bytes(), "tenableio.svg": logo, "tenableio_process.py": []byte(process), "__init__.py": {},
		"README.md": splunkReadme(p, app),
	}, nil
}

// splunkRank puts the test of the connection first, as Splunk's own apps do.
func splunkRank(action splunkAction) int {
	if action.Type == "test" {
		return 0
	}
	return 1
}

func newSplunkAction(p Plugin, c Command) splunkAction {
	if c.HealthCheck {
		return splunkAction{
			Name: "test connectivity", ID: "test_connectivity", About: unstopped(c.Description), Type: "test", ReadOnly: true,
			Parameters: map[string]splunkParameter{}, Output: []splunkOutput{}, Versions: "EQ(*)",
		}
	}
	action := splunkAction{
		Name: strings.ReplaceAll(c.Key, "_", " "), ID: c.Key, About: unstopped(c.Description),
		More: strings.Join(append([]string{"It needs the role " + c.Role + "."}, p.notes(c)...), " "),
		Type: "investigate", ReadOnly: c.ReadOnly, Parameters: map[string]splunkParameter{}, Versions: "EQ(*)",
		Render: &splunkRender{Type: "table", Title: c.Title},
	}
	if !c.ReadOnly {
		action.Type = "generic"
	}
	for i, argument := range p.arguments(c) {
		parameter := newSplunkParameter(argument, i)
		parameter.Contains = inputContains(argument.Key)
		parameter.Primary = len(parameter.Contains) > 0
		action.Parameters[argument.Key] = parameter
		action.Output = append(action.Output, splunkOutput{
			Path: "action_result.parameter." + argument.Key, Type: parameter.Type, Contains: parameter.Contains,
		})
	}
	for i, v := range c.records() {
		output := splunkOutput{
			Path: "action_result.data.*." + v.Key, Type: splunkType(v.Type), Contains: contains(v.SemanticType),
		}
		if v.Type == "array" {
			output.Path += ".*"
			output.Type = splunkType(v.Items)
		}
		if i < splunkColumns {
			output.Column, output.Order = title(v.Key), &i
		}
		action.Output = append(action.Output, output)
	}
	for _, v := range c.Outputs.KeyFields {
		action.Output = append(action.Output, splunkOutput{
			Path: "action_result.summary.key_fields." + v.Key + ".*",
			Type: splunkType(v.Items), Contains: contains(v.SemanticType),
		})
	}
	if len(c.Outputs.Files) > 0 {
		action.Output = append(action.Output,
			splunkOutput{Path: "action_result.summary.vault_ids.*", Type: "string", Contains: []string{"vault id"}})
	}
	action.Output = append(action.Output, splunkOutcome...)
	return action
}

// splunkColumns is how many members of a record a table shows.
const splunkColumns = 8

var splunkOutcome = []splunkOutput{
	{Path: "action_result.status", Type: "string"},
	{Path: "action_result.message", Type: "string"},
	{Path: "action_result.summary.return_data", Type: "string"},
	{Path: "action_result.summary.ready", Type: "boolean"},
	{Path: "action_result.summary.records", Type: "numeric"},
	{Path: "action_result.summary.status_code", Type: "numeric"},
	{Path: "action_result.summary.category", Type: "string"},
	{Path: "action_result.summary.message", Type: "string"},
	{Path: "action_result.summary.hint", Type: "string"},
	{Path: "action_result.summary.retryable", Type: "boolean"},
	{Path: "action_result.summary.items.*.input", Type: "string"},
	{Path: "action_result.summary.items.*.value", Type: "string"},
	{Path: "action_result.summary.items.*.message", Type: "string"},
	{Path: "action_result.summary.warnings.*.code", Type: "string"},
	{Path: "action_result.summary.warnings.*.message", Type: "string"},
	{Path: "summary.total_objects", Type: "numeric"},
	{Path: "summary.total_objects_successful", Type: "numeric"},
}

func newSplunkParameter(input Input, order int) splunkParameter {
	parameter := splunkParameter{
		About: input.Description, Type: splunkType(input.Type), Order: order, Required: input.Required,
		Default: input.Default, Choices: input.Choices, List: input.Type == "array",
	}
	if input.Secret {
		parameter.Type = "password"
	}
	if input.Type == "array" {
		parameter.Choices = nil // a list takes several of them
	}
	return parameter
}

func splunkType(name string) string {
	switch name {
	case "integer", "number":
		return "numeric"
	case "boolean":
		return "boolean"
	}
	return "string"
}

// contains is what Splunk calls a semantic type: values of the same kind are offered to actions that take them.
func contains(semantic string) []string {
	switch semantic {
	case "ip", "cve", "sha256", "url", "port":
		return []string{semantic}
	case "host_name", "file_name":
		return []string{strings.ReplaceAll(semantic, "_", " ")}
	case "", "severity", "score", "time", "count", "status", "flag", "text", "uuid", "cidr":
		return nil
	}
	return []string{"tenableio " + strings.ReplaceAll(semantic, "_", " ")}
}

// hosts are the inputs that are called by what they are for. The others are called like what they take.
var hosts = map[string][]string{
	"target": {"ip", "host name"}, "targets": {"ip", "host name"}, "host_names_or_ips": {"ip", "host name"},
	"asset_ip": {"ip"}, "run_uuid": {"tenableio scan uuid"},
}

func inputContains(key string) []string {
	if list, known := hosts[key]; known {
		return list
	}
	switch key {
	case "platform", "description", "severity", "limit", "offset", "wait", "timeout_seconds":
		return nil
	case "cves":
		return contains("cve")
	}
	if singular := strings.TrimSuffix(key, "s"); slices.Contains(linked, singular) {
		return contains(singular)
	}
	return nil
}

// linked are the semantic types that inputs are called like.
var linked = []string{
	"ip", "host_name", "scan_id", "history_id", "file_id", "agent_id", "agent_name", "group_id", "group_name", "plugin_id",
	"plugin_name", "asset_id", "export_uuid",
}

// unstopped takes the full stop away, which Splunk wants no description of an action to end with.
func unstopped(text string) string { return strings.TrimSuffix(text, ".") }

// title makes the name of a column.
func title(key string) string {
	text := strings.ReplaceAll(key, "_", " ")
	return strings.ToUpper(text[:1]) + text[1:]
}

const splunkIntroduction = `# %s for Splunk SOAR

%s

Splunk has another app called Tenable.io; this one is called %s.

## Install

1. Put the binary for Linux beside tenableio.json, or name it in the variable TENABLEIO_BINARY, or put it on PATH:

   ~~~sh
   cp bin/tenableio integrations/splunk/
   tar -C integrations -czf tenableio-splunk.tgz --exclude='*.go' --exclude='go.*' splunk
   ~~~

2. Install tenableio-splunk.tgz under Apps, Install App, and configure an asset. The keys are kept as passwords.
3. Press Test Connectivity. It says what is wrong and what to do.

## What an action returns

- action_result.data holds the records, the same members in each; extra data holds Tenable's own JSON.
- action_result.message says what failed, what to do, and what to mind. An action whose command failed is failed.
- Partially Successful is a success whose message and summary.items name what failed: branch on summary.return_data.
- Files are in the vault of the container; summary.vault_ids has their IDs.
- wait off starts a long command and looks once: summary.ready is then false until the work at Tenable is done, which is
  no failure, so that a playbook can run the action again.
- Values with a kind (contains), such as ip, cve or tenableio scan id, are offered to the actions that take them.
- An action has timeout_seconds in all. A proxy is the asset's, else that of its environment variables.

## Configuration

| parameter | required | description |
|---|---|---|
`

func splunkReadme(p Plugin, app splunkApp) []byte {
	var b strings.Builder
	b.WriteString(rendered)
	fmt.Fprintf(&b, splunkIntroduction, p.Title, p.Description, app.Name)
	for _, parameter := range p.Connection {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", parameter.Key, yes(parameter.Required), cell(parameter.Description))
	}
	b.WriteString("\n## Actions\n")
	for _, action := range app.Actions {
		fmt.Fprintf(&b, "\n### %s\n\n%s.\n", action.Name, action.About)
		if action.More != "" {
			fmt.Fprintf(&b, "%s\n", action.More)
		}
		if len(action.Parameters) == 0 {
			continue
		}
		b.WriteString("\n| parameter | required | description | type | contains |\n|---|---|---|---|---|\n")
		for _, argument := range p.arguments(p.command(action.ID)) {
			parameter := action.Parameters[argument.Key]
			about := cell(parameter.About)
			if text := plain(parameter.Default); text != "" {
				about += " Default: " + text + "."
			}
			kinds := strings.Join(parameter.Contains, ", ")
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", argument.Key, yes(parameter.Required), about, parameter.Type, kinds)
		}
	}
	return []byte(b.String())
}
