package main

import "syscall"

// hardenProcess keeps the keys out of core dumps: none is written, and no other
// process of the same user may read this one's memory. Both are best effort.
func hardenProcess() {
	const prSetDumpable = 4
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, prSetDumpable, 0, 0)
}
