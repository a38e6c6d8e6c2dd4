package cli

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime/debug"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"tenableio/commands"
	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/names"
	"tenableio/internal/redact"
	"tenableio/internal/request"
	"tenableio/result"
	"tenableio/schemas"
)

// runRequest answers the request on stdin.
func (p process) runRequest(ctx context.Context, arguments []string) int {
	exitStatus := len(arguments) == 1
	if exitStatus && arguments[0] != "--exit-status" {
		return p.misused("run takes no argument but --exit-status, got %q", names.Clip(arguments[0]))
	}
	return p.answer(ctx, request.Decode, exitStatus)
}

// check is Test Connection with the connection taken from stdin: a request, or
// a bare connection object.
func (p process) check(ctx context.Context, _ []string) int {
	return p.answer(ctx, func(data []byte) (request.Request, error) {
		q, err := request.DecodeConnection(data)
		q.Command = "test_connection"
		return q, err
	}, true)
}

// answer reads one request, carries it out, and writes the one envelope.
func (p process) answer(ctx context.Context, decode func([]byte) (request.Request, error), exitStatus bool) int {
	if p.clock.Now == nil {
		p.clock = connection.SystemClock()
	}
	start := p.clock.Now()
	lines := newLineLog(p.stderr)
	defer lines.close()
	log := lines.logger(p.logLevel)
	for _, problem := range p.misset {
		log.Warn().Msg(problem)
	}
	if isNullDevice(p.stdout) {
		log.Warn().Msg("stdout is the null device: nobody will read the result")
	}
	e := &execution{process: p, log: log, lines: lines, start: start}
	e.respond(ctx, decode)
	e.result.Stats.DurationMS = p.clock.Now().Sub(start).Milliseconds()

	envelope := e.marshal()
	status := e.result.Status()
	e.logEnd()
	if err := envelope.Write(p.stdout); err != nil {
		log.Error().Err(err).Msg("no envelope could be written")
		return exitFailed
	}
	switch {
	case exitStatus && status == result.Failed:
		return exitFailed
	case exitStatus && status == result.PartiallySuccessful:
		return exitPartly
	}
	return exitOK
}

// execution is one request on its way.
type execution struct {
	process
	log    zerolog.Logger
	lines  *lineLog
	start  time.Time
	result result.Result
	net    redact.Net // of the result's secrets
}

// respond fills in the result. It and marshal are the only places that recover:
// whatever happens below, there is an envelope.
func (e *execution) respond(ctx context.Context, decode func([]byte) (request.Request, error)) {
	defer func() {
		if p := recover(); p != nil {
			e.failed(p)
		}
	}()
	e.result.Err = e.carryOut(ctx, decode)
}

