// Package vectors_test plays the vectors of testdata/faults against the real binary.
// Its server on loopback breaks every rule.
// It is a package of its own so that it meets the plugin only as a platform does.
//
// "go test" plays the vectors that take less than a second; "make faults" plays all of them.
package vectors_test

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// lastRow is the last row of the fault matrix.
const lastRow = 150

// leastVectors is the least number of vectors.
const leastVectors = 400

// everything is set by "make faults", which plays the slow vectors too and gives no slack.
var everything = os.Getenv("TENABLEIO_FAULTS") == "all"

// slack stretches the time limits of vectors in the quick run, because other tests share the machine.
var slack = map[bool]time.Duration{true: 1, false: 20}[everything]

func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if !given {
		_ = flag.Set("test.parallel", "16") // vectors wait most of the time
	}
	if signal.Ignored(syscall.SIGHUP) {
		signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP) // or the plugin would ignore it too, as under nohup
	}
	folder, err := os.MkdirTemp("", "tenableio-faults-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	builds = folder
	_ = os.Chmod(folder, 0o755) // vectors run the plugin as other users too
	status := m.Run()
	held.print()
	_ = os.RemoveAll(folder) // the folder is the system's temporary one
	os.Exit(status)
}

// tally counts the rows and vectors that were right.
type tally struct {
	mu      sync.Mutex
	rows    map[int]bool // whether everything of the row was right
	files   map[string]bool
	vectors int
	skipped []string
	figures []string
}

// figure adds a line to the summary.
func (c *tally) figure(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.figures = append(c.figures, fmt.Sprintf(format, args...))
}

var held = tally{rows: map[int]bool{}, files: map[string]bool{}}

// vector counts the outcome of one vector. A file with a member "each" holds several.
func (c *tally) vector(raw rawVector, t *testing.T) {
	c.note(raw.row, t)
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.Skipped() || t.Failed() {
		return
	}
	file, _, _ := strings.Cut(raw.name, "/")
	c.files[file] = true
	c.vectors++
}

// note counts the outcome of one vector or test of a row.
func (c *tally) note(row int, t *testing.T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.Skipped() {
		c.skipped = append(c.skipped, t.Name())
		return
	}
	good, known := c.rows[row]
	c.rows[row] = !t.Failed() && (good || !known)
}

func (c *tally) print() {
	rows := 0
	for _, good := range c.rows {
		if good {
			rows++
		}
	}
	fmt.Printf("faults: %d of %d rows; %d vectors in %d files; %d of %d cells\n",
		rows, lastRow, c.vectors, len(c.files), matrixHeld.Load(), matrixCells())
	for _, line := range c.figures {
		fmt.Println("faults:", line)
	}
	slices.Sort(c.skipped)
	for _, name := range c.skipped {
		fmt.Println("not run:", name)
	}
}

func TestVectors(t *testing.T) {
	if _, err := plugin(); err != nil {
		t.Fatal(err)
	}
	for _, raw := range allVectors(t) {
		if raw.slow && !everything {
			continue
		}
		t.Run(raw.name, func(t *testing.T) {
			if !raw.alone {
				t.Parallel()
			}
			defer held.vector(raw, t)
			if raw.lacks != "" {
				t.Skip("not run: needs " + raw.lacks)
			}
			v, o := raw.run(t)
			check(t, v, o)
		})
	}
}
