package command

import (
	"strings"

	"tenableio/result"
)

// TellNotAsAsked warns of things in an answer that the inputs should have left out. They stay in the result, which
// then holds more than was asked for.
func TellNotAsAsked(out *result.Output, count int, thing, inputs string) {
	if count == 0 {
		return
	}
	do := "do"
	if count == 1 {
		do = "does"
	}
	out.Warn("not_as_asked", "Tenable also returned what was not asked for: %s %s not meet %s. "+
		"The result holds them too.", result.Counted(count, thing), do, inputs)
}

// Cause is a likely reason why a command found nothing, if it fits the request.
type Cause struct {
	Fits bool
	Why  string
}

// Always is a cause that fits every request.
func Always(why string) Cause { return Cause{true, why} }

// TellNothing warns of a command that succeeded and found nothing, with the likely causes
// that fit its request. None is no clean bill of health.
func TellNothing(out *result.Output, causes ...Cause) {
	if out.ContextData.Len() > 0 || len(out.Failed) > 0 {
		return
	}
	var reasons []string
	for _, cause := range causes {
		if cause.Fits {
			reasons = append(reasons, cause.Why)
		}
	}
	out.Warn("no_findings", "Nothing was found. Likely causes: %s.", strings.Join(reasons, "; "))
}
