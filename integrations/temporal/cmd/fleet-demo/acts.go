package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"

	"tenableio/integrations/temporal/fleet"
	"tenableio/integrations/temporal/workflows"
)

// victim is the tenant during whose launch a worker is killed.
const victim = 0

// acts are what happens, in order.
func (d *demo) acts(ctx context.Context) error {
	launched := d.holdLaunch(tenant(victim))
	for n, scan := range scans {
		asked := map[string]any{"scan_id": scan, "report_format": "CSV"}
		if err := d.start(ctx, "ScanAndReport", tenant(n), asked); err != nil {
			return err
		}
	}
	for n := range manyTenants {
		if err := d.start(ctx, "HealthCheck", tenant(n), map[string]any{}); err != nil {
			return err
		}
		asked := map[string]any{"asset_ip": fmt.Sprintf("192.0.2.%d", n+1), "export_fields": "asset.ipv4,plugin.id,severity"}
		if err := d.start(ctx, "ExportFindings", tenant(n), asked); err != nil {
			return err
		}
	}
	d.say("%d workflows: for each of %d tenants a health check and an export of findings,", len(d.runs), manyTenants)
	d.say("and for %d of them a scan with its report.", len(scans))
	select {
	case <-launched:
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := d.kill(ctx, d.runs[victim]); err != nil {
		return err
	}
	if err := d.files(ctx); err != nil {
		return err
	}
	return d.account(ctx)
}

// holdLaunch lets the launch of a tenant reach the sandbox, and its answer never reach
// the worker. The channel is closed when that has happened.
func (d *demo) holdLaunch(tenant string) <-chan struct{} {
	launched := make(chan struct{})
	var once sync.Once
	d.proxy.Hook(func(call fleet.Call, _ http.ResponseWriter, r *http.Request, pass http.Handler) bool {
		if call.Tenant != tenant || call.Last != "launch" {
			return false
		}
		pass.ServeHTTP(httptest.NewRecorder(), r)
		once.Do(func() { close(launched) })
		<-r.Context().Done() // the process that called is gone
		return true
	})
	return launched
}

// kill kills the worker that runs a step of the workflow.
func (d *demo) kill(ctx context.Context, run started) error {
	described, err := d.client.DescribeWorkflowExecution(ctx, run.GetID(), run.GetRunID())
	if err != nil {
		return err
	}
	for _, pending := range described.GetPendingActivities() {
		for _, worker := range d.workers {
			if strings.HasPrefix(pending.GetLastWorkerIdentity(), strconv.Itoa(worker.PID())+"@") {
				worker.Kill()
				d.say("Process %d was killed (kill -9) while it launched a scan of %s:", worker.PID(), run.tenant)
				d.say("Tenable had launched it, and the answer was lost with the worker.")
				return nil
			}
		}
	}
	return errors.New("nobody runs the launch")
}

// files waits for every workflow, and holds every file to its SHA-256.
func (d *demo) files(ctx context.Context) error {
	files, bytes := 0, int64(0)
	for _, run := range d.runs {
		var report workflows.Report
		if err := run.Get(ctx, &report); err != nil {
			return fmt.Errorf("%s: %w", run.GetID(), err)
		}
		if run.kind == "HealthCheck" {
			continue
		}
		if err := whole(report); err != nil {
			return fmt.Errorf("%s: %w", run.GetID(), err)
		}
		files++
		bytes += report.Size
	}
	d.say("All %d workflows have completed. %d files, %d bytes, are whole by their SHA-256.", len(d.runs), files, bytes)
	return nil
}

// whole holds a file to what its report says of it.
func whole(report workflows.Report) error {
	file, err := os.Open(report.Path)
	if err != nil {
		return err
	}
	defer file.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, file)
	if err != nil {
		return err
	}
	if size != report.Size || hex.EncodeToString(sum.Sum(nil)) != report.SHA256 {
		return fmt.Errorf("%s is not what the result says", report.Path)
	}
	return nil
}
