// Package pattern compiles patterns when they are first asked for. A run needs few of them,
// and each would cost every start. It knows no pattern.
package pattern

import (
	"regexp"
	"sync"
)

// Lazy is a pattern that is compiled once, by the first call. One that is wrong panics there.
func Lazy(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
