// Package activities is what a worker does for one step of a workflow: it starts the
// plugin, tells Temporal how far it is, and turns the envelope into what Temporal does
// next. The envelope decides; nothing here knows an endpoint or a status code.
package activities

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"tenableio/integrations/child"
	"tenableio/integrations/temporal/envelope"
	"tenableio/integrations/temporal/plugin"
	"tenableio/integrations/temporal/tenants"
)

// The names of the activities.
const (
	RunName   = "Run"
	AwaitName = "AwaitScan"
	CheckName = "CheckInputs"
)

// Step is one command for one tenant. It stands in the history: it holds no key.
type Step struct {
	Tenant  string          `json:"tenant"`
	Command string          `json:"command"`
	Inputs  json.RawMessage `json:"inputs,omitempty"`
	Options json.RawMessage `json:"options,omitempty"`
	// FilesAlone leaves records and key fields out of the result: they are in the file.
	FilesAlone bool `json:"files_alone,omitempty"`
}

// Runner is the plugin as a process.
type Runner interface {
	Run(ctx context.Context, request envelope.Request, listener plugin.Listener) (*plugin.Answer, error)
	Validate(ctx context.Context, request envelope.Request) (*child.Refusal, error)
}

// Activities is what a worker has.
type Activities struct {
	Plugin    Runner
	Commands  child.Manifest
	Tenants   tenants.Folder
	OutputDir string // holds one folder of files for each tenant
	// Grace is what a run that changes something has left when the worker stops. The worker
	// must go on for some seconds more, to tell what came of it.
	Grace time.Duration
}

// registry is what activities are registered with: a worker, or a test.
type registry interface {
	RegisterActivityWithOptions(function any, options activity.RegisterOptions)
}

// Register registers the activities under their names.
func (a *Activities) Register(with registry) {
	with.RegisterActivityWithOptions(a.Run, activity.RegisterOptions{Name: RunName})
	with.RegisterActivityWithOptions(a.AwaitScan, activity.RegisterOptions{Name: AwaitName})
	with.RegisterActivityWithOptions(a.CheckInputs, activity.RegisterOptions{Name: CheckName})
}

// heartbeatEvery is how often a run says that it is alive. The worker's options may
// send fewer of them to the server.
const heartbeatEvery = 500 * time.Millisecond

// Run runs one command to its end.
func (a *Activities) Run(ctx context.Context, step Step) (envelope.Result, error) {
	command := a.Commands.Find(step.Command)
	request, err := a.request(step)
	if err != nil {
		return envelope.Result{}, refusal(command, err)
	}
	log := activity.GetLogger(ctx)
	if workerStops(ctx) { // nothing is begun that may not end well
		return envelope.Result{}, stopped(temporal.ApplicationErrorOptions{NextRetryDelay: atOnce})
	}
	running, stop := a.whileWanted(ctx, command)
	defer stop()
	alive := beat(context.WithoutCancel(ctx)) // heartbeats go on after one was lost
	answer, err := a.Plugin.Run(running, request, plugin.Listener{
		Progress: alive.progress,
		Log:      func(line json.RawMessage) { log.Debug("plugin", "line", line) },
	})
	alive.stop()
	if err != nil {
		log.Error("no result", "tenant", step.Tenant, "command", step.Command, "error", err)
		return envelope.Result{}, lost(ctx, command, err)
	}
	defer answer.Close() //nolint:errcheck // what was read was read
	result := answer.Result
	if step.FilesAlone {
		return result.FilesAlone(), verdict(ctx, result)
	}
	if answer.Cut {
		result.Warnings = append(result.Warnings, a.keepWhole(step, command, answer))
	}
	return result, verdict(ctx, result)
}

