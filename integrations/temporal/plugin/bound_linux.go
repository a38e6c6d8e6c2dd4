package plugin

import "syscall"

// bound ties a process to the worker: the kernel kills it when the worker dies. A
// signal that is meant for the worker's group, such as Ctrl-C, is not for it: the
// worker tells it when to end.
func bound() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
