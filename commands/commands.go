// Package commands is the table of all commands. Their handlers are in the families
// below it, one file each, named by the command's key; what every handler has is in
// commands/command.
package commands

import (
	"tenableio/commands/account"
	"tenableio/commands/agents"
	"tenableio/commands/command"
	"tenableio/commands/exports"
	"tenableio/commands/scans"
	"tenableio/commands/workbench"
	"tenableio/internal/names"
)

// table lists the commands. A new command is one line here, one Go file in a family, one
// schema with its output schema, one folder of cases, and one line each in the playbook
// and the changelog; CONTRIBUTING.md names the steps.
var table = []command.Command{
	command.Define("add_agents_to_groups", agents.AddToGroups),
	command.Define("download_exported_scan", scans.Download),
	command.Define("export_scan", scans.Export),
	command.Define("export_vulnerabilities", exports.Start),
	command.Define("get_scan_details", scans.Details),
	command.Define("get_scan_history", scans.History),
	command.Define("get_scan_status", scans.Status),
	command.Define("get_vulnerabilities_by_asset", workbench.ByAsset),
	command.Define("get_vulnerabilities_export_report", exports.Report),
	command.Define("get_vulnerability_details", workbench.Details),
	command.Define("launch_scan", scans.Launch),
	command.Define("list_agent_groups", agents.ListGroups),
	command.Define("list_agents", agents.List),
	command.Define("list_agents_by_group", agents.ListByGroup),
	command.Define("list_plugin_outputs", workbench.PluginOutputs),
	command.Define("list_scans", scans.List),
	command.Define("list_vulnerability_filters_v2", workbench.Filters),
	command.Define("query_vulnerability_details", workbench.Query),
	command.Define("remove_agents_from_groups", agents.RemoveFromGroups),
	command.Define("test_connection", account.TestConnection),
}

// All returns the commands in the order of the table.
func All() []command.Command { return table }

// Lookup finds a command by its display name or key, in any spelling; false: there is
// none.
func Lookup(name string) (command.Command, bool) {
	squashed := names.Squash(name)
	for _, c := range table {
		if names.Squash(c.Key) == squashed {
			return c, true
		}
	}
	return command.Command{}, false
}
