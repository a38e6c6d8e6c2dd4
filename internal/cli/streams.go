package cli

import (
	"io"
	"os"
)

// isTerminal tells whether a person reads w.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && !isNullDevice(w)
}

// isNullDevice tells whether w throws everything away, as a stdout does that was
// closed before the start: Go then opens the null device in its place.
func isNullDevice(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	null, err := os.Stat(os.DevNull)
	if err != nil {
		return false
	}
	out, err := file.Stat()
	return err == nil && os.SameFile(null, out)
}
