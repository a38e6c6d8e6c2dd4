// Tenableio-worker takes workflows and their steps from a task queue of Temporal and
// runs each step with the plugin's binary. README.md says what it needs.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	"tenableio/integrations/child"
	"tenableio/integrations/temporal/activities"
	"tenableio/integrations/temporal/plugin"
	"tenableio/integrations/temporal/tenants"
	"tenableio/integrations/temporal/workflows"
)

// grace is the time that a run which changes something has left when the worker is
// told to stop. Give the worker a few seconds more before it is killed.
const grace = 25 * time.Second

// arrival is how long Temporal may take to be there: it is often started at the same time.
const arrival = 30 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errMisused):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "tenableio-worker:", err)
		os.Exit(1)
	}
}

// run starts the worker, says on stdout that it is ready, and works until ctx is done.
func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	s, err := parse(arguments, stderr)
	if err != nil {
		return err
	}
	logger := log.NewStructuredLogger(slog.New(slog.NewJSONHandler(stderr, &slog.HandlerOptions{Level: s.level})))
	doing, commands, err := s.prepare(ctx)
	if err != nil {
		return err
	}
	temporal, err := s.dial(ctx, logger)
	if err != nil {
		if ctx.Err() != nil { // it was told to stop
			return nil
		}
		return err
	}
	defer temporal.Close()
	if err := s.limitTenants(ctx, temporal); err != nil {
		return err
	}
	fatal := make(chan error, 1)
	options := s.options()
	options.OnFatalError = func(err error) { fatal <- err }
	w := worker.New(temporal, s.taskQueue, options)
	workflows.Workflows{Commands: commands}.Register(w)
	doing.Register(w)
	if err := w.Start(); err != nil {
		return err
	}
	defer w.Stop()
	ready := map[string]any{
		"ready": true, "namespace": s.namespace, "task_queue": s.taskQueue, "commands": len(commands.Commands),
	}
	if err := json.NewEncoder(stdout).Encode(ready); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return nil
	case err := <-fatal:
		return err
	}
}

// prepare checks all that the worker needs on its machine before it takes any work.
func (s settings) prepare(ctx context.Context) (*activities.Activities, child.Manifest, error) {
	path, err := exec.LookPath(s.binary)
	if err != nil {
		return nil, child.Manifest{}, fmt.Errorf("--binary: %w", err)
	}
	outputDir, err := filepath.Abs(s.outputDir)
	if err != nil {
		return nil, child.Manifest{}, fmt.Errorf("--output-dir: %w", err)
	}
	if err := os.MkdirAll(outputDir, 0o700); err != nil {
		return nil, child.Manifest{}, fmt.Errorf("--output-dir: %w", err)
	}
	connections, err := tenants.Open(s.connections)
	if err != nil {
		return nil, child.Manifest{}, fmt.Errorf("--connections: %w", err)
	}
	binary := plugin.Plugin{Path: path, Grace: s.grace}
	commands, err := child.Describe(ctx, path)
	if err != nil {
		return nil, child.Manifest{}, fmt.Errorf("--binary: %w", err)
	}
	doing := &activities.Activities{
		Plugin: binary, Commands: commands, Tenants: connections, OutputDir: outputDir, Grace: grace,
	}
	return doing, commands, nil
}

// dial connects to Temporal. TLS, an API key and the like come from the environment
// variables of Temporal's own tools (TEMPORAL_TLS…, TEMPORAL_API_KEY, TEMPORAL_PROFILE).
func (s settings) dial(ctx context.Context, logger log.Logger) (client.Client, error) {
	options, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return nil, err
	}
	options.HostPort = s.address
	options.Namespace = s.namespace
	options.Logger = logger
	for began := time.Now(); ; {
		temporal, err := client.DialContext(ctx, options)
		_, away := errors.AsType[*serviceerror.Unavailable](err)
		if !away || time.Since(began) > arrival {
			return temporal, err
		}
		logger.Warn("Temporal cannot be reached; the worker tries on", "error", err)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// options are the worker's options.
func (s settings) options() worker.Options {
	return worker.Options{
		MaxConcurrentActivityExecutionSize: s.concurrency,
		// Eager activities go from the workflow to its worker without the server's limits
		// for each tenant.
		DisableEagerActivities: true,
		WorkerStopTimeout:      grace + 5*time.Second, // to tell what came of a run
		// The answer to a heartbeat tells of a cancellation.
		MaxHeartbeatThrottleInterval: s.heartbeat,
		// A busy machine is no deadlock.
		DeadlockDetectionTimeout: 5 * time.Second,
	}
}
