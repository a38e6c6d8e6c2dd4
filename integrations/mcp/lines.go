package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

const (
	longestMessage = 16 << 20 // twice what the plugin takes as a request
	patience       = 500 * time.Millisecond
)

// lines is MCP's stdio transport: one JSON-RPC message, or one batch, a line. Unlike the
// SDK's own it answers a line that is no message and goes on; it never answers a call that
// was cancelled; and when stdin ends, calls that run have some patience to end.
type lines struct {
	in       io.Reader
	incoming chan []byte
	queue    []jsonrpc.Message // the rest of a batch; Read is called by one goroutine
	closed   chan struct{}
	closing  sync.Once
	ended    chan struct{}
	ending   sync.Once

	mu      sync.Mutex
	out     io.Writer
	open    map[jsonrpc.ID]*inquiry // calls without an answer
	pending sync.WaitGroup          // one for each of them
}

// inquiry is a call that was read and not answered yet.
type inquiry struct {
	batch     *batch // nil: it came alone
	cancelled bool
}

// batch collects the answers to the calls of one line.
type batch struct {
	open    int
	answers []json.RawMessage
}

func newLines(in io.Reader, out io.Writer) *lines {
	return &lines{
		in: in, out: out, incoming: make(chan []byte),
		closed: make(chan struct{}), ended: make(chan struct{}), open: map[jsonrpc.ID]*inquiry{},
	}
}

// Connect implements [mcp.Transport].
func (l *lines) Connect(context.Context) (mcp.Connection, error) {
	go func() {
		defer close(l.incoming)
		eachLine(l.in, longestMessage, func(line []byte, whole bool) {
			switch {
			case !whole:
				l.refuse(nil, nil, jsonrpc.CodeInvalidRequest, fmt.Sprintf("a message has at most %d bytes", longestMessage))
			case len(bytes.TrimSpace(line)) > 0:
				select {
				case l.incoming <- bytes.Clone(line):
				case <-l.closed:
				}
			}
		})
	}()
	return l, nil
}

// SessionID implements [mcp.Connection]: stdio has one session.
func (l *lines) SessionID() string { return "" }

// Close implements [mcp.Connection]. Read ends at once, and with it every call.
func (l *lines) Close() error {
	l.closing.Do(func() { close(l.closed) })
	return nil
}

// Ended is closed when nothing more is read.
func (l *lines) Ended() <-chan struct{} { return l.ended }

// Read implements [mcp.Connection].
func (l *lines) Read(context.Context) (jsonrpc.Message, error) {
	for len(l.queue) == 0 {
		select {
		case line, more := <-l.incoming:
			if !more {
				l.drain()
				return nil, l.end()
			}
			l.take(bytes.TrimSpace(line))
		case <-l.closed:
			return nil, l.end()
		}
	}
	next := l.queue[0]
	l.queue = l.queue[1:]
	return next, nil
}

func (l *lines) end() error {
	l.ending.Do(func() { close(l.ended) })
	return io.EOF
}

// drain waits a moment for the calls that run.
func (l *lines) drain() {
	answered := make(chan struct{})
	go func() {
		l.pending.Wait()
		close(answered)
	}()
	select {
	case <-answered:
	case <-time.After(patience):
	case <-l.closed:
	}
}

// take queues the messages of a line.
func (l *lines) take(line []byte) {
	if line[0] != '[' {
		l.accept(line, nil)
		return
	}
	var all []json.RawMessage
	if err := json.Unmarshal(line, &all); err != nil || len(all) == 0 {
		l.accept(line, nil) // which says why it is none
		return
	}
	together := &batch{open: 1} // held open until all are counted
	for _, text := range all {
		l.accept(text, together)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.settle(together) // a broken stdout breaks the next answer too, whose error is seen
}

// accept queues one message, or answers why it is none.
func (l *lines) accept(text []byte, together *batch) {
	var seen struct {
		ID json.RawMessage `json:"id"`
	}
	err := json.Unmarshal(text, &seen)
	if _, syntax := errors.AsType[*json.SyntaxError](err); syntax {
		l.refuse(together, nil, jsonrpc.CodeParseError, "this is no JSON: one message stands on one line")
		return
	}
	message, err := jsonrpc.DecodeMessage(text)
	if err != nil || !canRepeat(seen.ID) {
		const why = `this is no message of JSON-RPC 2.0: "jsonrpc" is "2.0", "method" a text, "id" a text or a whole number`
		l.refuse(together, seen.ID, jsonrpc.CodeInvalidRequest, why)
		return
	}
	if r, ok := message.(*jsonrpc.Request); ok && !l.opened(r, together) {
		l.refuse(together, nil, jsonrpc.CodeInvalidRequest, "a call with this id is running")
		return
	}
	l.queue = append(l.queue, message)
}

// canRepeat tells whether an answer can repeat an ID, where there is one. The SDK reads numbers as float64, and makes
// another number of what is no whole one, or too large.
func canRepeat(id json.RawMessage) bool {
	if len(id) == 0 || id[0] == '"' {
		return true
	}
	number, err := strconv.ParseFloat(string(id), 64)
	return err == nil && number == math.Trunc(number) && math.Abs(number) < 1<<53
}

// opened remembers a call, and that one was cancelled. It is false for a call whose ID
// another one has.
func (l *lines) opened(r *jsonrpc.Request, together *batch) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !r.IsCall() {
		l.cancelled(r)
		return true
	}
	if l.open[r.ID] != nil {
		return false
	}
	l.open[r.ID] = &inquiry{batch: together}
	l.pending.Add(1)
	if together != nil {
		together.open++
	}
	return true
}

