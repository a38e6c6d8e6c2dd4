package cli

import (
	"os"
	"strconv"

	"golang.org/x/term"

	"tenableio/result"
)

// isTerminal tells whether a person is at the other end of a stream.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// isNullDevice tells whether a stream is the null device. A stdout that was closed before
// the start is: Go then opens the null device in its place.
func isNullDevice(stream any) bool {
	file, ok := stream.(*os.File)
	if !ok {
		return false
	}
	null, err := os.Stat(os.DevNull)
	if err != nil {
		return false
	}
	found, err := file.Stat()
	return err == nil && os.SameFile(null, found)
}

// terminal describes stdout for a person. COLUMNS overrides the width of the window, as it
// does in other programs.
func (p process) terminal() result.Terminal {
	const usual, narrowest = 80, 20
	t := result.Terminal{Width: usual}
	file, ok := p.stdout.(*os.File)
	if ok && isTerminal(p.stdout) {
		t.Colour = p.variable("NO_COLOR") == "" && p.variable("TERM") != "dumb"
		if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
			t.Width = width
		}
	}
	if columns, err := strconv.Atoi(p.variable("COLUMNS")); err == nil && columns > 0 {
		t.Width = columns
	}
	t.Width = max(t.Width, narrowest)
	return t
}
