package main

import (
	"os"
	"syscall"
)

// attributes give a child a group of its own, and let the kernel kill it when this
// program dies.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// interrupt asks a child, and whatever it started, to end.
func interrupt(child *os.Process) error { return syscall.Kill(-child.Pid, syscall.SIGTERM) }

// sweep kills what is left of a child's group.
func sweep(child *os.Process) { _ = syscall.Kill(-child.Pid, syscall.SIGKILL) } // most often nothing is left
