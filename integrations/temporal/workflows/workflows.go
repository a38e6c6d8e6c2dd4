// Package workflows chains the plugin's commands: what runs after what, what is tried
// again, and what is looked at before anything is done twice. Waiting, repeating and
// remembering are Temporal's.
package workflows

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"tenableio/integrations/child"
	"tenableio/integrations/temporal/activities"
	"tenableio/integrations/temporal/envelope"
	"tenableio/integrations/temporal/tenants"
)

// Workflows are the four workflows. The commands only choose options of activities,
// which a replay does not compare: a new version of the plugin breaks no history.
type Workflows struct {
	Commands child.Manifest
}

// Register registers the workflows under their names.
func (w Workflows) Register(with worker.WorkflowRegistry) {
	for name, run := range map[string]any{
		"RunCommand":     w.RunCommand,
		"HealthCheck":    w.HealthCheck,
		"ScanAndReport":  w.ScanAndReport,
		"ExportFindings": w.ExportFindings,
	} {
		with.RegisterWorkflowWithOptions(run, workflow.RegisterOptions{Name: name})
	}
}

// RunCommand runs any command. Its result is the envelope without its large parts.
func (w Workflows) RunCommand(ctx workflow.Context, input json.RawMessage) (*envelope.Result, error) {
	var step activities.Step
	if err := decode("RunCommand", input, &step, &step.Tenant); err != nil {
		return nil, err
	}
	if step.Command == "" {
		message := `The member "command" is required: the name of one of the plugin's commands.`
		return nil, activities.Refused("RunCommand", 400, "input", message, "")
	}
	if w.Commands.Find(step.Command).Key == launchScan {
		return w.launch(ctx, step)
	}
	result, err := w.run(ctx, step, usual)
	return result, plain(ctx, err)
}

// HealthCheck is Test Connection.
func (w Workflows) HealthCheck(ctx workflow.Context, input json.RawMessage) (*envelope.Result, error) {
	step := activities.Step{Command: "test_connection"}
	var asked struct {
		Tenant string `json:"tenant"`
	}
	if err := decode("HealthCheck", input, &asked, &asked.Tenant); err != nil {
		return nil, err
	}
	step.Tenant = asked.Tenant
	result, err := w.run(ctx, step, prompt)
	return result, plain(ctx, err)
}

// decode reads the one input of a workflow. A member that is not known is refused: it
// would be left out in silence.
func decode(name string, input json.RawMessage, into any, tenant *string) error {
	decoder := json.NewDecoder(bytes.NewReader(input))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		why := strings.TrimPrefix(err.Error(), "json: ")
		message := fmt.Sprintf("The input of the workflow %s cannot be read: %s.", name, why)
		return activities.Refused(name, 400, "input", message, "")
	}
	if err := tenants.CheckName(*tenant); err != nil {
		return activities.Refused(name, 400, "input", err.Error(), "")
	}
	return nil
}

// inputs makes the inputs of a command. What the workflow was not given is left out.
func inputs(named map[string]json.RawMessage) json.RawMessage {
	for name, value := range named {
		if len(value) == 0 {
			delete(named, name)
		}
	}
	text, _ := json.Marshal(named) // it was JSON before
	return text
}

// plain turns the failure of an activity into the workflow's own: its message in
// front, the error object in its details, and nothing of Temporal's around it. It is final,
// whatever retry policy the workflow was started with: another run would begin with its first
// step, and launch again what was launched.
func plain(ctx workflow.Context, err error) error {
	if err == nil || temporal.IsCanceledError(err) || ctx.Err() != nil {
		return err
	}
	failure, ok := failureOf(err)
	if !ok {
		return temporal.NewNonRetryableApplicationError(err.Error(), "internal", err)
	}
	options := temporal.ApplicationErrorOptions{NonRetryable: true}
	if details := activities.Details(failure); details != nil {
		options.Details = []any{details}
	}
	return temporal.NewApplicationErrorWithOptions(failure.Message(), failure.Type(), options)
}

// failureOf is the failure that the activity, or the workflow itself, told.
func failureOf(err error) (*temporal.ApplicationError, bool) {
	return errors.AsType[*temporal.ApplicationError](err)
}
