package spill

// deleteOnClose has the system remove a file that is open, and cannot be removed
// by name, when it is closed or the process ends (FILE_FLAG_DELETE_ON_CLOSE).
const deleteOnClose = 0x04000000
