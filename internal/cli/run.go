package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/rs/zerolog"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/request"
	"tenableio/result"
)

// runRequest answers the request on stdin, or the one that the arguments describe.
func (p process) runRequest(ctx context.Context, arguments []string) int {
	f := newRunFlags()
	words, err := f.parse(arguments)
	if err != nil {
		return p.failWith(err)
	}
	if len(words) > 0 {
		return p.runWords(ctx, f, words)
	}
	if f.connection != "" {
		return p.misused("--connection goes with a COMMAND; a request on stdin has its own connection")
	}
	if isTerminal(p.stdin) {
		return p.help(ctx, nil)
	}
	f.output = cmp.Or(f.output, formJSON)
	return p.answer(ctx, p.fromStdin, request.Decode, f)
}

// runWords answers the request of run COMMAND [NAME=VALUE …].
func (p process) runWords(ctx context.Context, f *runFlags, words []string) int {
	s, err := p.newShellRequest(words, f.connection)
	if err != nil {
		return p.failWith(err)
	}
	f.output = cmp.Or(f.output, p.usualForm())
	f.exitStatus = f.exitStatus || !f.given("exit-status")
	f.shell = true
	return p.answer(ctx, s.read, request.Decode, f)
}

// check is Test Connection with the connection taken from stdin, a request or a bare
// connection object, or from the command line.
func (p process) check(ctx context.Context, arguments []string) int {
	f := newCheckFlags()
	words, err := f.parse(arguments)
	if err != nil {
		return p.failWith(err)
	}
	if len(words) > 0 {
		return p.misused("check takes no argument but flags, got %q", harmless(words[0]))
	}
	s := shellRequest{process: p, command: testConnection, connection: f.connection}
	usual := formJSON
	read := p.fromStdin
	switch {
	case f.connection != "", isTerminal(p.stdin) && p.environmentConnection() != nil:
		usual = p.usualForm()
		read = s.read
	case isTerminal(p.stdin):
		p.help(ctx, []string{"check"})
		return exitMisused // no outcome is known
	case p.environmentConnection() != nil:
		read = s.readUnlessPiped
	}
	f.output = cmp.Or(f.output, usual)
	f.exitStatus = true
	return p.answer(ctx, read, decodeCheck, f)
}

const testConnection = "test_connection"

// decodeCheck reads a request, or a bare connection, as one of Test Connection.
func decodeCheck(text []byte) (request.Request, error) {
	q, err := request.DecodeConnection(text)
	q.Command = testConnection
	return q, err
}

// answer reads one request, carries it out, and writes the one result.
func (p process) answer(ctx context.Context, read source, decode decoder, f *runFlags) int {
	if p.clock.Now == nil {
		p.clock = connection.SystemClock()
	}
	if p.logLevel == "" {
		p.logLevel = f.logLevel()
	}
	start := p.clock.Now()
	redactor := p.redactor()
	lines := &lineLog{newOutlet(p.stderr), redactor}
	defer lines.close()
	log := lines.logger(p.logLevel)
	for _, problem := range p.misset {
		log.Warn().Msg(fault.Fill(problem.Message, problem.Quotes, redactor.Quote))
	}
	watch := newWatchdog(ctx)
	e := &execution{process: p, task: task{redactor: redactor}, log: log, start: start, watch: watch}
	rendering, finished := watch.await(func() result.Rendering {
		if isNullDevice(p.stdout) && !f.exitStatus {
			log.Warn().Msg("stdout is the null device: nobody will read the result")
		}
		e.respond(ctx, read, f.applied(decode))
		watch.doing("building the result")
		e.complete(f)
		return e.render(f)
	})
	if !finished {
		e = e.givenUp()
		rendering = e.render(f)
	}
	e.logEnd()
	if err := watch.write(rendering, p.stdout, writePatience); err != nil {
		log.Error().Err(err).Msg("no envelope could be written")
		return exitFailed
	}
	if closer, ok := p.stdout.(io.Closer); ok {
		_ = closer.Close() // a call that hangs can keep the process from ending, and its reader waiting
	}
	status := e.result.Status()
	if status != result.Successful && (f.quiet || f.output == formRaw) { // stdout does not say it
		lines.put(fmt.Appendf(nil, "tenableio: %s\n", e.result.FailureLine()))
	}
	return f.exit(status)
}

