package vectors_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// containerMemory is the memory of the smallest container in which the plugin must run, in bytes.
const containerMemory = 128 << 20

var lastContainer atomic.Int32

// container is a memory cgroup for one process, of either version of cgroups.
type container struct{ folder, peak string }

// newContainer makes a cgroup. It needs root and a system that permits it.
func newContainer() (container, error) {
	name := fmt.Sprintf("tenableio-faults-%d-%d", os.Getpid(), lastContainer.Add(1))
	root := "/sys/fs/cgroup"
	limit := "memory.max"
	peak := "memory.peak"
	if _, err := os.Stat("/sys/fs/cgroup/memory"); err == nil {
		root = "/sys/fs/cgroup/memory"
		limit = "memory.limit_in_bytes"
		peak = "memory.max_usage_in_bytes"
	}
	c := container{folder: filepath.Join(root, name), peak: peak}
	if err := os.Mkdir(c.folder, 0o755); err != nil {
		return c, err
	}
	return c, os.WriteFile(filepath.Join(c.folder, limit), []byte(strconv.Itoa(containerMemory)), 0o600)
}

// enter returns the shell text that moves a process into the cgroup.
func (c container) enter() string { return "echo $$ >" + c.folder + "/cgroup.procs\n" }

// leave removes the cgroup and returns its peak memory, in bytes.
func (c container) leave() int64 {
	text, _ := os.ReadFile(filepath.Join(c.folder, c.peak)) // a system without the file gives a peak of 0
	_ = os.Remove(c.folder)
	peak, _ := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return peak
}

// testContainer plays all quick vectors again, and some large answers, each in a container of 128 MiB (row 116).
// It leaves out vectors that may take more memory.
func testContainer(t *testing.T) {
	probe, err := newContainer()
	if err != nil {
		t.Skip("not run: needs root and a memory cgroup")
	}
	probe.leave()
	var played, largest atomic.Int64
	t.Run("vectors", func(t *testing.T) {
		for _, raw := range allVectors(t) {
			if raw.slow && raw.row != 98 && raw.row != 59 {
				continue
			}
			t.Run(raw.name, func(t *testing.T) {
				t.Parallel()
				inside, err := newContainer()
				if err != nil {
					t.Fatal(err)
				}
				raw.before = inside.enter()
				v, o := raw.run(t)
				played.Add(1)
				peak := inside.leave()
				if peak > largest.Load() {
					largest.Store(peak)
				}
				v.Expect.WithinMS = 0 // TestVectors checks it, where the vector runs by itself
				check(t, v, o)
			})
		}
	})
	t.Logf("%d vectors in %d MiB each, largest peak %d MiB, files in the page cache counted",
		played.Load(), containerMemory>>20, largest.Load()>>20)
}
