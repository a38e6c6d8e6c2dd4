// Package request reads the request envelope, which says what one process is to do.
// It reads within limits and refuses what it cannot trust.
// It knows nothing of the commands and their inputs.
package request

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"tenableio/internal/fault"
	"tenableio/internal/names"
	"tenableio/internal/strictjson"
)

const (
	// maxSize limits a request, in bytes.
	maxSize = 8 << 20
	// Patience limits how long the next byte of a request may take to arrive.
	Patience = 10 * time.Second
	// inAll limits how long a whole request may take, in times of the patience: 60 s.
	inAll = 6
	// Version is the version of the request envelope.
	Version = "1"
)

// Request is one request envelope; "tenableio schema request" prints its schema.
type Request struct {
	Command    string
	Connection map[string]json.RawMessage
	Inputs     map[string]json.RawMessage
	Options    Options
	Meta       json.RawMessage
}

// Read reads all of r.
// More than maxSize bytes is a fault of status 413.
// A request of which nothing comes for as long as patience, or that is not complete after
// six times as long, is a fault of status 400, so that a platform that forgets to close stdin does not hang.
func Read(ctx context.Context, r io.Reader, patience time.Duration) ([]byte, error) {
	var data []byte
	done := make(chan error, 1)
	heard := make(chan struct{}, 1)
	go func() {
		read, err := io.ReadAll(io.LimitReader(reporter{r, heard}, maxSize+1))
		data = read
		done <- err
	}()
	silence := time.NewTimer(patience)
	defer silence.Stop()
	whole := time.NewTimer(inAll * patience)
	defer whole.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-heard:
			silence.Reset(patience)
		case <-silence.C:
			return nil, incomplete("stdin was not closed within %v s of the last byte", patience)
		case <-whole.C:
			return nil, incomplete("stdin was not closed within %v s", inAll*patience)
		case err := <-done:
			switch {
			case len(data) > maxSize:
				return nil, fault.New(http.StatusRequestEntityTooLarge, "The request is larger than %d MiB.", maxSize>>20).
					WithHint("Give fewer values, in several requests.")
			case err != nil:
				return nil, fault.New(http.StatusBadRequest, "The request on stdin cannot be read.").WithCause(err)
			}
			return data, nil
		}
	}
}

func incomplete(why string, limit time.Duration) error {
	return fault.New(http.StatusBadRequest, "The request is not complete: "+why+".", limit.Seconds()).
		WithHint("Close stdin once the request is written.")
}

// reporter tells of each read that brings something.
type reporter struct {
	from  io.Reader
	heard chan<- struct{}
}

func (r reporter) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if n > 0 {
		select {
		case r.heard <- struct{}{}:
		default: // it was not even noticed that the last one came
		}
	}
	return n, err
}

// Decode reads a request envelope. An invalid one is a fault of status 400.
// Decode then returns what it understood too, because the result repeats command and meta.
func Decode(data []byte) (Request, error) {
	members, refused := object(data)
	q := Request{Meta: members["meta"]}
	var err error
	if q.Command, err = command(members); refused != nil || err != nil {
		q.Inputs, _ = member(members, "inputs") // the redactor needs the secrets in them
		return q, cmp.Or(refused, err)
	}
	if err := checkVersion(members["version"]); err != nil {
		return q, err
	}
	if q.Connection, err = member(members, "connection"); err != nil {
		return q, err
	}
	if q.Connection == nil {
		return q, noConnection()
	}
	if q.Inputs, err = member(members, "inputs"); err != nil {
		return q, err
	}
	q.Options, err = parseOptions(members)
	return q, err
}

const shape = `A request is like {"version": "1", "connection": {…}, "command": "List Scans", "inputs": {}}; ` +
	`"tenableio sample COMMAND" prints one.`

// refuse refuses a request, and says what one looks like.
func refuse(format string, args ...any) error {
	return fault.New(http.StatusBadRequest, format, args...).WithHint(shape)
}

