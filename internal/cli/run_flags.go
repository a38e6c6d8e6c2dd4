package cli

import (
	"time"

	"tenableio/internal/request"
)

// The forms of a result on stdout.
const (
	formJSON  = "json"
	formTable = "table"
	formRaw   = "raw"
)

// runFlags are the flags of run and check.
type runFlags struct {
	flagSet
	connection     string
	timeout        time.Duration
	outputDir      string
	maxInlineBytes int64
	noWait         bool
	output         string // the form of the result on stdout
	exitStatus     bool   // the exit status says the outcome
	quiet          bool   // nothing on stdout, and one line on stderr for a failure
	shell          bool   // no flag: the request came in the words of a shell
}

func newRunFlags() *runFlags {
	f := newResultFlags("run")
	f.Func("output-dir", "`folder` where files are written; without it the envelope holds them", folderValue(&f.outputDir))
	f.Func("max-inline-bytes", "the most that the envelope holds of files, in `bytes` (8388608)",
		bytesValue(&f.maxInlineBytes))
	f.BoolVar(&f.noWait, "no-wait", false, "do not follow an export or a bulk task to its end")
	f.BoolVar(&f.exitStatus, "exit-status", false,
		"exit 0 when Successful, 3 when Partially Successful, 1 when Failed; the default with a COMMAND")
	return f
}

func newCheckFlags() *runFlags {
	f := newResultFlags("check")
	f.BoolVar(&f.quiet, "quiet", false, "print nothing unless the check fails, then one line on stderr")
	return f
}

// newResultFlags are the flags of whatever ends in a result.
func newResultFlags(name string) *runFlags {
	f := &runFlags{flagSet: newFlagSet(name)}
	f.StringVar(&f.connection, "connection", "", "`file` with a connection object or a request; - is stdin")
	f.Func("output", "`json|table|raw`: the envelope, a table for people, or raw_data alone",
		choiceValue(&f.output, formJSON, formTable, formRaw))
	f.Func("timeout", "time limit for the whole command, in `seconds` (120)", secondsValue(&f.timeout))
	return f
}

// apply sets the options that are on the command line.
func (f *runFlags) apply(options *request.Options) {
	if f.timeout > 0 {
		options.Timeout = f.timeout
	}
	if f.outputDir != "" {
		options.OutputDir = f.outputDir
	}
	if f.given("max-inline-bytes") {
		options.MaxInlineBytes = f.maxInlineBytes
	}
	if f.noWait {
		options.Wait = false
	}
}

// applied is a decoder that gives a request the options of the command line.
func (f *runFlags) applied(decode decoder) decoder {
	return func(text []byte) (request.Request, error) {
		q, err := decode(text)
		f.apply(&q.Options)
		return q, err
	}
}