// execution is one request on its way to its result.
type execution struct {
	process
	task   task
	log    zerolog.Logger
	start  time.Time
	watch  *watchdog
	result result.Result
}

// complete adds what every result has.
func (e *execution) complete(f *runFlags) {
	if f.shell {
		e.result.Err = e.task.pointToHelp(e.result.Err)
	}
	e.describe(&e.task)
	if e.task.exposed != "" {
		const message = "Other users of this machine may read %s, which holds keys; chmod 600 keeps them out."
		e.result.Output.Warn("connection_exposed", message, fault.Quote(e.task.exposed))
	}
}

// describe adds what the result repeats of a task, and how long it took.
func (e *execution) describe(t *task) {
	e.result.Command = t.title
	e.result.Meta = t.meta
	e.result.Redactor = e.task.redactor
	e.result.Stats.DurationMS = e.clock.Now().Sub(e.start).Milliseconds()
}

// givenUp returns the execution for the envelope of abandoned work. It reads nothing that the
// work may still change.
func (e *execution) givenUp() *execution {
	known := e.watch.known
	other := &execution{
		process: e.process, task: task{redactor: e.task.redactor}, log: e.log, start: e.start, watch: e.watch,
	}
	other.result.Err = e.watch.failure()
	other.describe(&known.task)
	if known.client != nil {
		other.task.params = known.task.params
		other.addCost(known.client)
	}
	return other
}

// respond fills in the result. It and render are the only places that recover:
// whatever happens below, there is an envelope.
func (e *execution) respond(ctx context.Context, read source, decode decoder) {
	defer func() {
		if p := recover(); p != nil {
			e.failed(p)
		}
	}()
	e.result.Err = e.carryOut(ctx, read, decode)
}

// render makes what is written of the result, or of the failure to make it.
func (e *execution) render(f *runFlags) (rendering result.Rendering) {
	defer func() {
		if p := recover(); p != nil {
			e.failed(p)
			rendering, _ = f.render(&e.result, e.terminal()) // of a failure, which is texts and numbers alone
		}
	}()
	rendering, err := f.render(&e.result, e.terminal())
	if err != nil {
		panic(err)
	}
	return rendering
}

// logEnd writes the line of the run's end: at warn, the usual level, when the
// command or a part of it failed.
func (e *execution) logEnd() {
	line := e.log.Info()
	if failure, parts := e.result.Failure(); failure != nil {
		line = e.log.Warn().Int("status_code", failure.Status).Str("category", string(failure.Category)).
			Int("failed_parts", len(parts)).Str("request_id", failure.RequestID).AnErr("cause", failure.Cause)
	}
	line.Str("command", e.result.Command).Str("return_data", string(e.result.Status())).
		Int64("duration_ms", e.result.Stats.DurationMS).Msg("end")
}

// failed makes the result one of a panic, which the log alone tells. A fault tells itself: it
// is one of the build, such as a schema that is missing.
func (e *execution) failed(p any) {
	e.result.Output = result.Output{}
	if f, ok := p.(*fault.Error); ok {
		e.result.Err = f
		return
	}
	reference := fmt.Sprintf("%08x", rand.Uint32())
	e.log.Error().Str("reference", reference).Str("panic", fmt.Sprint(p)).Str("stack", string(debug.Stack())).Msg("panic")
	const message = "Internal error of the plugin, reference %s; the log on stderr has the details."
	e.result.Err = fault.Defect(message, reference)
}

