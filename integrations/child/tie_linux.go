package child

import (
	"os"
	"syscall"
)

// attributes tie a process to the program: the kernel kills it when the program dies. A
// signal that is meant for the program's group, such as Ctrl-C, is not for it: the program
// tells it when to end.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// interrupt asks a process, and whatever it started, to end.
func interrupt(process *os.Process) error { return syscall.Kill(-process.Pid, syscall.SIGTERM) }

// sweep kills what is left of a process's group.
func sweep(process *os.Process) { _ = syscall.Kill(-process.Pid, syscall.SIGKILL) } // most often nothing is left
