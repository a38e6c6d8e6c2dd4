package main

import (
	"fmt"
	"time"
)

const (
	administrator = "administrator"
	basic         = "basic"

	host = "192.0.2.1" // the host of the incident
	scan = 21          // a scan that covers the host
)

// incident is the story, chapter by chapter.
func (d *demo) incident() error {
	for _, chapter := range []func() error{d.connect, d.investigate, d.scanAgain, d.fetchReport, d.export, d.contain} {
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
	if _, err := d.ask(basic, "Test Connection", inputs{}, failed); err != nil {
		return err
	}
	d.say("From here on with the keys of an administrator:")
	_, err := d.ask(administrator, "Test Connection", inputs{}, successful)
	return err
}

func (d *demo) investigate() error {
	d.say("An alert names the host " + host + ". What is known of it? The most severe comes first.")
	known, err := d.ask(administrator, "Get Vulnerabilities by Asset", inputs{"target": host}, successful)
	if err != nil {
		return err
	}
	plugin, err := d.take(known, mostSevere, "plugin_id")
	if err != nil {
		return err
	}
	d.say("Who else has that?")
	_, err = d.ask(administrator, "List Plugin Outputs", inputs{"plugin_id": plugin}, successful)
	return err
}

func (d *demo) scanAgain() error {
	d.say("Is it still so? Launch the scan that covers the host, and wait for its end.")
	if _, err := d.ask(administrator, "Launch Scan", inputs{"scan_id": scan}, successful); err != nil {
		return err
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(time.Second) {
		now, err := d.ask(administrator, "Get Scan Status", inputs{"scan_id": scan}, successful)
		if err != nil {
			return err
		}
		if first(now.ContextData)["status"] == "completed" {
			return nil
		}
	}
	return fmt.Errorf("scan %d has not completed", scan)
}

func (d *demo) fetchReport() error {
	d.say("The report goes into the case file. Names and choices may be written as the forms of a platform show them.")
	asked := inputs{"Scan ID": scan, "Report Format": "PDF (Need Chapters parameter)", "Chapters": "vuln_by_host"}
	exported, err := d.ask(administrator, "Export Scan", asked, successful)
	if err != nil {
		return err
	}
	file, err := d.take(exported, first, "file_id")
	if err != nil {
		return err
	}
	_, err = d.ask(administrator, "Download Exported Scan", inputs{"scan_id": scan, "file_id": file}, successful)
	return err
}

func (d *demo) export() error {
	d.say("All findings of the host in bulk, for the data lake: start an export …")
	started, err := d.ask(administrator, "Export Vulnerabilities", inputs{"asset_ip": host}, successful)
	if err != nil {
		return err
	}
	uuid, err := d.take(started, first, "export_uuid")
	if err != nil {
		return err
	}
	d.say("… and fetch four fields of each finding.")
	fields := "asset.ipv4,plugin.id,plugin.name,severity"
	report := inputs{"export_uuid": uuid, "export_fields": fields}
	_, err = d.ask(administrator, "Get Vulnerabilities Export Report", report, successful)
	return err
}

func (d *demo) contain() error {
	d.say("Which agents run on Windows?")
	windows, err := d.ask(administrator, "List Agents", inputs{"platform": "WINDOWS"}, successful)
	if err != nil {
		return err
	}
	agent, err := d.take(windows, first, "agent_id")
	if err != nil {
		return err
	}
	d.say("One of them goes into quarantine, and one that nobody knows. What worked is done; what did not is named.")
	quarantine := inputs{"group_ids": []int{104}, "agent_ids": []any{agent}, "agent_names": []string{"nobody.example.com"}}
	_, err = d.ask(administrator, "Add Agents to Groups", quarantine, partly)
	return err
}
