// Fleet-demo shows a fleet at work: a Temporal server, a sandbox and two workers check
// and export fifty tenants; a worker is killed in the middle, and nothing is lost.
//
// usage: fleet-demo BINARIES; `make fleet-demo` builds what is in there.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"go.temporal.io/sdk/client"

	"tenableio/integrations/temporal/fleet"
)

const (
	manyTenants = 50
	taskQueue   = "fleet"
	limit       = 5 * time.Minute
)

// scans are the scans of the sandbox that are launched, each by a tenant of its own.
var scans = []int{21, 23, 24}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: fleet-demo BINARIES")
		os.Exit(2)
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	err := play(ctx, fleet.Binaries{Dir: os.Args[1]}, os.Stdout)
	cancel()
	if err != nil {
		fmt.Fprintln(os.Stderr, "fleet-demo:", err)
		os.Exit(1)
	}
}

// demo is the fleet.
type demo struct {
	out     io.Writer
	began   time.Time
	folder  string
	client  client.Client
	proxy   *fleet.Proxy
	workers []*fleet.Worker
	runs    []started
}

// started is a workflow that was started.
type started struct {
	client.WorkflowRun
	kind, tenant string
}

func (d *demo) say(format string, arguments ...any) {
	fmt.Fprintf(d.out, "%5.1fs  "+format+"\n", append([]any{time.Since(d.began).Seconds()}, arguments...)...)
}

// play runs the demonstration. What it starts ends with it.
func play(ctx context.Context, binaries fleet.Binaries, out io.Writer) (err error) {
	d := &demo{out: out, began: time.Now()}
	if d.folder, err = os.MkdirTemp("", "tenableio-fleet-"); err != nil {
		return err
	}
	defer os.RemoveAll(d.folder)
	server, err := binaries.StartServer()
	if err != nil {
		return err
	}
	defer server.Stop()
	sandbox, err := binaries.StartSandbox("--scans", "12")
	if err != nil {
		return err
	}
	defer sandbox.Stop()
	if d.proxy, err = fleet.StartProxy(sandbox); err != nil {
		return err
	}
	defer d.proxy.Close()
	if d.client, err = server.Client(ctx); err != nil {
		return err
	}
	defer d.client.Close()
	if err := d.connect(sandbox.Connections[0]); err != nil {
		return err
	}
	for range 2 {
		worker, err := binaries.StartWorker(fleet.WorkerFlags{
			Server: server, TaskQueue: taskQueue, Connections: d.path("connections"), OutputDir: d.path("files"),
		})
		if err != nil {
			return err
		}
		defer worker.Stop()
		d.workers = append(d.workers, worker)
	}
	d.say("Started a Temporal server, a sandbox in the place of Tenable, a proxy that counts its calls,")
	d.say("and two workers: processes %d and %d.", d.workers[0].PID(), d.workers[1].PID())
	return d.acts(ctx)
}

func (d *demo) path(name string) string { return filepath.Join(d.folder, name) }

// connect writes a connection for each tenant. All have the sandbox's keys, and a
// Server URL of their own, by which the proxy tells them apart.
func (d *demo) connect(connection fleet.Connection) error {
	if err := os.Mkdir(d.path("connections"), 0o700); err != nil {
		return err
	}
	for n := range manyTenants {
		connection.ServerURL = d.proxy.URL(tenant(n))
		if err := fleet.WriteConnection(d.path("connections"), tenant(n), connection); err != nil {
			return err
		}
	}
	return nil
}

func tenant(n int) string { return fmt.Sprintf("tenant-%02d", n+1) }

// start starts a workflow of a tenant.
func (d *demo) start(ctx context.Context, kind, tenant string, inputs map[string]any) error {
	inputs["tenant"] = tenant
	options := client.StartWorkflowOptions{ID: kind + "-" + tenant, TaskQueue: taskQueue}
	run, err := d.client.ExecuteWorkflow(ctx, options, kind, inputs)
	d.runs = append(d.runs, started{run, kind, tenant})
	return err
}
