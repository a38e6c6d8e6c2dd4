package packs

import (
	_ "embed" // for what is written by hand
	"fmt"
	"os"
	"slices"
	"strings"
)

//go:embed tenableio_process.py
var process string

const (
	xsoarImage   = "demisto/python3:3.10.13.80014"
	xsoarVersion = "6.5.0" // of XSOAR
)

// The kinds of XSOAR's parameters.
const (
	shortText  = 0
	encrypted  = 4
	checkbox   = 8
	credential = 9
	longText   = 12
)

type xsoarIntegration struct {
	Category  string           `yaml:"category"`
	Common    xsoarCommon      `yaml:"commonfields"`
	Name      string           `yaml:"name"`
	Display   string           `yaml:"display"`
	About     string           `yaml:"description"`
	Details   string           `yaml:"detaileddescription"`
	From      string           `yaml:"fromversion"`
	Settings  []xsoarParameter `yaml:"configuration"`
	Script    xsoarScript      `yaml:"script"`
	Tests     []string         `yaml:"tests"`
	Supported string           `yaml:"supportlevelheader"`
}

type xsoarCommon struct {
	ID      string `yaml:"id"`
	Version int    `yaml:"version"`
}

type xsoarParameter struct {
	Name     string `yaml:"name"`
	Display  string `yaml:"display,omitempty"`
	Password string `yaml:"displaypassword,omitempty"`
	NoUser   bool   `yaml:"hiddenusername,omitempty"`
	Type     int    `yaml:"type"`
	Required bool   `yaml:"required"`
	Default  string `yaml:"defaultvalue,omitempty"`
	About    string `yaml:"additionalinfo,omitempty"`
}

type xsoarScript struct {
	Type     string         `yaml:"type"`
	Subtype  string         `yaml:"subtype"`
	Image    string         `yaml:"dockerimage"`
	Script   string         `yaml:"script"`
	Commands []xsoarCommand `yaml:"commands"`
}

type xsoarCommand struct {
	Name      string          `yaml:"name"`
	About     string          `yaml:"description"`
	Changes   bool            `yaml:"execution,omitempty"` // XSOAR asks before it runs the command
	Timeout   int             `yaml:"timeout"`             // seconds
	Arguments []xsoarArgument `yaml:"arguments,omitempty"`
	Outputs   []xsoarOutput   `yaml:"outputs"`
}

type xsoarArgument struct {
	Name     string   `yaml:"name"`
	About    string   `yaml:"description"`
	Required bool     `yaml:"required,omitempty"`
	Secret   bool     `yaml:"secret,omitempty"`
	List     bool     `yaml:"isArray,omitempty"`
	Auto     string   `yaml:"auto,omitempty"`
	Choices  []string `yaml:"predefined,omitempty"`
	Default  string   `yaml:"defaultValue,omitempty"`
}

type xsoarOutput struct {
	Path  string `yaml:"contextPath"`
	About string `yaml:"description"`
	Type  string `yaml:"type"`
}

// XSOAR renders the pack for Cortex XSOAR. script is the path of TenableIO.py, which is written by hand.
func XSOAR(p Plugin, script string) (Files, error) {
	written, err := os.ReadFile(script)
	if err != nil {
		return nil, err
	}
	integration := xsoarIntegration{
		Category: p.Category, Common: xsoarCommon{"TenableIO", -1}, Name: "TenableIO", Display: p.Title + " (tenableio)",
		About: p.Description, Details: xsoarSetup, From: xsoarVersion, Settings: xsoarSettings(p.Connection),
		Script:    xsoarScript{Type: "python", Subtype: "python3", Image: xsoarImage, Script: unify(p, string(written))},
		Tests:     []string{"TenableIO - Test"},
		Supported: "community",
	}
	for _, c := range p.actions() {
		integration.Script.Commands = append(integration.Script.Commands, newXSOARCommand(p, c))
	}
	files := Files{}
	for name, content := range map[string]any{
		"TenableIO.yml":                          integration,
		"playbook-TenableIO_Scan_And_Report.yml": scanAndReport(p),
		"playbook-TenableIO_Test.yml":            testPlaybook(p),
	} {
		if err := files.yaml(name, content); err != nil {
			return nil, err
		}
	}
	files["README.md"] = xsoarReadme(p, integration)
	files["RELEASE_NOTES.md"] = xsoarNotes(p)
	return files, nil
}

func xsoarName(c Command) string { return "tenableio-" + strings.ReplaceAll(c.Key, "_", "-") }

// contextOf is where the records of a command stand: the name of the command in camel case.
func contextOf(c Command) string {
	name := "TenableIO."
	for word := range strings.FieldsSeq(c.Title) {
		name += strings.ToUpper(word[:1]) + word[1:]
	}
	return name
}

