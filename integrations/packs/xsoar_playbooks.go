package packs

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
)

// playbook is a chain of tasks. Where a condition does not hold, its last task ends it with an error.
type playbook struct {
	ID      string                  `yaml:"id"`
	Version int                     `yaml:"version"`
	Name    string                  `yaml:"name"`
	About   string                  `yaml:"description"`
	From    string                  `yaml:"fromversion"`
	Start   string                  `yaml:"starttaskid"`
	Tasks   map[string]playbookTask `yaml:"tasks"`
	View    string                  `yaml:"view"`
	Inputs  []playbookInput         `yaml:"inputs"`
	Outputs []xsoarOutput           `yaml:"outputs"`
	Tests   []string                `yaml:"tests,omitempty"`
}

type playbookInput struct {
	Key      string            `yaml:"key"`
	Value    map[string]string `yaml:"value"`
	Required bool              `yaml:"required"`
	About    string            `yaml:"description"`
}

type playbookTask struct {
	ID         string                       `yaml:"id"`
	TaskID     string                       `yaml:"taskid"`
	Type       string                       `yaml:"type"`
	Task       playbookStep                 `yaml:"task"`
	Next       map[string][]string          `yaml:"nexttasks,omitempty"`
	Arguments  map[string]map[string]string `yaml:"scriptarguments,omitempty"`
	Conditions []playbookCondition          `yaml:"conditions,omitempty"`
	Separate   bool                         `yaml:"separatecontext"`
	View       string                       `yaml:"view"`
}

type playbookStep struct {
	ID       string `yaml:"id"`
	Version  int    `yaml:"version"`
	Name     string `yaml:"name"`
	About    string `yaml:"description"`
	Playbook string `yaml:"playbookName,omitempty"`
	Script   string `yaml:"script,omitempty"`
	Builtin  string `yaml:"scriptName,omitempty"`
	Type     string `yaml:"type"`
	Command  bool   `yaml:"iscommand"`
	Brand    string `yaml:"brand"`
}

// playbookCondition is a branch that is taken where its operations hold.
type playbookCondition struct {
	Label     string                `yaml:"label"`
	Condition [][]playbookOperation `yaml:"condition"`
}

type playbookOperation struct {
	Operator string         `yaml:"operator"`
	Left     map[string]any `yaml:"left"`
	Right    map[string]any `yaml:"right,omitempty"`
}

// step is what a task does, with its arguments.
type step struct {
	task      playbookStep
	arguments map[string]string
	condition []playbookOperation
}

// run is the step that runs a command of the plugin.
func run(c Command, arguments map[string]string) step {
	name := xsoarName(c)
	task := playbookStep{Name: c.Title, About: c.Description, Script: "TenableIO|||" + name, Type: "regular"}
	task.Command = true
	return step{task: task, arguments: arguments}
}

// must is the step that ends the playbook where the context has no such value.
func must(path string) step {
	task := playbookStep{Name: "Is there " + path + "?", About: "The playbook fails without.", Type: "condition"}
	return step{task: task, condition: []playbookOperation{{Operator: "isNotEmpty", Left: ofContext(path)}}}
}

// equals is the step that ends the playbook where a value of the context is another one.
func equals(path, value string) step {
	task := playbookStep{Name: "Is it " + value + "?", About: "The playbook fails where it is not.", Type: "condition"}
	right := map[string]any{"value": map[string]string{"simple": value}}
	return step{task: task, condition: []playbookOperation{{"isEqualString", ofContext(path), right}}}
}

func ofContext(path string) map[string]any {
	return map[string]any{"value": map[string]string{"simple": path}, "iscontext": true}
}

// chain makes a playbook of steps, one after the other.
func chain(name, about string, steps ...step) playbook {
	start := step{task: playbookStep{Type: "start"}}
	p := playbook{
		ID: name, Version: -1, Name: name, About: about, From: xsoarVersion, Start: "0", Tasks: map[string]playbookTask{},
		View:   `{"linkLabelsPosition": {}, "paper": {"dimensions": {"height": 1200, "width": 380, "x": 50, "y": 50}}}`,
		Inputs: []playbookInput{}, Outputs: []xsoarOutput{},
	}
	failed := step{
		task: playbookStep{
			Name: "Fail", About: "Ends the playbook with an error.", Builtin: "PrintErrorEntry", Type: "regular",
		},
		arguments: map[string]string{"message": name + ": a condition does not hold. The task before shows which."},
	}
	end := strconv.Itoa(len(steps) + 1)
	for i, s := range slices.Concat([]step{start}, steps, []step{failed}) {
		id := uuid(fmt.Sprintf("%s %d", name, i))
		s.task.ID, s.task.Version = id, -1
		task := playbookTask{
			ID: strconv.Itoa(i), TaskID: id, Type: s.task.Type, Task: s.task, Separate: s.task.Playbook != "",
			View: fmt.Sprintf(`{"position": {"x": 50, "y": %d}}`, 50+150*i),
		}
		for key, value := range s.arguments {
			if task.Arguments == nil {
				task.Arguments = map[string]map[string]string{}
			}
			task.Arguments[key] = map[string]string{"simple": value}
		}
		if i < len(steps) {
			task.Next = map[string][]string{"#none#": {strconv.Itoa(i + 1)}}
		}
		if s.condition != nil {
			task.Next = map[string][]string{"#default#": {end}, "yes": task.Next["#none#"]}
			task.Conditions = []playbookCondition{{"yes", [][]playbookOperation{s.condition}}}
		}
		p.Tasks[task.ID] = task
	}
	return p
}

