//go:build !linux

package plugin

import "syscall"

// bound can tie a process to the fin on Linux alone. Elsewhere a process whose fin is
// killed ends at its own time limit.
func bound() *syscall.SysProcAttr { return nil }
