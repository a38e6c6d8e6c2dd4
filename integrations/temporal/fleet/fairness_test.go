package fleet

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
)

// tenantNames are the names of n tenants.
func tenantNames(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("tenant-%02d", i+1)
	}
	return names
}

// TestSlowTenantHoldsUpNobody: fifty tenants share two places. One of them holds both,
// and has a backlog in front of all others; from then on it takes its turn like them.
func TestSlowTenantHoldsUpNobody(t *testing.T) {
	const places, backlog, most = 2, 20, 4
	tenants := tenantNames(50)
	slow, others := tenants[0], tenants[1:]
	s := newSite(t, tenants)
	release := make(chan struct{})
	arrivals := make(chan string, 1000)
	s.proxy.Hook(func(call Call, _ http.ResponseWriter, _ *http.Request, _ http.Handler) bool {
		arrivals <- call.Tenant
		if call.Tenant == slow {
			<-release
		}
		return false
	})
	s.worker("--concurrency", fmt.Sprint(places))
	var runs []client.WorkflowRun
	for range places + backlog {
		runs = append(runs, s.start("HealthCheck", object{"tenant": slow}))
	}
	for range places {
		<-arrivals
	}
	for _, tenant := range others {
		runs = append(runs, s.start("HealthCheck", object{"tenant": tenant}))
	}
	for _, run := range runs {
		s.until("every check is in the queue", func() bool { return s.scheduled(run) })
	}
	close(release)
	for _, run := range runs {
		s.get(run, nil)
	}
	close(arrivals)
	ofSlow, before := 0, 0
	for tenant := range arrivals {
		if tenant == slow {
			ofSlow++
			continue
		}
		before = ofSlow
	}
	if before > most {
		t.Errorf("%d of %d checks of the slow tenant came before the last one of the others", before, backlog)
	}
	if ofSlow < backlog {
		t.Errorf("%d checks of the slow tenant came, want %d", ofSlow, backlog)
	}
}

// scheduled tells whether a workflow has given a step to the queue.
func (s *site) scheduled(run client.WorkflowRun) bool {
	s.Helper()
	described, err := shared.DescribeWorkflowExecution(s.Context(), run.GetID(), run.GetRunID())
	if err != nil {
		s.Fatal(err)
	}
	return len(described.GetPendingActivities()) > 0
}

// TestTenantRate: the server hands out no more runs a second than were set for a
// tenant, and the others do not wait for it.
func TestTenantRate(t *testing.T) {
	const runs, rate = 12, 2
	s := newSite(t, []string{"busy", "quiet"})
	var busy, quiet sync.WaitGroup
	for range runs {
		run := s.start("HealthCheck", object{"tenant": "busy"})
		busy.Go(func() { s.get(run, nil) })
	}
	run := s.start("HealthCheck", object{"tenant": "quiet"})
	quiet.Go(func() { s.get(run, nil) })
	s.worker("--tenant-rate", fmt.Sprint(rate)) // once all of them wait: on a busy machine it takes a while to start them
	began := time.Now()
	quiet.Wait()
	quietTook := time.Since(began)
	busy.Wait()
	if took := time.Since(began); took < (runs/rate-2)*time.Second || quietTook > took-time.Second {
		t.Errorf("%d runs at %d a second took %v, and the quiet tenant waited %v", runs, rate, took, quietTook)
	}
}

// TestSchedules: a check of each of 500 tenants on a schedule, and one that runs each
// second.
func TestSchedules(t *testing.T) {
	const many = 500
	s := newSite(t, []string{"acme"})
	s.worker()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	check := func(tenant string, every time.Duration) client.ScheduleOptions {
		return client.ScheduleOptions{
			ID:   "health-" + tenant + "-" + t.Name(),
			Spec: client.ScheduleSpec{Intervals: []client.ScheduleIntervalSpec{{Every: every}}},
			Action: &client.ScheduleWorkflowAction{
				ID: "health-" + tenant, Workflow: "HealthCheck", TaskQueue: s.taskQueue, Args: []any{object{"tenant": tenant}},
			},
		}
	}
	began := time.Now()
	for i := range many {
		schedule, err := shared.ScheduleClient().Create(ctx, check(fmt.Sprintf("tenant-%03d", i), 24*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = schedule.Delete(context.Background()) })
	}
	t.Logf("%d schedules in %v", many, time.Since(began))
	each, err := shared.ScheduleClient().Create(ctx, check("acme", time.Second))
	if err != nil {
		t.Fatal(err)
	}
	s.until("the schedule ran three times", func() bool { return s.proxy.Count(Call{Tenant: "acme"}) >= 3 })
	if err := each.Delete(ctx); err != nil {
		t.Fatal(err)
	}
}