// uuid makes an ID of a name, the same each time.
func uuid(name string) string {
	sum := sha256.Sum256([]byte("tenableio " + name))
	sum[6] = sum[6]&0x0f | 0x50
	sum[8] = sum[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// scanAndReport launches a scan, waits for its end, and fetches a report of that run.
func scanAndReport(p Plugin) playbook {
	launch, status := p.command("launch_scan"), p.command("get_scan_status")
	export, download := p.command("export_scan"), p.command("download_exported_scan")
	scan := "${inputs.scan_id}"
	launched := contextOf(launch) + ".scan_uuid"
	poll := step{
		task: playbookStep{
			Name: "Wait for the end of the run", About: "Asks for the status of the run until it is at rest.",
			Playbook: "GenericPolling", Type: "playbook",
		},
		arguments: map[string]string{
			"Ids": "${" + launched + "}", "PollingCommandName": xsoarName(status), "PollingCommandArgName": "run_uuid",
			"AdditionalPollingCommandArgNames": "scan_id", "AdditionalPollingCommandArgValues": scan,
			"Interval": "${inputs.interval_minutes}", "Timeout": "${inputs.timeout_minutes}",
			"dt": contextOf(status) + "(val.active == true).scan_uuid",
		},
	}
	list := chain("TenableIO - Scan And Report",
		"Launches a scan, waits for its end, and puts a report of that run into the war room.",
		run(launch, map[string]string{"scan_id": scan, "targets": "${inputs.targets}"}),
		poll,
		equals(contextOf(status)+".status", "completed"), // the wait may have ended before the run
		run(export, map[string]string{
			"scan_id": scan, "history_id": "${" + launched + "}", "report_format": "${inputs.report_format}",
			"chapters": "${inputs.chapters}",
		}),
		run(download, map[string]string{"scan_id": scan, "file_id": "${" + contextOf(export) + ".file_id}"}),
	)
	list.Tests = []string{"TenableIO - Test"}
	list.Inputs = []playbookInput{
		newPlaybookInput(launch.input("scan_id"), ""), newPlaybookInput(launch.input("targets"), ""),
		newPlaybookInput(export.input("report_format"), "CSV"), newPlaybookInput(export.input("chapters"), ""),
		newPlaybookInput(Input{Key: "interval_minutes", Description: "The minutes between two looks at the run."}, "1"),
		newPlaybookInput(Input{Key: "timeout_minutes", Description: "The minutes after which the wait ends."}, "240"),
	}
	for _, v := range download.records() {
		list.Outputs = append(list.Outputs, xsoarOutput{contextOf(download) + "." + v.Key, v.Description, xsoarType(v)})
	}
	return list
}

func newPlaybookInput(input Input, value string) playbookInput {
	simple := map[string]string{}
	if value != "" {
		simple["simple"] = value
	}
	return playbookInput{Key: input.Key, Value: simple, Required: input.Required, About: input.Description}
}

// testPlaybook runs each command that reads and needs no input, and looks whether its records arrive.
func testPlaybook(p Plugin) playbook {
	empty := playbookStep{
		Name: "Delete the context", About: "Begins with an empty context.", Builtin: "DeleteContext", Type: "regular",
	}
	steps := []step{{task: empty, arguments: map[string]string{"all": "yes"}}}
	for _, c := range p.actions() {
		if c.ReadOnly && !c.needsInput() {
			steps = append(steps, run(c, nil), must(contextOf(c)+"."+c.Outputs.PrimaryKey[0]))
		}
	}
	steps = append(steps, step{task: playbookStep{Name: "All of them answer", Type: "title"}})
	const about = "Runs the commands that read and need no input, against the account of the instance."
	return chain("TenableIO - Test", about, steps...)
}
