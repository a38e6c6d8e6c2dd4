package result

import "fmt"

// YesNo is a boolean as an analyst reads it.
func YesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// Counted is a number of things: 1 run, 2 runs.
func Counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprint(n, " ", thing)
}
