package activities

import (
	"context"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"

	"tenableio/integrations/temporal/plugin"
)

// Heartbeat is what Temporal shows of a run that goes on.
type Heartbeat struct {
	Seconds int `json:"seconds"` // since its start
	plugin.Progress
}

// pulse tells Temporal that a run goes on, and how far it is.
type pulse struct {
	began time.Time
	done  chan struct{}
	ended sync.WaitGroup

	mu   sync.Mutex
	last plugin.Progress
}

// beat starts the heartbeats of a run. One that is over at once needs none.
func beat(ctx context.Context) *pulse {
	p := &pulse{began: time.Now(), done: make(chan struct{})}
	p.ended.Go(func() {
		ticker := time.NewTicker(heartbeatEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				activity.RecordHeartbeat(ctx, p.now())
			case <-p.done:
				return
			}
		}
	})
	return p
}

func (p *pulse) now() Heartbeat {
	p.mu.Lock()
	defer p.mu.Unlock()
	return Heartbeat{int(time.Since(p.began).Seconds()), p.last}
}

func (p *pulse) progress(last plugin.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = last
}

func (p *pulse) stop() {
	close(p.done)
	p.ended.Wait()
}
