package main

import (
	"bytes"
	"cmp"
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
	err     error // why it cannot be run, such as a peer that this machine does not have
}

// with returns the program with variables added to its environment.
func (p program) with(env ...string) program {
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
	if p.err != nil {
		return cost{}, p.err
	}
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

// ratio runs two programs in turns and returns the medians of the ratios of their costs, ours to theirs.
func ratio(ours, theirs program, runs int) (string, error) {
	if err := cmp.Or(ours.err, theirs.err); err != nil {
		return "", err
	}
	var wall, cpu []float64
	var mine, others []time.Duration
	for i := range runs + 1 {
		a, err := ours.run()
		if err != nil {
			return "", err
		}
		b, err := theirs.run()
		if err != nil {
			return "", err
		}
		if i == 0 {
			continue // the first one warms the caches
		}
		mine = append(mine, a.wall)
		others = append(others, b.wall)
		wall = append(wall, a.wall.Seconds()/b.wall.Seconds())
		cpu = append(cpu, a.cpu.Seconds()/max(b.cpu.Seconds(), 0.0001))
	}
	return fmt.Sprintf("%.2f [%.2f..%.2f], cpu %.2f, %d pairs (%s / %s)",
		median(wall), slices.Min(wall), slices.Max(wall), median(cpu), runs,
		median(mine).Round(time.Millisecond/10), median(others).Round(time.Millisecond/10)), nil
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

func median[T cmp.Ordered](values []T) T {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}

func peak(p program, runs int) (int64, error) {
	var most int64
	for range runs {
		c, err := p.run()
		if err != nil {
			return 0, err
		}
		most = max(most, c.peak)
	}
	return most, nil
}

func growth(small, large program) (string, error) {
	a, err := peak(small, 3)
	if err != nil {
		return "", err
	}
	b, err := peak(large, 3)
	return fmt.Sprintf("%.2f (%s / %s)", float64(b)/float64(a), mib(b), mib(a)), err
}

// linear runs a program at growing sizes and returns the time for one unit at each size.
func linear(sizes []int, unit int, programFor func(int) program) (string, error) {
	text := ""
	for _, size := range sizes {
		c, err := programFor(size).run()
		if err != nil {
			return "", err
		}
		text += fmt.Sprintf("%.2f (%s) ", c.wall.Seconds()*float64(unit)/float64(size), mib(c.peak))
	}
	return text, nil
}

func mib(bytes int64) string { return fmt.Sprintf("%.1f MiB", float64(bytes)/mebibyte) }
