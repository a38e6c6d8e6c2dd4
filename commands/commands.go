// Package commands is the table of all commands and their handlers, one file
// each, named by the command's key; the other files are what several commands
// share, and large parts of one. A handler knows which endpoint it calls and which
// inputs it takes; it knows no stream and no envelope.
package commands

import (
	"context"
	"encoding/json"

	"tenableio/connection"
	"tenableio/internal/names"
	"tenableio/result"
	"tenableio/schemas"
)

// table lists the commands. A new command is one line here, one Go file, one
// schema with its output schema, and one folder of cases.
var table = []Command{
	define("add_agents_to_groups", addAgentsToGroups),
	define("download_exported_scan", downloadExportedScan),
	define("export_scan", exportScan),
	define("export_vulnerabilities", exportVulnerabilities),
	define("get_scan_details", getScanDetails),
	define("get_scan_history", getScanHistory),
	define("get_scan_status", getScanStatus),
	define("get_vulnerabilities_by_asset", getVulnerabilitiesByAsset),
	define("get_vulnerabilities_export_report", getVulnerabilitiesExportReport),
	define("get_vulnerability_details", getVulnerabilityDetails),
	define("launch_scan", launchScan),
	define("list_agent_groups", listAgentGroups),
	define("list_agents", listAgents),
	define("list_agents_by_group", listAgentsByGroup),
	define("list_plugin_outputs", listPluginOutputs),
	define("list_scans", listScans),
	define("list_vulnerability_filters_v2", listVulnerabilityFiltersV2),
	define("query_vulnerability_details", queryVulnerabilityDetails),
	define("remove_agents_from_groups", removeAgentsFromGroups),
	define("test_connection", testConnection),
}

// Command is one command by its key. Bind is the only way to its handler.
type Command struct {
	Key   string
	input func() any // a new input struct, for the test that holds it to the schema
	bind  func(schema *schemas.Document, inputs map[string]json.RawMessage) (Bound, error)
}

// Bound is a command with its inputs, which were checked; calling it carries it out.
type Bound func(ctx context.Context, env Env) (result.Output, error)

// Env is what a handler works with besides its inputs.
type Env struct {
	Tenable *connection.Client
	Wait    bool // follow an export or a bulk task to its end

	OutputDir      string // where files are written; empty: inline in the envelope
	MaxInlineBytes int64  // the most that the envelope carries of files, before base64
	ChunkWorkers   int    // chunks of an export that are fetched at the same time
	Progress       Progress
	Net            result.Net // over the names that Tenable gives files
}

// All returns the commands in the order of the table.
func All() []Command { return table }

// Lookup finds a command by its display name or key, in any case; false: there is
// none.
func Lookup(name string) (Command, bool) {
	key := names.Key(name)
	for _, command := range table {
		if command.Key == key {
			return command, true
		}
	}
	return Command{}, false
}

// Schema loads the command's schema.
func (c Command) Schema() (*schemas.Document, error) { return schemas.Load(c.Key) }

// Bind checks the inputs against the schema and returns the command that uses them. A
// wrong input is a fault of status 400 that names it.
func (c Command) Bind(schema *schemas.Document, inputs map[string]json.RawMessage) (Bound, error) {
	return c.bind(schema, inputs)
}

// define makes a command of a handler; the generic input type ends here.
func define[In any](key string, handle func(context.Context, Env, In) (result.Output, error)) Command {
	return Command{
		Key:   key,
		input: func() any { return new(In) },
		bind: func(schema *schemas.Document, inputs map[string]json.RawMessage) (Bound, error) {
			var in In
			if err := schema.Decode(inputs, &in); err != nil {
				return nil, err
			}
			return func(ctx context.Context, env Env) (result.Output, error) {
				return handle(ctx, env, in)
			}, nil
		},
	}
}
