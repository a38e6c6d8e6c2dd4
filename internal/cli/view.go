package cli

import (
	"cmp"

	"github.com/rs/zerolog"

	"tenableio/result"
)

// view is how the result of a run is shown.
type view struct {
	form       string
	exitStatus bool // the exit status says the outcome
	quiet      bool // nothing on stdout, and one line on stderr for a failure
	shell      bool // the request came in the words of a shell
}

// view returns the view that the flags ask for; usual is the form if no flag names one.
func (f *runFlags) view(usual string, exitStatus bool) view {
	return view{form: cmp.Or(f.output, usual), exitStatus: exitStatus, quiet: f.quiet}
}

// logLevel is the usual level of the log. What a person reads says of a failure all that
// the line of the run's end would.
func (v view) logLevel() string {
	switch {
	case v.quiet:
		return zerolog.Disabled.String()
	case v.form != formJSON:
		return zerolog.ErrorLevel.String()
	}
	return zerolog.WarnLevel.String()
}

// exit is the exit status that says the outcome, where it is to.
func (v view) exit(status result.Status) int {
	switch {
	case v.exitStatus && status == result.Failed:
		return exitFailed
	case v.exitStatus && status == result.PartiallySuccessful:
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

// tellsOnStderr tells whether a failure goes there, because stdout does not say it.
func (v view) tellsOnStderr() bool { return v.quiet || v.form == formRaw }

// render makes the text of a result.
func (v view) render(r *result.Result, terminal result.Terminal) (result.Rendering, error) {
	envelope, err := r.JSON() // in any form: it finds what cannot be marshalled
	switch {
	case err != nil:
		return nil, err
	case v.quiet:
		return nil, nil
	case v.form == formTable:
		return r.Text(terminal), nil
	case v.form == formRaw:
		return r.Raw(), nil
	}
	return envelope, nil
}
