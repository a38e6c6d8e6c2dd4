package main

import (
	"fmt"
	"time"
)

const (
	host   = "192.0.2.1" // the host of the incident
	target = "target=" + host
	scan   = "scan_id=21" // a scan that covers the host
)

// incident is the story, chapter by chapter.
func (d *demo) incident() {
	d.connect()
	d.investigate()
	run := d.scanAgain()
	d.fetchReport(run)
	d.export()
	d.contain()
	d.say(`That was the demo. README.md says how to go on by hand, docs/cookbook.md has scripts,
and docs/sandbox.md says what else the sandbox can do.`)
}

func (d *demo) connect() {
	d.say("Do the keys work? A failure says what is wrong and what to do. Here the user's role is too low:")
	d.show(failed, "run", "test_connection", "--connection", "basic.json")
	d.say("From here on the environment holds the connection of an administrator.")
	d.show(successful, "run", "test_connection")
}

func (d *demo) investigate() {
	d.say("An alert names the host " + host + ". What is known of it? The most severe comes first.")
	d.show(successful, "run", "get_vulnerabilities_by_asset", target)
	plugin := d.take(mostSevere, "plugin_id", "run", "get_vulnerabilities_by_asset", target)
	d.say("Who else has that?")
	d.show(successful, "run", "list_plugin_outputs", "plugin_id="+plugin)
}

// scanAgain launches the scan and returns its run, which has ended.
func (d *demo) scanAgain() (run string) {
	d.say("Is it still so? Launch the scan that covers the host, and wait for its end.")
	launch := []string{"run", "launch_scan", scan}
	d.command(launch...)
	run = d.take(first, "scan_uuid", launch...)
	status := []string{"run", "get_scan_status", scan, "run_uuid=" + run}
	d.command(status...)
	fmt.Fprintln(d.out)
	for deadline := time.Now().Add(time.Minute); d.err == nil; time.Sleep(500 * time.Millisecond) {
		now := first(d.records(d.run(successful, "json", status...)))["status"]
		fmt.Fprintf(d.out, "  %s\n", now)
		if now == "completed" {
			break
		}
		if time.Now().After(deadline) {
			d.fail(fmt.Errorf("the scan has not completed"))
		}
	}
	return run
}

func (d *demo) fetchReport(run string) {
	d.say("Its report goes into the case file: ask for a PDF, and download it.")
	export := []string{"run", "export_scan", scan, "history_id=" + run, "report_format=PDF", "chapters=vuln_by_host"}
	d.command(export...)
	file := d.take(first, "file_id", export...)
	d.show(successful, "run", "download_exported_scan", scan, "file_id="+file, "--output-dir", d.folder)
}

func (d *demo) export() {
	d.say("All findings of the host in bulk, for the data lake: start an export, and fetch four fields of each finding.")
	export := []string{"run", "export_vulnerabilities", "asset_ip=" + host}
	d.command(export...)
	uuid := d.take(first, "export_uuid", export...)
	d.show(successful, "run", "get_vulnerabilities_export_report", "export_uuid="+uuid,
		"export_fields=asset.ipv4,plugin.id,plugin.name,severity", "--output-dir", d.folder)
}

func (d *demo) contain() {
	d.say("Which agents run on Windows?")
	agents := []string{"run", "list_agents", "platform=WINDOWS"}
	d.show(successful, agents...)
	agent := d.take(first, "agent_id", agents...)
	d.say("One of them goes into quarantine, and one that nobody knows. What worked is done; what did not is named.")
	d.show(partly, "run", "add_agents_to_groups", "group_ids=104", "agent_ids="+agent,
		"agent_names=nobody.example.com")
}
