package command

import "tenableio/result"

// TellNotAsAsked warns of things in an answer that the inputs should have left out. They stay in the result, which
// then holds more than was asked for.
func TellNotAsAsked(out *result.Output, count int, thing, inputs string) {
	if count > 0 {
		out.Warn("not_as_asked", "Tenable also returned what was not asked for: %s not meet %s. "+
			"The result holds them too.", doNot(count, thing), inputs)
	}
}

func doNot(count int, thing string) string {
	if count == 1 {
		return result.Counted(count, thing) + " does"
	}
	return result.Counted(count, thing) + " do"
}
