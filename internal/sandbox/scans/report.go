package scans

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// report is the content of an exported file: the findings of one run.
type report struct {
	api     *API
	scan    *scan
	run     *run
	request reportRequest
	wants   func(*tenant.Finding) bool
	made    time.Time
}

// write writes the file in its format.
func (p report) write(to io.Writer) error {
	w := bufio.NewWriterSize(to, 64<<10) // keeps the first error for Flush
	switch p.request.Format {
	case "nessus":
		p.writeNessus(w)
	case "csv":
		p.writeCSV(w)
	case "html":
		p.writeHTML(w)
	case "pdf":
		p.writePDF(w)
	case "db":
		p.writeDB(w)
	}
	return w.Flush()
}

// size is that of the file in bytes.
func (p report) size() int64 {
	var size web.ByteCount
	_ = p.write(&size) // counting does not fail
	return int64(size)
}

// hosts walks through the hosts of the run with the findings that are wanted of
// each.
func (p report) hosts() iter.Seq2[*tenant.Asset, []*tenant.Finding] {
	return func(yield func(*tenant.Asset, []*tenant.Finding) bool) {
		for _, asset := range p.api.hosts(p.scan, p.run) {
			if p.request.AssetID != "" && p.request.AssetID != asset.UUID {
				continue
			}
			var found []*tenant.Finding // none where the run looked for settings
			if p.scan.Kind != tenant.Compliance {
				found = slices.DeleteFunc(p.api.findingsOf(asset, p.run), func(f *tenant.Finding) bool { return !p.wants(f) })
			}
			if !yield(asset, found) {
				return
			}
		}
	}
}

// started and ended are the times of the run.
func (p report) started() time.Time { return p.run.start.UTC() }
func (p report) ended() time.Time   { return p.run.start.Add(p.run.took).UTC() }

// state is that of a finding in a file, which knows neither Fixed nor Resurfaced.
func (p report) state(f *tenant.Finding) string {
	if f.NewAt(p.made) {
		return "New"
	}
	return "Active"
}

// section is a part of the pages: a heading and lines of text.
type section struct {
	heading string
	lines   []string
}

// sections are the chapters that were asked for, for html and pdf.
func (p report) sections() []section {
	list := []section{{p.scan.Name, []string{
		"Started " + p.started().Format(time.RFC1123), "Ended " + p.ended().Format(time.RFC1123),
		"Status " + p.run.end, "Run " + p.run.uuid,
	}}}
	for chapter := range strings.SplitSeq(strings.TrimSuffix(p.request.Chapters, ";"), ";") {
		switch chapter {
		case "vuln_hosts_summary":
			list = append(list, p.hostsSummary())
		case "vuln_by_host":
			list = append(list, p.byHost()...)
		case "vuln_by_plugin":
			list = append(list, p.byPlugin()...)
		case "remediations":
			list = append(list, p.remedies())
		case "compliance", "compliance_exec":
			list = append(list, p.compliance())
		}
	}
	return list
}

func (p report) hostsSummary() section {
	s := section{heading: "Hosts Executive Summary"}
	for asset, findings := range p.hosts() {
		var counts [5]int
		for _, f := range findings {
			counts[f.Severity]++
		}
		s.lines = append(s.lines, fmt.Sprintf("%s: critical %d, high %d, medium %d, low %d, info %d",
			asset.Target(), counts[4], counts[3], counts[2], counts[1], counts[0]))
	}
	return s
}

func (p report) byHost() []section {
	list := []section{{heading: "Vulnerabilities by Host"}}
	for asset, findings := range p.hosts() {
		s := section{heading: asset.Target()}
		for _, f := range findings {
			s.lines = append(s.lines, fmt.Sprintf("%d (%s/%d) %s: %s", f.Plugin.ID, strings.ToLower(f.Protocol), f.Port,
				f.Plugin.Name, f.Plugin.Risk()))
			for line := range strings.Lines(f.Output()) {
				s.lines = append(s.lines, "    "+strings.TrimRight(line, "\n"))
			}
		}
		list = append(list, s)
	}
	return list
}

func (p report) byPlugin() []section {
	list := []section{{heading: "Vulnerabilities by Plugin"}}
	hosts := map[*tenant.Plugin][]string{}
	for asset, findings := range p.hosts() {
		for _, f := range findings {
			hosts[f.Plugin] = append(hosts[f.Plugin], asset.Target())
		}
	}
	for i := range p.api.tenant.Plugins() {
		plugin := &p.api.tenant.Plugins()[i]
		if found := hosts[plugin]; found != nil {
			list = append(list, section{fmt.Sprintf("%d - %s", plugin.ID, plugin.Name), []string{
				plugin.Risk(), plugin.Synopsis, plugin.Solution, "Hosts: " + strings.Join(slices.Compact(found), ", "),
			}})
		}
	}
	return list
}

func (p report) remedies() section {
	s := section{heading: "Remediations"}
	seen := map[int]bool{}
	for _, findings := range p.hosts() {
		for _, f := range findings {
			if f.Plugin.Severity > 0 && !seen[f.Plugin.ID] {
				seen[f.Plugin.ID] = true
				s.lines = append(s.lines, f.Plugin.Name+": "+f.Plugin.Solution)
			}
		}
	}
	return s
}

// put writes text as it stands; the writer keeps its error.
func put(w *bufio.Writer, text string) { _, _ = w.WriteString(text) }

// compliance lists the settings that were checked.
func (p report) compliance() section {
	s := section{heading: "Compliance"}
	for _, check := range p.api.resultsOf(p.scan, p.api.hosts(p.scan, p.run), p.run).checks {
		word := map[int]string{passed: "PASSED", warning: "WARNING", failed: "FAILED"}[check.Severity]
		s.lines = append(s.lines, fmt.Sprintf("%s: %s on %d hosts", check.PluginName, word, check.Count))
	}
	if s.lines == nil {
		s.lines = []string{"No compliance checks were run."}
	}
	return s
}