func noConnection() error { return refuse("The request has no connection.") }

// DecodeConnection reads the connection from a request or from a bare connection object.
func DecodeConnection(data []byte) (Request, error) {
	members, err := object(data)
	if err != nil {
		return Request{Meta: members["meta"]}, err
	}
	q := Request{Meta: members["meta"], Connection: members, Options: defaultOptions()}
	_, whole := members["connection"]
	if _, request := members["command"]; request && !whole {
		return q, noConnection()
	}
	if !whole {
		return q, nil
	}
	if err := checkVersion(members["version"]); err != nil {
		return q, err
	}
	if q.Connection, err = member(members, "connection"); err != nil {
		return q, err
	}
	q.Options, err = parseOptions(members)
	return q, err
}

// checkNames refuses a member that is plainly meant to be a known one: it would be ignored otherwise.
// Any other unknown member is the platform's own.
func checkNames(members map[string]json.RawMessage) error {
	known := []string{"version", "connection", "command", "inputs", "options", "meta"}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if slices.Contains(known, name) {
			continue
		}
		if meant := names.Nearest(name, known); meant != "" {
			return refuse("Unknown member %q. Did you mean %q?", fault.Quote(name), meant)
		}
	}
	return nil
}

// object checks the text of a request and the names of its members, and reads them.
// If object refuses the request, it returns the members that it understood.
func object(data []byte) (map[string]json.RawMessage, error) {
	data = strictjson.WithoutMark(data)
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, refuse("The request is empty.")
	}
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return nil, refuse("The request is not valid JSON: it is UTF-16 or UTF-32, and must be UTF-8.")
	}
	if err := strictjson.Check(data); err != nil {
		found, _ := errors.AsType[*strictjson.Error](err)
		if found.Beyond {
			return understood(data), refuse("The request is refused: %v.", err)
		}
		return understood(data), refuse("The request is not valid JSON: %v.", err)
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil || members == nil {
		return nil, refuse("The request must be a JSON object.")
	}
	return members, checkNames(members)
}

// understood returns the usable members of a request that is JSON but breaks a limit of strictjson.
// These are command and meta, which the result repeats if nothing is wrong with them,
// and the inputs, for the secrets in them.
// It returns nothing of a request with too many names, which would take many times its size in memory.
// The count of colons bounds the count of names.
func understood(data []byte) map[string]json.RawMessage {
	if !json.Valid(data) || bytes.Count(data, []byte{':'}) > strictjson.MaxNames {
		return nil
	}
	members := map[string]json.RawMessage{}
	for name, value := range strictjson.Members(data) {
		_, twice := members[name]
		switch name {
		case "command", "meta":
			if twice || strictjson.Check(value) != nil {
				value = nil // the name stays, so that a later repeat counts as one
			}
			members[name] = bytes.Clone(value)
		case "inputs":
			members[name] = bytes.Clone(value)
		}
	}
	return members
}

func command(members map[string]json.RawMessage) (string, error) {
	raw, given := members["command"]
	if !given {
		return "", refuse("The request has no command.")
	}
	var name string
	if err := json.Unmarshal(raw, &name); err != nil {
		return "", refuse("The command must be text.")
	}
	if name = strings.TrimSpace(name); name == "" {
		return "", refuse("The command is empty.")
	}
	return name, nil
}

func checkVersion(raw json.RawMessage) error {
	switch strings.Trim(string(raw), `" `) {
	case "", "null", Version:
		return nil
	}
	return refuse("The version of the request is not supported; this plugin speaks version %q.", Version)
}

// member reads a member that must be an object. It returns nil for null and for an absent member.
func member(members map[string]json.RawMessage, name string) (map[string]json.RawMessage, error) {
	raw, given := members[name]
	if !given || string(raw) == "null" {
		return nil, nil
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil {
		return nil, refuse("The member %s of the request must be a JSON object.", name)
	}
	return object, nil
}