// carryOut is the straight line: understand, accept, connect, call.
func (e *execution) carryOut(ctx context.Context, read source, decode decoder) error {
	if err := e.task.understand(ctx, read, decode); err != nil {
		return err
	}
	ctx = e.withTimeLimit(ctx)
	e.watch.begins <- begun{limited: ctx, task: e.task}
	e.watch.doing("checking the connection")
	if err := e.task.accept(); err != nil {
		return err
	}
	e.log.Info().Str("command", e.task.command.Key).Str("version", version).Msg("start")
	client := connection.New(e.task.params, connection.Options{
		Log: e.log, UserAgent: userAgent, Transport: e.transport, Clock: e.clock, Redactor: e.task.redactor,
	})
	e.watch.begins <- begun{limited: ctx, task: e.task, client: client}
	output, err := e.call(ctx, client)
	for i, item := range output.Failed {
		output.Failed[i].Err = advise(item.Err, e.task.schema)
	}
	e.result.Output = output
	e.addCost(client)
	if err != nil {
		return advise(fault.From(err), e.task.schema)
	}
	return nil
}

// withTimeLimit ends the context when the time of the request is over. The limit holds until
// the result is written, and ends with the process.
func (e *execution) withTimeLimit(ctx context.Context) context.Context {
	limit := fault.New(http.StatusGatewayTimeout, "The time limit of %v s was reached", e.task.options.Timeout.Seconds()).
		WithHint("Raise options.timeout_seconds, or narrow what the command is asked for; " +
			"where nothing answers at all, check the Server URL and the network.")
	limit.Retryable = true
	ctx, cancel := context.WithDeadlineCause(ctx, e.start.Add(e.task.options.Timeout), limit)
	context.AfterFunc(ctx, cancel)
	return ctx
}

// call runs the handler, and tells how far it is.
func (e *execution) call(ctx context.Context, client *connection.Client) (result.Output, error) {
	meter := newProgress(e.stderr, e.log, e.clock.Now, e.task.redactor)
	defer meter.end()
	defer e.watch.doing("carrying out " + e.task.title)()
	output, err := e.task.execute(ctx, command.Env{
		Tenable:        client,
		Wait:           e.task.options.Wait,
		OutputDir:      e.task.options.OutputDir,
		MaxInlineBytes: e.task.options.MaxInlineBytes,
		ChunkWorkers:   e.chunkWorkers,
		Progress:       meter.report,
		Doing:          e.watch.doing,
		Redactor:       e.task.redactor,
	})
	if err == nil && ctx.Err() != nil && e.task.schema.Command.ReadOnly && len(output.Files) == 0 {
		// What was changed at Tenable, or written, is told as it is.
		err = fault.Stopped(ctx, "working on the answer")
	}
	return output, err
}

// userAgent has the form that Tenable asks of integrations.
//
// https://developer.tenable.com/docs/user-agent-header
const userAgent = "Integration/1.0 (tenableio; SOAR plugin; Build/" + version + ")"

// addCost adds to the result what the client saw, and what to mind about the connection.
func (e *execution) addCost(client *connection.Client) {
	stats := client.Stats()
	e.result.Stats.Requests = stats.Requests
	e.result.Stats.Retries = stats.Retries
	e.result.Stats.RateLimitedMS = stats.RateLimited.Milliseconds()
	if stats.Repairs > 0 {
		e.result.Output.Warn("invalid_utf8", "The API sent bytes that are not UTF-8; each was replaced by U+FFFD.")
	}
	for _, remark := range stats.Remarks {
		e.result.Output.Warn("error_in_answer", "Tenable's answer holds data, and an error too: %s",
			e.task.redactor.ShortLine(remark))
	}
	if len(stats.Odd) > 0 {
		const message = "%s came in another form than Tenable documents: %s. context_data shows null instead, or the " +
			"first of several, and has no record of a list element that is no object; " +
			"raw_data or the report holds all as it came."
		if stats.Odd.Elements() {
			e.result.Output.Unwarn("no_findings") // something was found that cannot be read
		}
		e.result.Output.Warn("unknown_form", message, result.Counted(stats.Odd.Count(), "value"), stats.Odd)
	}
	if e.task.params.TrimmedServerSpace {
		e.result.Output.Warn("trimmed_server_url", "White space around the Server URL was dropped.")
	}
	if e.task.params.SkipCertificates {
		const message = "The server's certificate was not checked, because Verify Certificate is off."
		e.result.Output.Warn("certificate_not_verified", message)
	}
}
