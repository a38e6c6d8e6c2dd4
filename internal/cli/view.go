package cli

import (
	"github.com/rs/zerolog"

	"tenableio/result"
)

// logLevel is the usual level of the log. What a person reads says of a failure all that
// the line of the run's end would.
func (f *runFlags) logLevel() string {
	switch {
	case f.quiet:
		return zerolog.Disabled.String()
	case f.output != formJSON:
		return zerolog.ErrorLevel.String()
	}
	return zerolog.WarnLevel.String()
}

// exit is the exit status that says the outcome, where it is to.
func (f *runFlags) exit(status result.Status) int {
	switch {
	case f.exitStatus && status == result.Failed:
		return exitFailed
	case f.exitStatus && status == result.PartiallySuccessful:
		return exitPartly
	}
	return exitOK
}

// usualForm is a table for people, and the envelope for programs.
func (p process) usualForm() string {
	if isTerminal(p.stdout) {
		return formTable
	}
	return formJSON
}

// render makes the text of a result.
func (f *runFlags) render(r *result.Result, terminal result.Terminal) (result.Rendering, error) {
	envelope, err := r.JSON() // in any form: it finds what cannot be marshalled
	switch {
	case err != nil:
		return nil, err
	case f.quiet:
		return nil, nil
	case f.output == formTable:
		return r.Text(terminal), nil
	case f.output == formRaw:
		return r.Raw(), nil
	}
	return envelope, nil
}
