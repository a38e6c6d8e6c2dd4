//go:build !linux

package child

import (
	"os"
	"syscall"
)

// attributes can tie a process to the program on Linux alone. Elsewhere the process of a
// program that is killed ends at its own time limit.
func attributes() *syscall.SysProcAttr { return nil }

// interrupt asks a process to end, and ends it where it cannot be asked (Windows).
func interrupt(process *os.Process) error {
	if process.Signal(syscall.SIGTERM) != nil {
		return process.Kill()
	}
	return nil
}

func sweep(*os.Process) {}
