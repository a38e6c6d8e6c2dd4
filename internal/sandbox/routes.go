// Package sandbox is a stateful Tenable.io of its own on loopback: for the demo,
// for the end-to-end tests and benchmarks, and for people who build playbooks
// without a licence. It is written from Tenable's documentation of the API and
// knows nothing of the plugin's client, so that it shares none of its mistakes.
package sandbox

import (
	"net/http"

	"tenableio/internal/sandbox/web"
)

// Endpoint is a row of the table: the least role that may call it, and what answers.
// Keys and role are checked before handle runs.
type Endpoint struct {
	Method string
	Path   string // a segment in braces is any one segment
	Role   int
	handle http.HandlerFunc
}

// routes is the table of all endpoints. What is not here, the sandbox does not serve.
func (s *Server) routes() []Endpoint {
	account, agents, scans, workbench, exports := s.account, s.agents, s.scans, s.workbench, s.exports
	return []Endpoint{
		{"GET", "/session", 0, account.Session},
		{"GET", "/scans/timezones", web.ScanOperator, account.ListTimezones},

		{"GET", "/filters/scans/agents", web.Basic, agents.ListFilters},
		{"GET", "/scanners/{scanner}/agents", web.ScanManager, agents.List},
		{"GET", "/scanners/{scanner}/agents/{agent}", web.ScanManager, agents.Details},
		{"GET", "/scanners/{scanner}/agent-groups", web.ScanManager, agents.ListGroups},
		{"POST", "/scanners/{scanner}/agent-groups", web.ScanManager, agents.CreateGroup},
		{"GET", "/scanners/{scanner}/agent-groups/{group}", web.ScanManager, agents.GroupDetails},
		{"PUT", "/scanners/{scanner}/agent-groups/{group}", web.ScanManager, agents.RenameGroup},
		{"DELETE", "/scanners/{scanner}/agent-groups/{group}", web.ScanManager, agents.DeleteGroup},
		{"GET", "/scanners/{scanner}/agent-groups/{group}/agents", web.ScanManager, agents.ListMembers},
		{"PUT", "/scanners/{scanner}/agent-groups/{group}/agents/{agent}", web.ScanManager, agents.AddMember},
		{"DELETE", "/scanners/{scanner}/agent-groups/{group}/agents/{agent}", web.ScanManager, agents.RemoveMember},
		{"POST", "/scanners/{scanner}/agent-groups/{group}/agents/_bulk/add", web.ScanManager, agents.BulkAdd},
		{"POST", "/scanners/{scanner}/agent-groups/{group}/agents/_bulk/remove", web.ScanManager, agents.BulkRemove},
		{"GET", "/scanners/{scanner}/agent-groups/{group}/agents/_bulk/{task}", web.ScanManager, agents.TaskStatus},

		{"GET", "/scans", web.Basic, scans.List},
		{"GET", "/scans/{scan}", web.ScanOperator, scans.Details},
		{"GET", "/scans/{scan}/latest-status", web.ScanOperator, scans.LatestStatus},
		{"GET", "/scans/{scan}/history", web.ScanOperator, scans.History},
		{"GET", "/scans/{scan}/history/{history}", web.ScanOperator, scans.RunDetails},
		{"POST", "/scans/{scan}/launch", web.ScanOperator, scans.Launch},
		{"POST", "/scans/{scan}/pause", web.ScanOperator, scans.Pause},
		{"POST", "/scans/{scan}/resume", web.ScanOperator, scans.Resume},
		{"POST", "/scans/{scan}/stop", web.ScanOperator, scans.Stop},
		{"GET", "/scans/exports", web.ScanOperator, scans.ListExports},
		{"POST", "/scans/{scan}/export", web.ScanOperator, scans.RequestExport},
		{"GET", "/scans/{scan}/export/{file}/status", web.ScanOperator, scans.ExportStatus},
		{"GET", "/scans/{scan}/export/{file}/download", web.ScanOperator, scans.DownloadExport},
		{"GET", "/filters/scans/reports", web.ScanOperator, scans.ListReportFilters},

		{"GET", "/workbenches/vulnerabilities", web.Basic, workbench.ListVulns},
		{"GET", "/workbenches/vulnerabilities/{plugin_id}/info", web.Basic, workbench.VulnInfo},
		{"GET", "/workbenches/vulnerabilities/{plugin_id}/outputs", web.Basic, workbench.VulnOutputs},
		{"GET", "/workbenches/assets", web.Basic, workbench.ListAssets},
		{"GET", "/workbenches/assets/vulnerabilities", web.Basic, workbench.ListVulnerableAssets},
		{"GET", "/workbenches/assets/{asset_id}/info", web.Basic, workbench.AssetInfo},
		{"GET", "/workbenches/assets/{asset_id}/activity", web.Basic, workbench.AssetActivity},
		{"GET", "/workbenches/assets/{asset_id}/vulnerabilities", web.Basic, workbench.ListAssetVulns},
		{"GET", "/workbenches/assets/{asset_id}/vulnerabilities/{plugin_id}/info", web.Basic, workbench.VulnInfo},
		{"GET", "/workbenches/assets/{asset_id}/vulnerabilities/{plugin_id}/outputs", web.Basic, workbench.VulnOutputs},
		{"GET", "/filters/workbenches/vulnerabilities", web.Basic, workbench.ListVulnFilters},
		{"POST", "/filters/workbenches/vulnerabilities", web.Basic, workbench.ListVulnFilters}, // deprecated
		{"GET", "/filters/workbenches/assets", web.Basic, workbench.ListAssetFilters},
		{"POST", "/filters/workbenches/assets", web.Basic, workbench.ListAssetFilters}, // deprecated

		{"POST", "/vulns/export", web.Basic, exports.Start},
		{"GET", "/vulns/export/status", web.Basic, exports.List},
		{"GET", "/vulns/export/{export_uuid}/status", web.Basic, exports.Status},
		{"POST", "/vulns/export/{export_uuid}/cancel", web.Basic, exports.Cancel},
		{"GET", "/vulns/export/{export_uuid}/chunks/{chunk_id}", web.Basic, exports.Chunk},
	}
}

// Endpoints lists the table.
func Endpoints() []Endpoint { return new(Server).routes() }
