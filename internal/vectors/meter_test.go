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

// meter polls the peak memory of a process until it ends.
// The figure of wait4 would include the memory of the test, which forked the process.
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