// CheckInputs fails where the plugin would refuse the step. Nothing is sent to Tenable.
func (a *Activities) CheckInputs(ctx context.Context, step Step) error {
	command := a.Commands.Find(step.Command)
	request, err := a.request(step)
	if err != nil {
		return refusal(command, err)
	}
	refused, err := a.Plugin.Validate(ctx, request)
	if err != nil {
		return lost(ctx, child.About{Title: command.Title, ReadOnly: true}, err)
	}
	if refused == nil {
		return nil
	}
	return Refused(command.Title, refused.StatusCode, "input", refused.Message, refused.Hint)
}

// request makes the plugin's request of a step: here the keys come in.
func (a *Activities) request(step Step) (envelope.Request, error) {
	connection, err := a.Tenants.Connection(step.Tenant)
	if err != nil {
		return envelope.Request{}, err
	}
	options, err := a.options(step)
	if err != nil {
		return envelope.Request{}, err
	}
	return envelope.Request{
		Version: envelope.Version, Connection: connection,
		Command: step.Command, Inputs: step.Inputs, Options: options,
	}, nil
}

// errOutputDir refuses a folder that a workflow names: workers have one.
var errOutputDir = errors.New("the option output_dir is the worker's own (its flag --output-dir); leave it out")

// options adds the tenant's folder to the options of a step.
func (a *Activities) options(step Step) (json.RawMessage, error) {
	options := map[string]json.RawMessage{}
	if len(step.Options) > 0 {
		if err := json.Unmarshal(step.Options, &options); err != nil {
			return nil, errors.New("the options must be a JSON object")
		}
	}
	for option := range options {
		if child.Plain(option) == child.Plain("output_dir") {
			return nil, errOutputDir
		}
	}
	folder, err := a.folder(step.Tenant)
	if err != nil {
		return nil, err
	}
	if options == nil { // "options": null
		options = map[string]json.RawMessage{}
	}
	if options["output_dir"], err = json.Marshal(folder); err != nil {
		return nil, err
	}
	return json.Marshal(options)
}

// folder is the tenant's folder of files, which nobody else may read.
func (a *Activities) folder(tenant string) (string, error) {
	folder := filepath.Join(a.OutputDir, tenant)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", &child.NotStartedError{Cause: err}
	}
	return folder, nil
}

// keepWhole writes an envelope that is too large for a history into the tenant's
// folder, and says where.
func (a *Activities) keepWhole(step Step, command child.About, answer *plugin.Answer) envelope.Warning {
	path, err := a.write(step.Tenant, "result-"+command.Key+"-*.json", answer.CopyTo)
	if err != nil {
		return envelope.Warning{Code: "whole_result_lost", Message: "The whole result could not be written: " + err.Error()}
	}
	return envelope.Warning{Code: "whole_result", Message: "The whole result is in " + path + "."}
}

// write writes a file into the tenant's folder under a new name.
func (a *Activities) write(tenant, pattern string, content func(io.Writer) error) (string, error) {
	file, err := os.CreateTemp(filepath.Join(a.OutputDir, tenant), pattern)
	if err != nil {
		return "", err
	}
	if err := errors.Join(content(file), file.Sync(), file.Close()); err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// whileWanted is the context of a run. The workflow's cancellation ends it. A run that only
// reads ends with the activity too, whatever ended it, and as soon as the worker stops: it is
// started again. One that changes something goes on when heartbeats are lost or someone pauses
// the activity, within its own time limit, because only its end tells the outcome; it has the
// grace when the worker stops. The SDK tells one reason alone: what was lost cannot be cancelled.
func (a *Activities) whileWanted(ctx context.Context, command child.About) (context.Context, func()) {
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended, stops := ctx.Done(), activity.GetWorkerStopChannel(ctx)
	var over <-chan time.Time // the end of the grace; nil: the worker goes on
	go func() {
		defer cancel()
		for {
			select {
			case <-ended:
				if command.ReadOnly || cancelled(ctx) {
					return
				}
				ended = nil
			case <-stops:
				if command.ReadOnly {
					return
				}
				stops, over = nil, time.After(a.Grace)
			case <-over:
				return
			case <-running.Done():
				return
			}
		}
	}()
	return running, cancel
}
