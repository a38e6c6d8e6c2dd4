// Package sandbox is a stateful Tenable.io of its own on loopback: for the demo,
// for the end-to-end tests and benchmarks, and for people who build playbooks
// without a licence. It is written from Tenable's documentation of the API and
// knows nothing of the plugin's client, so that it shares none of its mistakes.
package sandbox

import "net/http"

// route is one endpoint: the least role that may call it, and what answers.
// Keys and role are checked before handle runs.
type route struct {
	method string
	path   string // a segment in braces is any one segment, as http.ServeMux takes it
	role   int
	handle http.HandlerFunc
}

// routes is the table of all endpoints. What is not here, the sandbox does not serve.
func (s *Server) routes() []route {
	account, agents, scans, workbench, exports := s.account, s.agents, s.scans, s.workbench, s.exports
	return []route{
		{"GET", "/session", 0, account.session},
		{"GET", "/scans/timezones", scanOperator, account.listTimezones},

		{"GET", "/filters/scans/agents", basic, agents.listFilters},
		{"GET", "/scanners/{scanner}/agents", scanManager, agents.list},
		{"GET", "/scanners/{scanner}/agents/{agent}", scanManager, agents.details},
		{"GET", "/scanners/{scanner}/agent-groups", scanManager, agents.listGroups},
		{"POST", "/scanners/{scanner}/agent-groups", scanManager, agents.createGroup},
		{"GET", "/scanners/{scanner}/agent-groups/{group}", scanManager, agents.groupDetails},
		{"PUT", "/scanners/{scanner}/agent-groups/{group}", scanManager, agents.renameGroup},
		{"DELETE", "/scanners/{scanner}/agent-groups/{group}", scanManager, agents.deleteGroup},
		{"GET", "/scanners/{scanner}/agent-groups/{group}/agents", scanManager, agents.listMembers},
		{"PUT", "/scanners/{scanner}/agent-groups/{group}/agents/{agent}", scanManager, agents.addMember},
		{"DELETE", "/scanners/{scanner}/agent-groups/{group}/agents/{agent}", scanManager, agents.removeMember},
		{"POST", "/scanners/{scanner}/agent-groups/{group}/agents/_bulk/add", scanManager, agents.bulkAdd},
		{"POST", "/scanners/{scanner}/agent-groups/{group}/agents/_bulk/remove", scanManager, agents.bulkRemove},
		{"GET", "/scanners/{scanner}/agent-groups/{group}/agents/_bulk/{task}", scanManager, agents.taskStatus},

		{"GET", "/scans", basic, scans.list},
		{"GET", "/scans/{scan}", scanOperator, scans.details},
		{"GET", "/scans/{scan}/latest-status", scanOperator, scans.latestStatus},
		{"GET", "/scans/{scan}/history", scanOperator, scans.history},
		{"POST", "/scans/{scan}/launch", scanOperator, scans.launch},
		{"POST", "/scans/{scan}/pause", scanOperator, scans.pause},
		{"POST", "/scans/{scan}/resume", scanOperator, scans.resume},
		{"POST", "/scans/{scan}/stop", scanOperator, scans.stop},
		{"GET", "/scans/exports", scanOperator, scans.listExports},
		{"POST", "/scans/{scan}/export", scanOperator, scans.requestExport},
		{"GET", "/scans/{scan}/export/{file}/status", scanOperator, scans.exportStatus},
		{"GET", "/scans/{scan}/export/{file}/download", scanOperator, scans.downloadExport},
		{"GET", "/filters/scans/reports", scanOperator, scans.listReportFilters},

		{"GET", "/workbenches/vulnerabilities", basic, workbench.listVulns},
		{"GET", "/workbenches/vulnerabilities/{plugin_id}/info", basic, workbench.vulnInfo},
		{"GET", "/workbenches/vulnerabilities/{plugin_id}/outputs", basic, workbench.vulnOutputs},
		{"GET", "/workbenches/assets", basic, workbench.listAssets},
		{"GET", "/workbenches/assets/vulnerabilities", basic, workbench.listVulnerableAssets},
		{"GET", "/workbenches/assets/{asset_id}/info", basic, workbench.assetInfo},
		{"GET", "/workbenches/assets/{asset_id}/activity", basic, workbench.assetActivity},
		{"GET", "/workbenches/assets/{asset_id}/vulnerabilities", basic, workbench.listAssetVulns},
		{"GET", "/workbenches/assets/{asset_id}/vulnerabilities/{plugin_id}/info", basic, workbench.vulnInfo},
		{"GET", "/workbenches/assets/{asset_id}/vulnerabilities/{plugin_id}/outputs", basic, workbench.vulnOutputs},
		{"GET", "/filters/workbenches/vulnerabilities", basic, workbench.listVulnFilters},
		{"POST", "/filters/workbenches/vulnerabilities", basic, workbench.listVulnFilters}, // deprecated
		{"GET", "/filters/workbenches/assets", basic, workbench.listAssetFilters},
		{"POST", "/filters/workbenches/assets", basic, workbench.listAssetFilters}, // deprecated

		{"POST", "/vulns/export", basic, exports.start},
		{"GET", "/vulns/export/status", basic, exports.list},
		{"GET", "/vulns/export/{export_uuid}/status", basic, exports.status},
		{"POST", "/vulns/export/{export_uuid}/cancel", basic, exports.cancel},
		{"GET", "/vulns/export/{export_uuid}/chunks/{chunk_id}", basic, exports.chunk},
	}
}
