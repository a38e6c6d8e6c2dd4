package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"

	"tenableio/integrations/temporal/activities"
	"tenableio/integrations/temporal/fleet"
)

// tally is what the histories say of the steps.
type tally struct {
	steps    int
	repeated map[string]int // steps that needed another attempt, by command
	lost     []string       // steps that were lost while they changed something
	looks    int            // Get Scan History after such a step
}

// account tells what was repeated and what was not. What it finds amiss is an error.
func (d *demo) account(ctx context.Context) error {
	t := tally{repeated: map[string]int{}}
	for _, run := range d.runs {
		const all = enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT
		events := d.client.GetWorkflowHistory(ctx, run.GetID(), run.GetRunID(), false, all)
		commands := map[int64]string{}
		lost := false
		for events.HasNext() {
			event, err := events.Next()
			if err != nil {
				return err
			}
			lost = t.count(event, commands, lost)
		}
	}
	d.say("%d steps ran. Repeated by the other worker, because they only read:", t.steps)
	for _, command := range slices.Sorted(maps.Keys(t.repeated)) {
		d.say("  %s: %d", command, t.repeated[command])
	}
	launches := d.proxy.Count(fleet.Call{Method: http.MethodPost, Last: "launch"})
	launched := 0
	for _, command := range t.lost {
		if command == "launch_scan" {
			launched++
		} else { // of exports the workflow makes one more step
			d.say("Lost, and asked for again by the workflow, as its hint says: %s.", command)
		}
	}
	d.say("Lost and not repeated: launch_scan. Its outcome was unknown: the workflow looked")
	d.say("(Get Scan History), found the run, and went on with it.")
	d.say("%d launches of %d scans reached Tenable.", launches, len(scans))
	if launches != len(scans) || launched == 0 || t.looks == 0 {
		return fmt.Errorf("%d launches of %d scans, lost %v", launches, len(scans), t.lost)
	}
	d.say("Nothing was lost, and no scan was launched twice.")
	return nil
}

// count counts an event of a history; lost tells whether a step was lost before it.
func (t *tally) count(event *history.HistoryEvent, commands map[int64]string, lost bool) bool {
	switch {
	case event.GetActivityTaskScheduledEventAttributes() != nil:
		var step activities.Step
		input := event.GetActivityTaskScheduledEventAttributes().GetInput().GetPayloads()
		_ = json.Unmarshal(input[0].GetData(), &step) // the worker wrote it
		commands[event.GetEventId()] = step.Command
		t.steps++
		if lost && step.Command == "get_scan_history" {
			t.looks++
			return false
		}
	case event.GetActivityTaskStartedEventAttributes() != nil:
		started := event.GetActivityTaskStartedEventAttributes()
		if command := commands[started.GetScheduledEventId()]; started.GetAttempt() > 1 && command != "get_scan_history" {
			t.repeated[command]++
		}
	case event.GetActivityTaskTimedOutEventAttributes() != nil:
		t.lost = append(t.lost, commands[event.GetActivityTaskTimedOutEventAttributes().GetScheduledEventId()])
		return true
	}
	return lost
}
