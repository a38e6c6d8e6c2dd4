package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"tenableio/integrations/child"
)

// atOnce is how many runs of the plugin there are at the same time; other calls wait.
const atOnce = 4

// service answers calls by runs of the plugin.
type service struct {
	plugin       plugin
	manifest     child.Manifest
	connection   connection
	outputDir    string
	allowChanges bool
	maxRecords   int
	timeout      time.Duration // of one call
	places       chan struct{} // one for each run
	log          *slog.Logger
}

// offered are the commands that are tools: those that only read, unless changes are allowed.
func (s *service) offered() []child.About {
	all := slices.Clone(s.manifest.Commands)
	return slices.DeleteFunc(all, func(c child.About) bool { return !c.ReadOnly && !s.allowChanges })
}

// server makes the MCP server with its tools.
func (s *service) server() *mcp.Server {
	server := mcp.NewServer(
		&mcp.Implementation{Name: "tenableio-mcp", Title: "Tenable.io", Version: s.manifest.Version},
		&mcp.ServerOptions{
			Instructions: s.instructions(),
			Capabilities: &mcp.ServerCapabilities{Tools: &mcp.ToolCapabilities{}}, // no logging, and a list that never changes
		},
	)
	for _, c := range s.offered() {
		server.AddTool(tool(c), s.handler(c))
	}
	server.AddReceivingMiddleware(s.refuse)
	return server
}

// refuse answers calls of tools that are not offered.
func (s *service) refuse(next mcp.MethodHandler) mcp.MethodHandler {
	return func(ctx context.Context, method string, r mcp.Request) (mcp.Result, error) {
		call, ok := r.(*mcp.CallToolRequest)
		if !ok {
			return next(ctx, method, r)
		}
		for _, c := range s.manifest.Commands {
			switch {
			case c.Key != call.Params.Name:
			case c.ReadOnly || s.allowChanges:
				return next(ctx, method, r)
			default:
				s.log.Warn("a change was refused", "tool", c.Key)
				return result(failed(failure{
					FailureIndicator: child.FailureIndicator(c.Title), StatusCode: 403, Category: "permission",
					Message: c.Title + " changes something at Tenable, and this server only reads.",
					Hint:    "Ask the person who runs this server: with the flag --allow-changes it offers this tool.",
				})), nil
			}
		}
		message := fmt.Sprintf("There is no tool %q; tools/list shows all.", call.Params.Name)
		return nil, &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams, Message: message}
	}
}

// handler runs one command. The time limit of a call counts from here: waiting for a place is a part of it.
func (s *service) handler(c child.About) mcp.ToolHandler {
	return func(ctx context.Context, call *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		told := tell(ctx, call)
		defer told.stop()
		began := time.Now()
		told.say("waiting for other calls")
		left, err := s.takePlace(ctx)
		if err != nil {
			return nil, err
		}
		a := s.crowded(c)
		if left > 0 {
			defer func() { <-s.places }()
			told.say("running")
			a = s.run(ctx, c, call.Params.Arguments, left, told)
		}
		s.note(ctx, c, a, time.Since(began))
		return result(a), nil
	}
}

// takePlace waits for a place, and returns what is then left of the time limit. It is 0, and there is no place,
// where less than a second is left: a change that is cut off so early has an unknown outcome.
func (s *service) takePlace(ctx context.Context) (left time.Duration, err error) {
	end := time.Now().Add(s.timeout)
	waiting, cancel := context.WithDeadline(ctx, end)
	defer cancel()
	select {
	case s.places <- struct{}{}:
	case <-waiting.Done():
		return 0, ctx.Err()
	}
	if left = time.Until(end).Round(100 * time.Millisecond); left < time.Second {
		<-s.places
		return 0, nil
	}
	return left, nil
}

// crowded is the answer to a call that other calls left no time.
func (s *service) crowded(c child.About) answer {
	return failed(failure{
		FailureIndicator: child.FailureIndicator(c.Title), StatusCode: 504, Category: "timeout", Retryable: true,
		Message: fmt.Sprintf("Other calls took the %s that a call may take. Nothing was sent to Tenable.", s.timeout),
		Hint:    fmt.Sprintf("Call again when they have ended: at most %d calls run at the same time.", atOnce),
	})
}

