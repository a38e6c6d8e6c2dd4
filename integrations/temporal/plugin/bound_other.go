//go:build !linux

package plugin

import "syscall"

// bound can tie a process to the worker on Linux alone. Elsewhere a process whose
// worker is killed ends at its own time limit.
func bound() *syscall.SysProcAttr { return nil }
