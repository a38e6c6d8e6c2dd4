package main

import (
	"context"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// toldEvery is how often a client hears of a call that goes on.
const toldEvery = 2 * time.Second

// progress tells a client, if it asked for that, that a call goes on and what it does. The
// number is the seconds since its start, which always grow; how far the plugin is, in a
// unit that may change, is the message.
type progress struct {
	end   context.CancelFunc
	ended sync.WaitGroup

	mu      sync.Mutex
	message string
}

// tell starts to tell of a call.
func tell(ctx context.Context, call *mcp.CallToolRequest) *progress {
	ctx, cancel := context.WithCancel(ctx)
	p := &progress{end: cancel}
	token := call.Params.GetProgressToken()
	if token == nil {
		return p
	}
	began := time.Now()
	p.ended.Go(func() {
		ticker := time.NewTicker(toldEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			note := &mcp.ProgressNotificationParams{
				ProgressToken: token, Progress: time.Since(began).Seconds(), Message: p.latest(),
			}
			if call.Session.NotifyProgress(ctx, note) != nil {
				return // the client is gone
			}
		}
	})
	return p
}

// say is what to tell next.
func (p *progress) say(message string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.message = (&marks{}).text(message, 200) // Tenable's own words may be among them
}

func (p *progress) latest() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.message
}

// stop ends it: nothing is told after an answer.
func (p *progress) stop() {
	p.end()
	p.ended.Wait()
}
