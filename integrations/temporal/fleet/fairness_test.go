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

// TestSlowTenantHoldsUpNobody: fifty tenants share eight places. One of them has a
// backlog of slow checks, in front of all others; the others are done long before it.
func TestSlowTenantHoldsUpNobody(t *testing.T) {
	const backlog, most = 24, 16
	tenants := tenantNames(50)
	slow, others := tenants[0], tenants[1:]
	s := newSite(t, tenants)
	s.proxy.Hook(func(call Call, _ http.ResponseWriter, _ *http.Request, _ http.Handler) bool {
		if call.Tenant == slow {
			time.Sleep(4 * time.Second) // meanwhile all others are in the queue
		}
		return false
	})
	var waiting, waitingOthers sync.WaitGroup
	check := func(tenant string, group *sync.WaitGroup) {
		run := s.start("HealthCheck", object{"tenant": tenant})
		group.Go(func() { s.get(run, nil) })
	}
	for range backlog {
		check(slow, &waiting)
	}
	for _, tenant := range others {
		check(tenant, &waitingOthers)
	}
	s.worker("--concurrency", "8") // it finds the backlog in place
	waitingOthers.Wait()
	if n := s.proxy.Count(Call{Tenant: slow}); n > most {
		t.Errorf("%d of %d checks of the slow tenant came before the last one of the others", n, backlog)
	}
	waiting.Wait()
	if n := s.proxy.Count(Call{Tenant: slow}); n != backlog {
		t.Errorf("%d checks of the slow tenant, want %d", n, backlog)
	}
}

// TestTenantRate: the server hands out no more runs a second than were set for a
// tenant, and the others do not wait for it.
func TestTenantRate(t *testing.T) {
	const runs, rate = 12, 2
	s := newSite(t, []string{"busy", "quiet"})
	s.worker("--tenant-rate", fmt.Sprint(rate))
	var busy, quiet sync.WaitGroup
	began := time.Now()
	for range runs {
		run := s.start("HealthCheck", object{"tenant": "busy"})
		busy.Go(func() { s.get(run, nil) })
	}
	run := s.start("HealthCheck", object{"tenant": "quiet"})
	quiet.Go(func() { s.get(run, nil) })
	quiet.Wait()
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("the quiet tenant waited %v", took)
	}
	busy.Wait()
	if took := time.Since(began); took < (runs/rate-2)*time.Second {
		t.Errorf("%d runs at %d a second took %v", runs, rate, took)
	}
}

// TestSchedules: a check of each of 500 tenants on a schedule, and one that runs each
// second.
func TestSchedules(t *testing.T) {
	const many = 500
	s := newSite(t, []string{"acme"})
	s.worker()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
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