// marshal makes the envelope of the result, or of the failure to make it.
func (e *execution) marshal() (envelope result.Envelope) {
	defer func() {
		if p := recover(); p != nil {
			e.failed(p)
			envelope, _ = e.result.Marshal() // of a failure, which is texts and numbers alone
		}
	}()
	envelope, err := e.result.Marshal()
	if err != nil {
		panic(err)
	}
	return envelope
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

// failed makes the result one of a panic, which the log alone tells.
func (e *execution) failed(p any) {
	reference := fmt.Sprintf("%08x", rand.Uint32())
	e.log.Error().Str("reference", reference).Str("panic", fmt.Sprint(p)).Str("stack", string(debug.Stack())).Msg("panic")
	e.result.Output = result.Output{}
	e.result.Err = fault.Defect("Internal error of the plugin, reference %s; the log on stderr has the details.", reference)
}

// carryOut is the straight line: read, decode, look up, bind, connect, call.
func (e *execution) carryOut(ctx context.Context, decode func([]byte) (request.Request, error)) error {
	data, err := request.Read(ctx, e.stdin, request.Patience)
	if err != nil {
		return err
	}
	q, err := decode(data)
	e.hide(secretsOf(data))
	name := e.net.Text(q.Command) // first: of a secret that is clipped a part would stay
	e.result.Command, e.result.Meta = names.Clip(name), q.Meta
	command, known := commands.Lookup(q.Command)
	if known {
		schema, loadErr := command.Schema()
		if loadErr != nil {
			return loadErr
		}
		e.result.Command = schema.Title
		e.hide(schema.Secrets(q.Inputs))
		if err == nil {
			return e.call(ctx, q, command, schema)
		}
	}
	if err != nil {
		return err
	}
	return unknownCommand(name)
}

// hide adds to the values that neither the result nor the log may hold. Most are known
// from the text of the request before its parts are read.
func (e *execution) hide(secrets []string) {
	known := func(secret string) bool { return slices.Contains(e.result.Secrets, secret) }
	if secrets = slices.DeleteFunc(ofUsualLength(secrets), known); len(secrets) > 0 {
		e.result.Secrets = append(e.result.Secrets, secrets...)
		e.net = redact.NewNet(e.result.Secrets)
		e.lines.hide(e.net)
	}
}

// call binds the inputs, connects, and runs the handler within the time limit.
func (e *execution) call(ctx context.Context, q request.Request, named command.Command, schema *schemas.Document) error {
	params, refused := connection.Parse(q.Connection)
	e.hide(params.Secrets())
	execute, err := named.Bind(schema, q.Inputs)
	if err != nil {
		return err
	}
	if refused != nil {
		return refused
	}
	e.log.Info().Str("command", named.Key).Str("version", version).Msg("start")

	limit := fault.New(http.StatusGatewayTimeout, "The time limit of %v s was reached", q.Options.Timeout.Seconds()).
		WithHint("Raise options.timeout_seconds, or narrow what the command is asked for; where nothing answers at all, check the Server URL and the network.")
	limit.Retryable = true
	ctx, cancel := context.WithDeadlineCause(ctx, e.start.Add(q.Options.Timeout), limit)
	defer cancel()

	client := connection.New(params, connection.Options{Log: e.log, UserAgent: userAgent, Transport: e.transport, Clock: e.clock})
	meter := newProgress(e.stderr, e.log, e.clock.Now)
	meter.net = e.net
	output, err := execute(ctx, command.Env{
		Tenable: client, Wait: q.Options.Wait, OutputDir: q.Options.OutputDir, MaxInlineBytes: q.Options.MaxInlineBytes,
		ChunkWorkers: e.chunkWorkers, Progress: meter.report, Net: e.net,
	})
	meter.end()
	if err == nil && ctx.Err() != nil && schema.Command.ReadOnly && len(output.Files) == 0 {
		// What was changed at Tenable, or written, is told as it is.
		err = fault.Stopped(ctx, "working on the answer")
	}
	for i, item := range output.Failed {
		output.Failed[i].Err = advise(item.Err, schema)
	}
	e.result.Output = output
	e.note(client, params)
	if err != nil {
		return advise(fault.From(err), schema)
	}
	return nil
}

// userAgent has the form that Tenable asks of integrations.
//
// https://developer.tenable.com/docs/user-agent-header
const userAgent = "Integration/1.0 (tenableio; SOAR plugin; Build/" + version + ")"

// note adds what the client saw to the result.
func (e *execution) note(client *connection.Client, params connection.Params) {
	stats := client.Stats()
	e.result.Stats.Requests, e.result.Stats.Retries = stats.Requests, stats.Retries
	e.result.Stats.RateLimitedMS = stats.RateLimited.Milliseconds()
	if stats.Repairs > 0 {
		e.result.Output.Warn("invalid_utf8", "The API sent bytes that are not UTF-8; each was replaced by U+FFFD.")
	}
	if params.TrimmedServerSpace {
		e.result.Output.Warn("trimmed_server_url", "White space around the Server URL was dropped.")
	}
	if params.SkipCertificates {
		e.result.Output.Warn("certificate_not_verified", "The server's certificate was not checked, because Verify Certificate is off.")
	}
}