// run makes the request of a call, here the keys come in, and runs it within a time limit.
func (s *service) run(
	ctx context.Context, c child.About, arguments json.RawMessage, limit time.Duration, told *progress,
) answer {
	connection, err := s.connection()
	if err != nil {
		return s.lost(c, &child.NotStartedError{Cause: err})
	}
	r := request{Connection: connection, Command: c.Key, Inputs: arguments}
	r.Options = map[string]any{"timeout_seconds": limit.Seconds()}
	if c.MakesFiles {
		r.Options["output_dir"] = s.outputDir
	}
	if c.LongRunning {
		var wait jsontext.Value
		if r.Inputs, wait = without(arguments, "wait"); wait != nil {
			r.Options["wait"] = json.RawMessage(wait)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, limit+grace) // for a process that ignores its own limit
	defer cancel()
	var a answer
	read := func(stdout io.Reader) (err error) {
		a, err = readEnvelope(stdout, s.maxRecords)
		return err
	}
	err = s.plugin.run(ctx, r, read, func(line []byte) { s.hear(c, line, told) })
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = fmt.Errorf("the plugin did not end at its time limit of %s, and was stopped", limit)
	}
	if err != nil {
		return s.lost(c, err)
	}
	return a
}

// lost is the answer to a call that left no envelope. What changes something may have
// been done.
func (s *service) lost(c child.About, err error) answer {
	f := failure{
		FailureIndicator: child.FailureIndicator(c.Title), StatusCode: 500, Category: "internal", Retryable: true,
		Message: strings.ToUpper(err.Error()[:1]) + err.Error()[1:] + ".",
		Hint:    "Tell the person who runs this server; its log on stderr says more.",
	}
	s.log.Error("no result", "tool", c.Key, "error", err)
	if _, never := errors.AsType[*child.NotStartedError](err); !c.ReadOnly && !never {
		f.Message += " The outcome is unknown."
		f.Hint = c.Unknown + " " + f.Hint
		f.Retryable = false
	}
	return failed(f)
}

// note writes what became of a call to the log. A change whose answer nobody waits for
// any more is told in full.
func (s *service) note(ctx context.Context, c child.About, a answer, took time.Duration) {
	log := s.log.With("tool", c.Key, "return_data", a.ReturnData, "duration_ms", took.Milliseconds())
	switch {
	case ctx.Err() == nil:
		log.Info("call")
	case c.ReadOnly:
		log.Info("call cancelled")
	default:
		log.Warn("call cancelled", "error", a.Error)
	}
}

// hear reads a line of the plugin's log: progress goes to the client, warnings and errors
// to this program's log.
func (s *service) hear(c child.About, line []byte, told *progress) {
	var entry struct {
		Level, Message, Unit string
		Done, Total          int64
	}
	err := json.Unmarshal(line, &entry)
	switch {
	case err != nil: // a line of the Go runtime's
		s.log.Warn("a line of the plugin", "tool", c.Key, "text", string(line))
	case entry.Message == "progress" && entry.Total > 0:
		told.say(fmt.Sprintf("%d of %d %s", entry.Done, entry.Total, entry.Unit))
	case entry.Message == "progress":
		told.say(fmt.Sprintf("%d %s", entry.Done, entry.Unit))
	case entry.Level != "info" && entry.Level != "debug":
		s.log.Warn("a line of the plugin", "tool", c.Key, "line", json.RawMessage(line))
	}
}

// result is an answer as both forms of content, which are the same text.
func result(a answer) *mcp.CallToolResult {
	text, err := json.Marshal(a)
	if err != nil { // JSON that was read is JSON
		text, _ = json.Marshal(failed(failure{StatusCode: 500, Category: "internal", Message: err.Error()}))
	}
	return &mcp.CallToolResult{
		Content:           []mcp.Content{&mcp.TextContent{Text: string(text)}},
		StructuredContent: json.RawMessage(text),
		IsError:           a.ReturnData == "Failed",
	}
}

// without takes one member out of an object. What is no object, or has a name twice, stays
// as it is: the plugin says what is wrong with it.
func without(object json.RawMessage, name string) (rest json.RawMessage, value jsontext.Value) {
	var members map[string]json.RawMessage
	if !jsontext.Value(object).IsValid() || json.Unmarshal(object, &members) != nil || members[name] == nil {
		return object, nil
	}
	value = jsontext.Value(members[name])
	delete(members, name)
	rest, err := json.Marshal(members)
	if err != nil {
		return object, nil
	}
	return rest, value
}
