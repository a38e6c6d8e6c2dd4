package plugin

import "syscall"

// bound ties a process to the fin: the kernel kills it when the fin dies. A signal that
// is meant for the fin's group, such as Ctrl-C, is not for it: the fin tells it when to end.
func bound() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
