//go:build !windows

package spill

// deleteOnClose is no flag here: a file that is open can be removed by name.
const deleteOnClose = 0
