package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"time"

	enums "go.temporal.io/api/enums/v1"
	taskqueue "go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
)

// settings are the worker's flags.
type settings struct {
	address, namespace, taskQueue  string
	connections, outputDir, binary string
	concurrency                    int
	tenantRate                     float64
	heartbeat, grace               time.Duration
	level                          slog.Level
}

// errMisused is a wrong command line, which has been told on stderr.
var errMisused = errors.New("wrong command line")

// parse reads the flags.
func parse(arguments []string, stderr io.Writer) (settings, error) {
	s := settings{level: slog.LevelWarn}
	flags := flag.NewFlagSet("tenableio-worker", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.address, "address", "127.0.0.1:7233", "Temporal's frontend, `HOST:PORT`")
	flags.StringVar(&s.namespace, "namespace", "default", "Temporal's namespace, a `NAME`")
	flags.StringVar(&s.taskQueue, "task-queue", "tenableio", "the task queue to work on, a `NAME`")
	flags.StringVar(&s.connections, "connections", "", "the folder with TENANT.json for each tenant, a `DIR` (required)")
	flags.StringVar(&s.outputDir, "output-dir", "", "the folder for files, a `DIR` that all workers share (required)")
	flags.StringVar(&s.binary, "binary", "tenableio", "the plugin, a `PATH`")
	flags.IntVar(&s.concurrency, "concurrency", 32, "how many runs of the plugin at the same time")
	flags.Float64Var(&s.tenantRate, "tenant-rate", 0, "runs a second for each tenant, on the whole queue; 0: as it is")
	flags.DurationVar(&s.heartbeat, "heartbeat", time.Second, "how often a run tells Temporal that it goes on")
	flags.DurationVar(&s.grace, "grace", 5*time.Second, "how long a cancelled run may take to end")
	flags.TextVar(&s.level, "log-level", s.level, "debug, info, warn or error")
	if err := flags.Parse(arguments); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return s, err
		}
		return s, errMisused
	}
	for _, problem := range s.problems(flags.Args()) {
		fmt.Fprintf(stderr, "tenableio-worker: %s\n", problem)
		return s, errMisused
	}
	return s, nil
}

// problems are what is wrong with the flags.
func (s settings) problems(rest []string) []string {
	var all []string
	if len(rest) > 0 {
		all = append(all, fmt.Sprintf("%q is no flag", rest[0]))
	}
	if s.connections == "" || s.outputDir == "" {
		all = append(all, "--connections and --output-dir are required")
	}
	if s.concurrency < 1 || s.tenantRate < 0 || s.heartbeat <= 0 || s.grace <= 0 {
		all = append(all, "--concurrency, --heartbeat and --grace must be above 0, and --tenant-rate not below")
	}
	return all
}

// limitTenants tells the server how many activities a second it may hand out for each
// tenant, whose name is the fairness key.
func (s settings) limitTenants(ctx context.Context, temporal client.Client) error {
	if s.tenantRate == 0 {
		return nil
	}
	_, err := temporal.WorkflowService().UpdateTaskQueueConfig(ctx, &workflowservice.UpdateTaskQueueConfigRequest{
		Namespace:     s.namespace,
		TaskQueue:     s.taskQueue,
		TaskQueueType: enums.TASK_QUEUE_TYPE_ACTIVITY,
		UpdateFairnessKeyRateLimitDefault: &workflowservice.UpdateTaskQueueConfigRequest_RateLimitUpdate{
			RateLimit: &taskqueue.RateLimit{RequestsPerSecond: float32(s.tenantRate)},
			Reason:    "tenableio-worker --tenant-rate",
		},
	})
	if err != nil {
		return fmt.Errorf("--tenant-rate: %w", err)
	}
	return nil
}
