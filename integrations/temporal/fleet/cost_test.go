package fleet

import (
	"context"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
)

// usage is what a process has used: CPU time of its own and of the children that it
// has waited for, and the most memory that it ever had.
type usage struct {
	own, children time.Duration
	peakMiB       float64
}

// usageOf reads the usage of a process from /proc.
func usageOf(b *testing.B, pid int) usage {
	b.Helper()
	folder := "/proc/" + strconv.Itoa(pid)
	stat, err := os.ReadFile(folder + "/stat")
	if err != nil {
		b.Skip("not run: there is no /proc")
	}
	_, after, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(after)
	ticks := func(i int) time.Duration {
		n, _ := strconv.Atoi(fields[i])
		return time.Duration(n) * 10 * time.Millisecond
	}
	u := usage{own: ticks(11) + ticks(12), children: ticks(13) + ticks(14)}
	status, _ := os.ReadFile(folder + "/status")
	_, peak, _ := strings.Cut(string(status), "VmHWM:")
	kib, _ := strconv.Atoi(strings.Fields(peak)[0])
	u.peakMiB = float64(kib) / 1024
	return u
}

// BenchmarkFleet measures what docs/scale.md says: the cost of one workflow, with the
// server in memory and the sandbox on loopback.
//
//	TENABLEIO_BIN=… go test -trimpath -run '^$' -bench Fleet -benchtime 500x ./fleet
func BenchmarkFleet(b *testing.B) {
	for workflow, input := range map[string]object{
		"HealthCheck":    {},
		"ExportFindings": {"asset_ip": "192.0.2.1"},
	} {
		b.Run(workflow, func(b *testing.B) { measure(b, workflow, input) })
	}
}

func measure(b *testing.B, workflow string, input object) {
	connections := b.TempDir()
	sandbox, err := built.StartSandbox()
	if err != nil {
		b.Fatal(err)
	}
	defer sandbox.Stop()
	connection := sandbox.Connections[0]
	connection.ServerURL = sandbox.ServerURL
	if err := WriteConnection(connections, "acme", connection); err != nil {
		b.Fatal(err)
	}
	queue := "cost-" + workflow + strconv.Itoa(b.N)
	worker, err := built.StartWorker(WorkerFlags{Server: server, TaskQueue: queue, Connections: connections, OutputDir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer worker.Stop()
	input["tenant"] = "acme"
	serverBefore, workerBefore := usageOf(b, server.PID()), usageOf(b, worker.PID())
	var runs sync.WaitGroup
	var last client.WorkflowRun
	places := make(chan struct{}, 64)
	for b.Loop() {
		run, err := shared.ExecuteWorkflow(context.Background(), client.StartWorkflowOptions{TaskQueue: queue}, workflow, input)
		if err != nil {
			b.Fatal(err)
		}
		last = run
		places <- struct{}{}
		runs.Go(func() {
			defer func() { <-places }()
			if err := run.Get(context.Background(), nil); err != nil {
				b.Error(err)
			}
		})
	}
	runs.Wait()
	serverAfter, workerAfter := usageOf(b, server.PID()), usageOf(b, worker.PID())
	each := func(spent time.Duration) float64 { return float64(spent.Milliseconds()) / float64(b.N) }
	b.ReportMetric(each(workerAfter.children-workerBefore.children), "plugin-ms/op")
	b.ReportMetric(each(workerAfter.own-workerBefore.own), "worker-ms/op")
	b.ReportMetric(each(serverAfter.own-serverBefore.own), "server-ms/op")
	b.ReportMetric(workerAfter.peakMiB, "worker-MiB")
	b.ReportMetric(serverAfter.peakMiB, "server-MiB")
	described, err := shared.DescribeWorkflowExecution(context.Background(), last.GetID(), last.GetRunID())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(described.GetWorkflowExecutionInfo().GetHistoryLength()), "events/op")
	b.ReportMetric(float64(described.GetWorkflowExecutionInfo().GetHistorySizeBytes())/1024, "history-KiB/op")
}
