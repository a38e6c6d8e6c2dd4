package schemas

import "slices"

// Output describes what a command returns, as the output schema says it.
type Output struct {
	Properties struct {
		Raw       *Value `json:"raw_data"` // with the paths that a playbook may read
		Records   *Value `json:"context_data"`
		KeyFields *Value `json:"key_fields"`
	} `json:"properties"`
	Files []File `json:"x-files"` // that the command makes
}

// File describes a file that a command makes.
type File struct {
	Description string   `json:"description"`
	MediaTypes  []string `json:"media_types"` // one of them
}

// Value is one value of a result.
type Value struct {
	Description string   `json:"description"`
	Types       Types    `json:"type"`
	Documented  string   `json:"x-type"`        // the type that Tenable documents, where its answer is not held to one
	Semantic    string   `json:"x-semantic"`    // what the value stands for, one of SemanticTypes
	PrimaryKey  []string `json:"x-primary-key"` // of a list of records: the members that tell them apart
	Items       *Value   `json:"items"`

	Members Ordered[*Value] `json:"properties"`
}

// SemanticTypes lists what the values of records and key fields may stand for.
// A platform links the outputs of one command with the inputs of another by them.
func SemanticTypes() []string {
	return []string{
		"ip", "cidr", "host_name", "cve", "sha256", "url", "uuid", "scan_id", "scan_uuid", "history_id", "file_id",
		"file_name", "agent_id", "agent_name", "group_id", "group_uuid", "group_name", "task_id", "plugin_id",
		"plugin_name", "asset_id", "finding_id", "export_uuid", "severity", "score", "time", "port", "count", "status",
		"flag", "text",
	}
}

// Type returns the one type of the value, without null.
func (v *Value) Type() string {
	if v.Documented != "" {
		return v.Documented
	}
	types := slices.DeleteFunc(slices.Clone(v.Types), func(name string) bool { return name == "null" })
	return types[0]
}

// Nullable says whether the value may be null. Tenable may send null for anything that has no fixed type.
func (v *Value) Nullable() bool { return v.Documented != "" || slices.Contains(v.Types, "null") }

// Returns describes what the command returns.
func (d *Document) Returns() Output {
	var root Output
	unmarshal(d.Output(), &root)
	return root
}