// cancelled notes which call a notification cancels.
func (l *lines) cancelled(r *jsonrpc.Request) {
	var which struct {
		ID any `json:"requestId"`
	}
	if r.Method != "notifications/cancelled" || json.Unmarshal(r.Params, &which) != nil {
		return
	}
	id, err := jsonrpc.MakeID(which.ID)
	if call := l.open[id]; err == nil && call != nil {
		call.cancelled = true
	}
}

// Write implements [mcp.Connection].
func (l *lines) Write(_ context.Context, message jsonrpc.Message) error {
	answer, ok := message.(*jsonrpc.Response)
	if ok {
		answer.Error = inPlainWords(answer.Error)
	}
	text, err := jsonrpc.EncodeMessage(message)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !ok {
		return l.put(text)
	}
	call := l.open[answer.ID]
	if call == nil {
		return l.put(text)
	}
	delete(l.open, answer.ID)
	defer l.pending.Done()
	switch {
	case call.batch != nil && call.cancelled:
		return l.settle(call.batch)
	case call.batch != nil:
		call.batch.answers = append(call.batch.answers, text)
		return l.settle(call.batch)
	case call.cancelled:
		return nil
	}
	return l.put(text)
}

// inPlainWords replaces what the SDK says of params that it cannot read: it repeats them, and names types of Go. An
// error of the SDK's without a code, such as for a call before initialize, gets that of a request that is not valid.
func inPlainWords(err error) error {
	if err == nil {
		return nil
	}
	if strings.Contains(err.Error(), `unmarshaling "`) {
		const why = `invalid params: "params" is an object whose members are of the types that MCP names`
		return &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams, Message: why}
	}
	if known, ok := errors.AsType[*jsonrpc.Error](err); ok && known.Code != 0 {
		return err
	}
	return &jsonrpc.Error{Code: jsonrpc.CodeInvalidRequest, Message: err.Error()}
}

// settle counts an answer of a batch, and writes all of them after the last one.
func (l *lines) settle(together *batch) error {
	if together.open--; together.open > 0 || len(together.answers) == 0 {
		return nil
	}
	text, err := json.Marshal(together.answers)
	if err != nil {
		return err
	}
	return l.put(text)
}

// refuse answers what is no message.
func (l *lines) refuse(together *batch, id json.RawMessage, code int64, why string) {
	if len(id) == 0 || !strings.ContainsRune(`"-0123456789`, rune(id[0])) {
		id = json.RawMessage("null")
	}
	text, err := json.Marshal(map[string]any{
		"jsonrpc": "2.0", "id": id, "error": jsonrpc.Error{Code: code, Message: why},
	})
	if err != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if together != nil {
		together.answers = append(together.answers, text)
		return
	}
	_ = l.put(text) // a broken stdout breaks the next answer too, whose error is seen
}

func (l *lines) put(text []byte) error {
	_, err := l.out.Write(append(text, '\n'))
	return err
}

// eachLine calls visit with each line, and with the beginning of one that is longer than
// most, until nothing more can be read.
func eachLine(from io.Reader, most int, visit func(line []byte, whole bool)) {
	in := bufio.NewReader(from)
	var line []byte
	whole := true
	for {
		piece, err := in.ReadSlice('\n')
		if room := most - len(line); len(piece) > room {
			whole = false
			piece = piece[:max(room, 0)]
		}
		line = append(line, piece...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if len(line) > 0 {
			visit(bytes.TrimSuffix(line, []byte("\n")), whole)
		}
		if err != nil {
			return
		}
		line, whole = line[:0], true
		if cap(line) > most/16 && cap(line) > 1<<20 { // let go of what one long line took
			line = nil
		}
	}
}
