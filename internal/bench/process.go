package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// program is a process to measure.
type program struct {
	command []string
	stdin   string
	stdout  string // a file, or empty for the null device
	env     []string
}

// with returns the program with variables added to its environment.
func (p program) with(env []string) program {
	p.env = append(p.env, env...)
	return p
}

// cost is the cost of one run.
type cost struct {
	wall, cpu time.Duration
	peak      int64 // bytes of memory
}

// run runs the program once, for 5 minutes at most.
func (p program) run() (cost, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, p.command[0], p.command[1:]...)
	command.Stdin = strings.NewReader(p.stdin)
	command.Env = append(os.Environ(), p.env...)
	var complaint, answer bytes.Buffer
	command.Stderr = &complaint
	if p.stdout != "" {
		file, err := os.Create(p.stdout)
		if err != nil {
			return cost{}, err
		}
		defer file.Close()
		command.Stdout = file
	} else {
		command.Stdout = &first{to: &answer}
	}
	start := time.Now()
	err := command.Run()
	wall := time.Since(start)
	if err != nil || strings.Contains(answer.String(), `"return_data":"Failed"`) {
		return cost{}, fmt.Errorf("%v: %w: %s%s", p.command, err, complaint.String(), answer.String())
	}
	state := command.ProcessState
	usage, _ := state.SysUsage().(*syscall.Rusage)
	return cost{wall: wall, cpu: state.UserTime() + state.SystemTime(), peak: usage.Maxrss << 10}, nil
}

// first keeps the first bytes of an output.
type first struct{ to *bytes.Buffer }

func (f *first) Write(p []byte) (int, error) {
	if f.to.Len() < 1000 {
		f.to.Write(p[:min(len(p), 1000)])
	}
	return len(p), nil
}

// comparison compares the runs of two programs, ours and theirs.
type comparison struct {
	wall, cpu float64 // the median of the ratios, ours to theirs
	low, high float64 // of the wall ratio
	ours      cost    // medians
	theirs    cost
	runs      int
	peak      int64 // the most that ours took
}

// pair runs two programs in turns and compares them.
func pair(ours, theirs program, runs int) (comparison, error) {
	c := comparison{runs: runs}
	var wall, cpu []float64
	var a, b []cost
	for i := range runs + 1 {
		mine, err := ours.run()
		if err != nil {
			return c, err
		}
		other, err := theirs.run()
		if err != nil {
			return c, err
		}
		if i == 0 {
			continue // the first one warms the caches
		}
		a = append(a, mine)
		b = append(b, other)
		wall = append(wall, mine.wall.Seconds()/other.wall.Seconds())
		cpu = append(cpu, mine.cpu.Seconds()/max(other.cpu.Seconds(), 0.0001))
		c.peak = max(c.peak, mine.peak)
	}
	c.wall = median(wall)
	c.cpu = median(cpu)
	c.low = slices.Min(wall)
	c.high = slices.Max(wall)
	c.ours = middle(a)
	c.theirs = middle(b)
	return c, nil
}

// crowd runs n processes of a program at once.
func crowd(p program, n int) (string, error) {
	costs := make([]cost, n)
	failures := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { costs[i], failures[i] = p.run() })
	}
	all.Wait()
	if err := errors.Join(failures...); err != nil {
		return "", err
	}
	var cpu time.Duration
	var wall []time.Duration
	for _, c := range costs {
		cpu += c.cpu
		wall = append(wall, c.wall)
	}
	slices.Sort(wall)
	late := wall[n*99/100]
	return fmt.Sprintf("%s; %s", (cpu / time.Duration(n)).Round(time.Millisecond/10), late.Round(time.Millisecond)), nil
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func middle(costs []cost) cost {
	sorted := slices.SortedFunc(slices.Values(costs), func(a, b cost) int { return int(a.wall - b.wall) })
	return sorted[len(sorted)/2]
}
