package scans

import (
	"cmp"
	"strings"

	"tenableio/commands/command"
	"tenableio/result"
)

// The kinds of scans that fill other lists than vulnerabilities.
const (
	hostScan = iota
	complianceScan
	webApplicationScan
)

// kind tells what kind of scan the answer is of.
func (d scanDetails) kind() int {
	scanType := cmp.Or(d.Info.ScanType, d.Info.Type).Word()
	switch {
	case strings.Contains(scanType, "webapp"), scanType == "was":
		return webApplicationScan
	case len(d.CompHosts) > 0, len(d.Compliance) > 0:
		return complianceScan
	}
	return hostScan
}

// warnOfKind says what the records lack because of the kind of the scan.
func (d scanDetails) warnOfKind(out *result.Output, found command.Tally) {
	switch d.kind() {
	case complianceScan:
		const message = "The run made compliance checks: %s on %s. They stand in $.compliance and $.comphosts of raw_data; " +
			"context_data lists vulnerabilities alone. Export Scan with the chapter compliance gives their outcome."
		out.Warn("compliance_scan", message,
			result.Counted(len(d.Compliance), "check"), result.Counted(len(d.CompHosts), "host"))
	case webApplicationScan:
		if len(found) > 0 {
			return
		}
		out.Warn("web_application_scan", "This is a scan of a web application. Tenable gives its findings here neither as "+
			"vulnerabilities nor as hosts; look at them in Tenable Web App Scanning.")
	}
}

// allHosts returns the hosts of the run, those with compliance checks too, each once.
func (d scanDetails) allHosts() []scanHost {
	seen := map[string]bool{}
	var hosts []scanHost
	for _, list := range [][]scanHost{d.Hosts, d.CompHosts} {
		for _, host := range list {
			key := string(host.UUID) + " " + string(host.Hostname.First())
			if !seen[key] {
				seen[key] = true
				hosts = append(hosts, host)
			}
		}
	}
	return hosts
}

// tellNothing warns of a run without findings, unless another warning says why.
func (d scanDetails) tellNothing(out *result.Output, run scanDetailsRecord) {
	if d.Info.IsArchived.Value || d.limited() || d.kind() != hostScan {
		return
	}
	command.TellNothing(out,
		command.Cause{Fits: run.Active.Value, Why: "the run has not ended yet"},
		command.Cause{Fits: d.Info.Status.Word() == "empty", Why: "the scan has never been launched"},
		command.Cause{Fits: len(d.Hosts) == 0, Why: "no host of the targets answered the scanner"},
		command.Cause{Fits: len(d.Hosts) > 0, Why: "the plugins of the scan found nothing on its hosts"},
	)
}
