package main

import (
	"fmt"
	"time"
)

const administrator, basic = "administrator", "basic"

// What the envelopes say of a whole command.
const (
	successful = "Successful"
	partly     = "Partially Successful"
	failed     = "Failed"
)

// inputs are the inputs of a command.
type inputs = map[string]any

// playbook is what is shown, in order.
func (d *demo) playbook() error {
	for _, chapter := range []func() error{d.connect, d.scan, d.respond} {
		if err := chapter(); err != nil {
			return err
		}
	}
	fmt.Fprintf(d.out, `
That was the demo. To go on by hand, start "%s sandbox" in one terminal, put its
server_url and keys into the request of "%[1]s sample list_scans", and send that
to "%[1]s" in another. docs/sandbox.md says more.
`, d.binary)
	return nil
}

func (d *demo) connect() error {
	if err := d.step("Do the keys work? The sandbox asks for a role, like Tenable.", administrator, "Test Connection", inputs{}, successful, new(any)); err != nil {
		return err
	}
	return d.step("The same with the keys of a Basic user: error says what is wrong, and what to do.", basic, "Test Connection", inputs{}, failed, new(any))
}

// scan launches a scan, waits for its end, and fetches its report.
func (d *demo) scan() error {
	var list struct {
		Scans []struct {
			ID   int
			Type string
		}
	}
	if err := d.step("Which scans are there?", administrator, "List Scans", inputs{}, successful, &list); err != nil {
		return err
	}
	scan := 0
	for _, s := range list.Scans {
		if s.Type == "ps" {
			scan = s.ID
		}
	}
	var launched struct {
		ScanUUID string `json:"scan_uuid"`
	}
	if err := d.step("Launch one of them.", administrator, "Launch Scan", inputs{"Scan ID": scan}, successful, &launched); err != nil {
		return err
	}
	if err := d.waitFor(scan); err != nil {
		return err
	}
	if err := d.step("What did it find?", administrator, "Get Scan Details", inputs{"scan_id": scan}, successful, new(any)); err != nil {
		return err
	}
	var export struct{ File string }
	if err := d.step("Ask for the findings as a PDF: names and choices as the forms of a platform show them.", administrator, "Export Scan",
		inputs{"Scan ID": scan, "Report Format": "PDF (Need Chapters parameter)", "Chapters": "vuln_by_host"}, successful, &export); err != nil {
		return err
	}
	return d.step("Fetch the file; the command waits until Tenable has made it.", administrator, "Download Exported Scan",
		inputs{"scan_id": scan, "file_id": export.File}, successful, new(any))
}

// waitFor asks for the status of the scan until it has completed.
func (d *demo) waitFor(scan int) error {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(time.Second) {
		var now struct{ Status string }
		if err := d.step("How far is it?", administrator, "Get Scan Status", inputs{"scan_id": scan}, successful, &now); err != nil {
			return err
		}
		if now.Status == "completed" {
			return nil
		}
	}
	return fmt.Errorf("scan %d has not completed", scan)
}

// respond looks at one host and puts agents into a group.
func (d *demo) respond() error {
	const host = "192.0.2.1"
	if err := d.step("What is known of one host?", administrator, "Get Vulnerabilities by Asset", inputs{"target": host}, successful, new(any)); err != nil {
		return err
	}
	var export struct {
		ExportUUID string `json:"export_uuid"`
	}
	if err := d.step("All of it, in bulk: start an export …", administrator, "Export Vulnerabilities",
		inputs{"Asset IP": host, "Assets Number": "50", "Include Unlicensed": "True"}, successful, &export); err != nil {
		return err
	}
	if err := d.step("… and fetch its report, four fields of each finding.", administrator, "Get Vulnerabilities Export Report",
		inputs{"export_uuid": export.ExportUUID, "export_fields": "asset.ipv4,plugin.id,plugin.name,severity"}, successful, new(any)); err != nil {
		return err
	}
	var groups struct{ Results []struct{ ID int } }
	if err := d.step("Which groups of agents are there?", administrator, "List Agent Groups", inputs{}, successful, &groups); err != nil {
		return err
	}
	var all struct{ Agents []struct{ Name string } }
	if err := d.step("Which agents run on Windows?", administrator, "List Agents", inputs{"platform": "WINDOWS"}, successful, &all); err != nil {
		return err
	}
	group, agent := groups.Results[len(groups.Results)-1].ID, all.Agents[0].Name
	return d.step("Put one of them, and one that nobody knows, into a group: what worked is done, what did not is named.", administrator, "Add Agents to Groups",
		inputs{"Group IDs": []int{group}, "Agent Names": []string{agent, "nobody.example.com"}}, partly, new(any))
}
