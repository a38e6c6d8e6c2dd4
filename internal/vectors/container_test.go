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

// containerMemory is the memory of the smallest container that the plugin is
// promised to run in, in bytes.
const containerMemory = 128 << 20

var lastContainer atomic.Int32

// container is a memory cgroup of its own for one process. Both versions of
// cgroups are known.
type container struct{ folder, peak string }

// newContainer makes a cgroup; it needs root and a system that lets it.
func newContainer() (container, error) {
	name := fmt.Sprintf("tenableio-faults-%d-%d", os.Getpid(), lastContainer.Add(1))
	root, limit, peak := "/sys/fs/cgroup", "memory.max", "memory.peak"
	if _, err := os.Stat("/sys/fs/cgroup/memory"); err == nil {
		root, limit, peak = "/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.max_usage_in_bytes"
	}
	c := container{folder: filepath.Join(root, name), peak: peak}
	if err := os.Mkdir(c.folder, 0o755); err != nil {
		return c, err
	}
	return c, os.WriteFile(filepath.Join(c.folder, limit), []byte(strconv.Itoa(containerMemory)), 0o600)
}

// enter is the shell text that moves a process in.
func (c container) enter() string { return "echo $$ >" + c.folder + "/cgroup.procs\n" }

// leave removes the cgroup and returns the most memory that was in use, in bytes.
func (c container) leave() int64 {
	text, _ := os.ReadFile(filepath.Join(c.folder, c.peak)) // a system without the file tells no peak
	_ = os.Remove(c.folder)
	peak, _ := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return peak
}

// testContainer plays all quick vectors again, each in a container of 128 MiB, and
// some large answers (row 116). Vectors that are promised more memory are left out.
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
				v.Expect.WithinMS = 0 // looked at where the vector runs by itself
				check(t, v, o)
			})
		}
	})
	t.Logf("%d vectors in %d MiB each, largest peak %d MiB, files in the page cache counted", played.Load(), containerMemory>>20, largest.Load()>>20)
}
