package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tenableio/integrations/soarca/fin"
)

// report is what SOARCA tells of a run.
type report struct {
	Status string
	Text   string `json:"status_text"`
	Steps  map[string]struct {
		Name      string
		Status    string
		Started   time.Time
		Variables map[string]struct{ Value string }
	} `json:"step_results"`
}

// playbook is what is needed of one here.
type playbook struct {
	Workflow map[string]struct {
		Type     string
		Commands []struct{ Command string }
	}
}

// play runs a playbook to its end and checks that each of its commands was Successful,
// or refused with the message that its step is called by.
func (s *stack) play(ctx context.Context, name string, text []byte) error {
	var book playbook
	if err := json.Unmarshal(text, &book); err != nil {
		return err
	}
	answer, err := s.request(ctx, "POST", "/trigger/playbook", text)
	if err != nil {
		return err
	}
	var execution struct {
		ID string `json:"execution_id"`
	}
	if err := json.Unmarshal(answer, &execution); err != nil {
		return err
	}
	var ran report
	for began := time.Now(); ran.Status == "" || ran.Status == "ongoing"; time.Sleep(200 * time.Millisecond) {
		answer, err := s.request(ctx, "GET", "/reporter/"+execution.ID, nil) // which comes a little later than the answer
		if err == nil {
			err = json.Unmarshal(answer, &ran)
		}
		if ctx.Err() != nil || time.Since(began) > patience {
			return fmt.Errorf("the run does not end: %w", errors.Join(err, ctx.Err()))
		}
	}
	if ran.Status != "successfully_executed" {
		return fmt.Errorf("%s: %s", ran.Status, ran.Text)
	}
	commands := 0
	for _, id := range slices.Sorted(maps.Keys(ran.Steps)) {
		step := ran.Steps[id]
		if book.Workflow[id].Type != "action" {
			continue
		}
		commands++
		became := step.Variables["__return_data__"].Value
		if step.Variables["__status_code__"].Value == "202" { // not ready; the playbook asks again
			became = "Successful"
		}
		message := step.Variables["__message__"].Value
		expected, refused := strings.CutPrefix(step.Name, "refused: ")
		if refused && (became != "Failed" || !strings.Contains(message, expected)) || !refused && became != "Successful" {
			return fmt.Errorf("the step %q is %s: %s", step.Name, became, message)
		}
	}
	fmt.Fprintf(os.Stdout, "soarca: %s: %d commands\n", name, commands)
	return nil
}

// values is a playbook whose steps give a command all that must not become anything but
// the value of its input.
func values() []byte {
	const target = "net-address--6c1f9d1c-0a6e-4d0a-8a7e-2f1a34a0a001"
	agent := "soarca-fin--" + fin.UUID
	start := "start--" + uuid.NewString()
	end := "end--" + uuid.NewString()
	workflow := map[string]any{end: map[string]any{"type": "end"}}
	next := end
	add := func(name, command, value, next string) (id string) {
		id = "action--" + uuid.NewString()
		workflow[id] = map[string]any{
			"type": "action", "name": name, "agent": agent, "targets": []string{target}, "on_completion": next,
			"commands":       []any{map[string]any{"type": "soarca-fin", "command": command}},
			"step_variables": map[string]any{"__value__": map[string]any{"type": "string", "value": value}},
		}
		return id
	}
	const export = "export_vulnerabilities asset_ip=192.0.2.10 "
	for value, command := range map[string]string{ // a part of a list and of an object
		`a","b`:                  `query_vulnerability_details host_names_or_ips='["__value__:value"]'`,
		`critical"],"state":["f`: export + `filters_object='{"severity":["__value__:value"]}'`,
	} {
		next = add(fmt.Sprintf("refused: Value 1 of the list, \"%s\"", value), command, value, next)
	}
	for _, value := range []string{
		"32 run_uuid=1", `3"2`, `"`, "it's", "--timeout=1", "-", "@/etc/hostname", `a\`,
		"3\n2", "__other__:value", "__other__", "x --no-wait", "=", "scan_id=32",
	} {
		given := `refused: Given: "` + strings.ReplaceAll(value, "\n", `\n`) + `"`
		next = add(given, "get_scan_status scan_id=__value__:value --no-wait", value, next)
	}
	workflow[start] = map[string]any{"type": "start", "on_completion": next}
	text, _ := json.Marshal(map[string]any{ // texts alone
		"type": "playbook", "spec_version": "cacao-2.0", "name": "Values",
		"id": "playbook--" + uuid.NewString(), "created_by": "identity--" + uuid.NewString(),
		"created": time.Now().UTC(), "modified": time.Now().UTC(), "workflow_start": start, "workflow": workflow,
		"playbook_variables": map[string]any{"__other__": map[string]any{"type": "string", "value": "32"}},
		"agent_definitions":  map[string]any{agent: map[string]any{"type": "soarca-fin", "name": fin.Agent}},
		"target_definitions": map[string]any{target: map[string]any{
			"type": "net-address", "name": "Tenable.io", "address": map[string]any{"dname": []string{"example.com"}},
		}},
	})
	return text
}
