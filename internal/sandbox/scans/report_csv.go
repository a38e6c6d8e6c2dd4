package scans

import (
	"bufio"
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// csvColumns are the columns of the file, each with what stands in it.
var csvColumns = []struct {
	name string
	of   func(row csvRow) string
}{
	{"Plugin ID", func(r csvRow) string { return strconv.Itoa(r.Plugin.ID) }},
	{"CVE", func(r csvRow) string { return r.cve }},
	{"CVSS", func(r csvRow) string { return web.ScoreText(r.Plugin.CVSS2.Base) }},
	{"Risk", func(r csvRow) string { return tenant.RiskFactors[r.Severity] }},
	{"Host", func(r csvRow) string { return r.Asset.Target() }},
	{"Protocol", func(r csvRow) string { return strings.ToLower(r.Protocol) }},
	{"Port", func(r csvRow) string { return strconv.Itoa(r.Port) }},
	{"Name", func(r csvRow) string { return r.Plugin.Name }},
	{"Synopsis", func(r csvRow) string { return r.Plugin.Synopsis }},
	{"Description", func(r csvRow) string { return r.Plugin.Text }},
	{"Solution", func(r csvRow) string { return r.Plugin.Solution }},
	{"See Also", func(r csvRow) string { return strings.Join(r.Plugin.SeeAlso, "\n") }},
	{"Plugin Output", func(r csvRow) string { return r.Output() }},
	{"Asset UUID", func(r csvRow) string { return r.Asset.UUID }},
	{"Vulnerability State", func(r csvRow) string { return r.report.state(r.Finding) }},
	{"IP Address", func(r csvRow) string { return strings.Join(web.Addresses(r.Asset.IPv4), ",") }},
	{"FQDN", func(r csvRow) string { return r.Asset.FQDN }},
	{"NetBios", func(r csvRow) string { return r.Asset.NetBIOS }},
	{"OS", func(r csvRow) string { return r.Asset.OperatingSystem }},
	{"MAC Address", func(r csvRow) string { return strings.Join(r.Asset.MACs, ",") }},
	{"Plugin Family", func(r csvRow) string { return r.Plugin.Family }},
	{"CVSS Base Score", func(r csvRow) string { return web.ScoreText(r.Plugin.CVSS2.Base) }},
	{"CVSS Temporal Score", func(r csvRow) string { return web.ScoreText(r.Plugin.CVSS2.Temporal) }},
	{"CVSS Temporal Vector", func(r csvRow) string { return r.Plugin.CVSS2.TemporalVector }},
	{"CVSS Vector", func(r csvRow) string { return r.Plugin.CVSS2.Vector }},
	{"CVSS3 Base Score", func(r csvRow) string { return web.ScoreText(r.Plugin.CVSS3.Base) }},
	{"CVSS3 Temporal Score", func(r csvRow) string { return web.ScoreText(r.Plugin.CVSS3.Temporal) }},
	{"CVSS3 Temporal Vector", func(r csvRow) string { return r.Plugin.CVSS3.TemporalVector }},
	{"CVSS3 Vector", func(r csvRow) string { return r.Plugin.CVSS3.Vector }},
	{"System Type", func(r csvRow) string { return r.Asset.DeviceType }},
	{"Host Start", func(r csvRow) string { return r.report.started().Format(time.RFC3339) }},
	{"Host End", func(r csvRow) string { return r.report.ended().Format(time.RFC3339) }},
	{"Vulnerability Priority Rating (VPR)", func(r csvRow) string { return web.ScoreText(r.Plugin.VPR.Score) }},
	{"First Found", func(r csvRow) string { return r.FirstFound.UTC().Format(time.RFC3339) }},
	{"Last Found", func(r csvRow) string { return r.LastFound.UTC().Format(time.RFC3339) }},
	{"Host Scan Schedule ID", func(r csvRow) string { return r.report.scan.ScheduleUUID }},
	{"Host Scan ID", func(r csvRow) string { return r.report.run.uuid }},
	{"Indexed At", func(r csvRow) string { return r.Indexed.UTC().Format(time.RFC3339) }},
}

// csvRow is a finding with one of its CVEs.
type csvRow struct {
	*tenant.Finding
	report report
	cve    string
}

// writeCSV writes a row for each finding and, where its plugin has several CVEs,
// for each of them.
func (p report) writeCSV(w *bufio.Writer) {
	table := csv.NewWriter(w)
	cells := make([]string, len(csvColumns))
	for i, column := range csvColumns {
		cells[i] = column.name
	}
	_ = table.Write(cells) // the writer below keeps the error
	for _, findings := range p.hosts() {
		for _, f := range findings {
			cves := f.Plugin.CVEs
			if len(cves) == 0 {
				cves = []string{""}
			}
			for _, cve := range cves {
				for i, column := range csvColumns {
					cells[i] = column.of(csvRow{f, p, cve})
				}
				_ = table.Write(cells) // as above
			}
		}
	}
	table.Flush()
}