func newXSOARCommand(p Plugin, c Command) xsoarCommand {
	command := xsoarCommand{
		Name: xsoarName(c), About: c.Description + " It needs the role " + c.Role + ".",
		Changes: !c.ReadOnly, Timeout: c.SuggestedTimeout + 60,
	}
	for _, input := range p.arguments(c) {
		command.Arguments = append(command.Arguments, newXSOARArgument(input))
	}
	for _, v := range c.records() {
		command.Outputs = append(command.Outputs, xsoarOutput{contextOf(c) + "." + v.Key, v.Description, xsoarType(v)})
	}
	for _, v := range c.Outputs.KeyFields {
		path := "TenableIO.Result.key_fields." + v.Key
		command.Outputs = append(command.Outputs, xsoarOutput{path, v.Description, "Unknown"})
	}
	command.Outputs = append(command.Outputs, xsoarOutcome...)
	if len(c.Outputs.Files) > 0 {
		about := "The name of the file. " + c.Outputs.Files[0].Description
		command.Outputs = append(command.Outputs,
			xsoarOutput{"File.Name", about, "String"}, xsoarOutput{"File.EntryID", "The entry of the file.", "String"},
			xsoarOutput{"File.SHA256", "The SHA-256 sum of the file.", "String"})
	}
	return command
}

// xsoarOutcome is told of every command, by its name.
var xsoarOutcome = []xsoarOutput{
	{"TenableIO.Result.command", "The command that was run last under this name.", "String"},
	{"TenableIO.Result.return_data", "Whether it was Successful, Partially Successful or Failed.", "String"},
	{"TenableIO.Result.ready", "False while Tenable is at work, so that the command is to be run again.", "Boolean"},
	{"TenableIO.Result.records", "How many records there are; the context has the first 1,000.", "Number"},
	{"TenableIO.Result.status_code", "The status of the failure, as Tenable sent it or the plugin chose it.", "Number"},
	{"TenableIO.Result.category", "The kind of the failure, such as auth, not_found or rate_limited.", "String"},
	{"TenableIO.Result.message", "What failed.", "String"},
	{"TenableIO.Result.hint", "What to do about it.", "String"},
	{"TenableIO.Result.retryable", "Whether the same command may work later.", "Boolean"},
	{"TenableIO.Result.items", "The parts that failed, with input, value and message.", "Unknown"},
	{"TenableIO.Result.warnings", "What to mind, with code and message.", "Unknown"},
}

func newXSOARArgument(input Input) xsoarArgument {
	argument := xsoarArgument{
		Name: input.Key, About: input.Description, Required: input.Required, Secret: input.Secret,
		List: input.Type == "array", Choices: input.Choices, Default: plain(input.Default),
	}
	if input.Type == "boolean" {
		argument.Choices = []string{"true", "false"}
	}
	if len(argument.Choices) > 0 {
		argument.Auto = "PREDEFINED"
	}
	return argument
}

func xsoarType(v Value) string {
	switch {
	case v.SemanticType == "time":
		return "Date"
	case v.Type == "integer" || v.Type == "number":
		return "Number"
	case v.Type == "boolean":
		return "Boolean"
	case v.Type == "string":
		return "String"
	}
	return "Unknown"
}

// xsoarSettings are the connection parameters. Two that every integration of XSOAR has stand for some of ours.
func xsoarSettings(connection []Input) (list []xsoarParameter) {
	for _, p := range connection {
		parameter := xsoarParameter{
			Name: p.Key, Display: p.Title, Required: p.Required, About: p.Description, Default: plain(p.Default),
		}
		switch {
		case p.Key == "verify_certificate":
			list = append(list, xsoarParameter{Name: "insecure", Display: "Trust any certificate (not secure)", Type: checkbox})
			continue
		case p.Secret && p.Required:
			parameter.Type, parameter.NoUser = credential, true
			parameter.Name, parameter.Display, parameter.Password = xsoarSetting(connection, p), "", p.Title
		case p.Secret:
			parameter.Type = encrypted
		case p.MultiLine:
			parameter.Type = longText
		default:
			parameter.Type = shortText
		}
		list = append(list, parameter)
	}
	return append(list, xsoarParameter{Name: "proxy", Display: "Use system proxy settings", Type: checkbox})
}

// xsoarSetting is what XSOAR calls a connection parameter. Its own library takes every parameter with key or secret in
// the name for a text, and fails where it is a credential.
func xsoarSetting(connection []Input, p Input) string {
	if !p.Secret || !p.Required {
		return p.Key
	}
	at := slices.IndexFunc(connection, func(other Input) bool { return other.Key == p.Key })
	return fmt.Sprintf("credentials_%d", at)
}

// unify makes one script of the three that it is written in, as XSOAR wants it.
func unify(p Plugin, script string) string {
	var tables strings.Builder
	tables.WriteString("PARAMETERS = {\n")
	for _, parameter := range p.Connection {
		if parameter.Key != "verify_certificate" {
			fmt.Fprintf(&tables, "    %q: %q,\n", parameter.Key, xsoarSetting(p.Connection, parameter))
		}
	}
	tables.WriteString("}\n\nRECORDS = {\n")
	for _, c := range p.actions() {
		var same []string
		for _, key := range c.Outputs.PrimaryKey {
			same = append(same, fmt.Sprintf("val.%s == obj.%s", key, key))
		}
		fmt.Fprintf(&tables, "    %q: %q,\n", xsoarName(c), contextOf(c)+"("+strings.Join(same, " && ")+")")
	}
	tables.WriteString("}\n")
	header, rest, _ := strings.Cut(script, "import demistomock")
	_, rest, _ = strings.Cut(rest, "import PARAMETERS, RECORDS\n")
	return header + "\n" + process + "\n\n" + tables.String() + rest
}
