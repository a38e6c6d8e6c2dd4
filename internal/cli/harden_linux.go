package cli

import "golang.org/x/sys/unix"

// hardenProcess keeps the keys out of core dumps: none is written, and no other
// process of the same user may read this one's memory. Both are best effort.
func hardenProcess() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}
