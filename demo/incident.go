package main

import (
	"encoding/json"
	"fmt"
	"time"
)

const (
	host   = "192.0.2.1" // the host of the incident
	target = "target=" + host
	scan   = "scan_id=21" // a scan that covers the host
)

// incident is the story, chapter by chapter.
func (d *demo) incident() error {
	for _, chapter := range []func() error{d.connect, d.investigate, d.scanAgain, d.report, d.contain} {
		if err := chapter(); err != nil {
			return err
		}
	}
	d.say(`That was the demo. README.md says how to go on by hand, docs/cookbook.md has scripts,
and docs/sandbox.md says what else the sandbox can do.`)
	return nil
}

func (d *demo) connect() error {
	d.say("Do the keys work? A failure says what is wrong and what to do. Here the user's role is too low:")
	if err := d.show(failed, "run", "test_connection", "--connection", "basic.json"); err != nil {
		return err
	}
	d.say("From here on the environment holds the connection of an administrator.")
	return d.show(successful, "run", "test_connection")
}

func (d *demo) investigate() error {
	d.say("An alert names the host " + host + ". What is known of it? The most severe comes first.")
	if err := d.show(successful, "run", "get_vulnerabilities_by_asset", target); err != nil {
		return err
	}
	plugin, err := d.take(mostSevere, "plugin_id", "run", "get_vulnerabilities_by_asset", target)
	if err != nil {
		return err
	}
	d.say("Who else has that?")
	return d.show(successful, "run", "list_plugin_outputs", "plugin_id="+plugin)
}

func (d *demo) scanAgain() error {
	d.say("Is it still so? Launch the scan that covers the host, and wait for its end.")
	launch := []string{"run", "launch_scan", scan}
	d.command(launch...)
	run, err := d.take(first, "scan_uuid", launch...)
	if err != nil {
		return err
	}
	status := []string{"run", "get_scan_status", scan, "run_uuid=" + run}
	d.command(status...)
	fmt.Fprintln(d.out)
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(500 * time.Millisecond) {
		out, err := d.run(successful, append(status, "--output", "json")...)
		if err != nil {
			return err
		}
		var now struct {
			ContextData []struct{ Status string } `json:"context_data"`
		}
		if err := json.Unmarshal(out, &now); err != nil {
			return err
		}
		fmt.Fprintf(d.out, "  %s\n", now.ContextData[0].Status)
		if now.ContextData[0].Status == "completed" {
			return d.fetchReport(run)
		}
	}
	return fmt.Errorf("the scan has not completed")
}

// fetchReport asks for a report of the scan and downloads it.
func (d *demo) fetchReport(run string) error {
	d.say("Its report goes into the case file: ask for a PDF, and download it.")
	export := []string{"run", "export_scan", scan, "history_id=" + run, "report_format=PDF", "chapters=vuln_by_host"}
	d.command(export...)
	file, err := d.take(first, "file_id", export...)
	if err != nil {
		return err
	}
	return d.show(successful, "run", "download_exported_scan", scan, "file_id="+file, "--output-dir", d.folder)
}

func (d *demo) report() error {
	d.say("All findings of the host in bulk, for the data lake: start an export, and fetch four fields of each finding.")
	export := []string{"run", "export_vulnerabilities", "asset_ip=" + host}
	d.command(export...)
	uuid, err := d.take(first, "export_uuid", export...)
	if err != nil {
		return err
	}
	return d.show(successful, "run", "get_vulnerabilities_export_report", "export_uuid="+uuid,
		"export_fields=asset.ipv4,plugin.id,plugin.name,severity", "--output-dir", d.folder)
}

func (d *demo) contain() error {
	d.say("Which agents run on Windows?")
	if err := d.show(successful, "run", "list_agents", "platform=WINDOWS"); err != nil {
		return err
	}
	agent, err := d.take(first, "agent_id", "run", "list_agents", "platform=WINDOWS")
	if err != nil {
		return err
	}
	d.say("One of them goes into quarantine, and one that nobody knows. What worked is done; what did not is named.")
	return d.show(partly, "run", "add_agents_to_groups", "group_ids=104", "agent_ids="+agent,
		"agent_names=nobody.example.com")
}
