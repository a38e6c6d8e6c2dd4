//go:build !linux

package main

import (
	"os"
	"syscall"
)

// attributes can tie a child to this program on Linux alone. Elsewhere the child of a
// program that is killed ends at its own time limit.
func attributes() *syscall.SysProcAttr { return nil }

// interrupt asks a child to end, and ends it where it cannot be asked (Windows).
func interrupt(child *os.Process) error {
	if child.Signal(syscall.SIGTERM) != nil {
		return child.Kill()
	}
	return nil
}

func sweep(*os.Process) {}
