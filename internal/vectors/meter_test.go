package vectors_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// meter reads the peak memory of a process from the system, again and again,
// until it has ended. What wait4 tells would hold the memory of the test too.
type meter struct {
	peak atomic.Int64
	quit chan struct{}
	done sync.WaitGroup
}

func newMeter(pid int, on bool) *meter {
	m := &meter{quit: make(chan struct{})}
	if !on {
		return m
	}
	m.done.Go(func() {
		for {
			if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)); err == nil {
				if _, rest, found := strings.Cut(string(text), "VmHWM:"); found {
					kib, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
					m.peak.Store(max(m.peak.Load(), kib<<10))
				}
			}
			select {
			case <-m.quit:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	})
	return m
}

func (m *meter) stop() int64 {
	close(m.quit)
	m.done.Wait()
	return m.peak.Load()
}
