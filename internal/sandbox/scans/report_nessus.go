package scans

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tenableio/internal/sandbox/filters"
	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// writeNessus writes the file that Nessus and its readers take, version 2.
//
// https://docs.tenable.com/nessus/Content/NessusFileFormat.htm
func (p report) writeNessus(w *bufio.Writer) {
	put(w, "<?xml version=\"1.0\" ?>\n<NessusClientData_v2>\n<Policy>")
	element(w, "policyName", p.scan.Name)
	put(w, "<Preferences><ServerPreferences>")
	for _, preference := range [][2]string{
		{"scan_start_timestamp", strconv.FormatInt(p.run.start.Unix(), 10)},
		{"scan_end_timestamp", strconv.FormatInt(p.ended().Unix(), 10)},
		{"report_task_id", p.run.uuid},
	} {
		put(w, "<preference>")
		element(w, "name", preference[0])
		element(w, "value", preference[1])
		put(w, "</preference>")
	}
	put(w, "</ServerPreferences></Preferences></Policy>\n<Report name=\"")
	escape(w, p.scan.Name)
	put(w, "\" xmlns:cm=\"http://www.nessus.org/cm\">\n")
	for asset, findings := range p.hosts() {
		p.writeHost(w, asset, findings)
	}
	put(w, "</Report>\n</NessusClientData_v2>\n")
}

func (p report) writeHost(w *bufio.Writer, asset *tenant.Asset, findings []*tenant.Finding) {
	fmt.Fprintf(w, "<ReportHost name=%q><HostProperties>\n", asset.Target())
	for _, tag := range [][2]string{
		{"HOST_START", p.started().Format(time.ANSIC)},
		{"HOST_START_TIMESTAMP", strconv.FormatInt(p.run.start.Unix(), 10)},
		{"HOST_END", p.ended().Format(time.ANSIC)},
		{"HOST_END_TIMESTAMP", strconv.FormatInt(p.ended().Unix(), 10)},
		{"host-ip", asset.FirstIPv4()},
		{"host-fqdn", asset.FQDN},
		{"host-uuid", asset.UUID},
		{"netbios-name", asset.NetBIOS},
		{"mac-address", strings.Join(asset.MACs, "\n")},
		{"operating-system", asset.OperatingSystem},
		{"system-type", asset.DeviceType},
	} {
		if tag[1] == "" {
			continue
		}
		fmt.Fprintf(w, "<tag name=%q>", tag[0])
		escape(w, tag[1])
		put(w, "</tag>\n")
	}
	put(w, "</HostProperties>\n")
	for _, f := range findings {
		writeItem(w, f)
	}
	put(w, "</ReportHost>\n")
}

func writeItem(w *bufio.Writer, f *tenant.Finding) {
	p := f.Plugin
	fmt.Fprintf(w, `<ReportItem port="%d" svc_name="`, f.Port)
	escape(w, f.Service)
	fmt.Fprintf(w, `" protocol="%s" severity="%d" pluginID="%d" pluginName="`, strings.ToLower(f.Protocol), f.Severity,
		p.ID)
	escape(w, p.Name)
	put(w, `" pluginFamily="`)
	escape(w, p.Family)
	put(w, "\">\n")
	for _, cve := range p.CVEs {
		element(w, "cve", cve)
	}
	writeScores(w, p)
	element(w, "description", p.Text)
	if ease := p.Ease(); ease != "" {
		element(w, "exploit_available", strconv.FormatBool(p.ExploitAvailable))
		element(w, "exploitability_ease", ease)
	}
	element(w, "plugin_modification_date", p.Modified.Format(filters.DateForm))
	element(w, "plugin_name", p.Name)
	element(w, "plugin_publication_date", p.Published.Format(filters.DateForm))
	element(w, "plugin_type", p.Type)
	element(w, "risk_factor", p.Risk())
	element(w, "script_version", p.Version)
	element(w, "see_also", strings.Join(p.SeeAlso, "\n"))
	element(w, "solution", p.Solution)
	element(w, "synopsis", p.Synopsis)
	for _, x := range p.XRefs {
		element(w, "xref", x.Type+":"+x.ID)
	}
	element(w, "plugin_output", f.Output())
	put(w, "</ReportItem>\n")
}

func writeScores(w *bufio.Writer, p *tenant.Plugin) {
	if p.CVSS2.Base > 0 {
		element(w, "cvss_base_score", web.ScoreText(p.CVSS2.Base))
		element(w, "cvss_vector", "CVSS2#"+p.CVSS2.Vector)
	}
	if p.CVSS3.Base > 0 {
		element(w, "cvss3_base_score", web.ScoreText(p.CVSS3.Base))
		element(w, "cvss3_vector", "CVSS:3.0/"+p.CVSS3.Vector)
	}
	element(w, "vpr_score", web.ScoreText(p.VPR.Score))
}

// element writes <name>text</name>, and nothing for an empty text.
func element(w *bufio.Writer, name, text string) {
	if text == "" {
		return
	}
	fmt.Fprintf(w, "<%s>", name)
	escape(w, text)
	fmt.Fprintf(w, "</%s>\n", name)
}

// escape writes text for XML and HTML.
func escape(w *bufio.Writer, text string) {
	_ = xml.EscapeText(w, []byte(text)) // the writer keeps its error
}
