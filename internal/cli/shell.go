package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/term"

	"tenableio/commands"
	"tenableio/internal/fault"
	"tenableio/internal/request"
)

// shellRequest is a request in the words of a shell: run COMMAND [NAME=VALUE …]. It
// becomes the text of a request, so that from there on all is as with one on stdin.
type shellRequest struct {
	process
	command    string
	arguments  []string // NAME=VALUE
	connection string   // a file; "" is the environment
}

// newShellRequest parts the words of a command line: the name of the command, which may
// be several words, and the arguments behind it.
func (p process) newShellRequest(words []string, connection string) (shellRequest, error) {
	s := shellRequest{process: p, connection: connection}
	at := 0
	for at < len(words) && !strings.Contains(words[at], "=") {
		at++
	}
	s.command = strings.Join(words[:at], " ")
	s.arguments = words[at:]
	if _, known := commands.Lookup(s.command); !known {
		for n := at - 1; n > 0; n-- {
			if _, known := commands.Lookup(strings.Join(words[:n], " ")); known {
				return s, noArgument(words[n])
			}
		}
	}
	for _, argument := range s.arguments {
		if !strings.Contains(argument, "=") {
			return s, noArgument(argument)
		}
	}
	return s, nil
}

func noArgument(word string) error {
	return misused("unexpected argument %q: inputs are given as NAME=VALUE", harmless(word))
}

// read makes the text of the request.
func (s shellRequest) read(ctx context.Context, t *task) ([]byte, error) {
	if holdsKey(s.command) {
		return nil, keyInArguments()
	}
	if err := t.lookUp(request.Request{Command: s.command}); err != nil {
		return nil, err
	}
	inputs, err := s.inputs(ctx, t)
	if err != nil {
		return nil, err
	}
	object, err := s.connectionObject(ctx, t)
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"command": t.command.Key, "connection": object, "inputs": inputs})
}

// inputs reads the arguments. A name stands for one value; the schema brings it to its
// type, as it does with the texts of a form.
func (s shellRequest) inputs(ctx context.Context, t *task) (map[string]string, error) {
	inputs := map[string]string{}
	for _, argument := range s.arguments {
		name, text, _ := strings.Cut(argument, "=")
		name = strings.TrimSpace(name)
		if namesKey(name) || holdsKey(argument) {
			t.redactor.Hide(text)
			return nil, keyInArguments()
		}
		if _, twice := inputs[name]; twice {
			return nil, badInput(name, "The input %q is given twice.").
				WithHint("Give several values of a list in one argument, separated by commas.")
		}
		value, err := s.value(ctx, name, text)
		if err != nil {
			return nil, err
		}
		if !utf8.ValidString(name) || !utf8.ValidString(value) {
			return nil, badInput(strings.ToValidUTF8(name, "?"), "The input %q is not valid UTF-8.")
		}
		inputs[name] = value
	}
	return inputs, nil
}

// badInput is the refusal of an input that is not given as it must be.
func badInput(name, message string) *fault.Error {
	return fault.New(http.StatusBadRequest, message, fault.Quote(name))
}

func keyInArguments() error {
	const message = "Keys are never taken from arguments, which other users of the machine can read."
	return fault.New(http.StatusBadRequest, message).
		WithHint("Take the key out of the arguments, and %s. Then make a new key: this one was shown.", whereKeysGo)
}

// value is the value of an input: @FILE is what a file holds, - what stdin holds, and @@
// the beginning of a value that begins with @.
func (s shellRequest) value(ctx context.Context, name, text string) (string, error) {
	if escaped, ok := strings.CutPrefix(text, "@@"); ok {
		return "@" + escaped, nil
	}
	if text == "-" {
		return s.typed(ctx, name)
	}
	file, ok := strings.CutPrefix(text, "@")
	if !ok {
		return text, nil
	}
	held, err := readFile(ctx, file)
	if err != nil {
		refusal := unread("The file for the input %q", name, err)
		return "", refusal.WithHint("%s", strings.TrimSpace(refusal.Hint+" A value that begins with @ is written with @@."))
	}
	return withoutLineEnd(held), nil
}

// typed reads a value from stdin; a person at a terminal types it unseen.
func (s shellRequest) typed(ctx context.Context, name string) (string, error) {
	if isTerminal(s.stdin) {
		fmt.Fprintf(s.stderr, "%s: ", s.redactor().Quote(name))
		secret, err := term.ReadPassword(int(s.stdin.(*os.File).Fd()))
		fmt.Fprintf(s.stderr, "\n")
		if err != nil {
			return "", badInput(name, "The input %q cannot be read from the terminal.").WithCause(err)
		}
		return string(secret), nil
	}
	held, err := request.Read(ctx, s.stdin, request.Patience)
	if err != nil {
		return "", err
	}
	return withoutLineEnd(held), nil
}

func withoutLineEnd(text []byte) string {
	return string(bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r")))
}

// readFile reads a file, or a pipe such as <(…) makes, within the limits of a request.
func readFile(ctx context.Context, name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if kind := info.Mode(); !kind.IsRegular() && kind&os.ModeNamedPipe == 0 {
		return nil, errors.New("it is neither a file nor a pipe")
	}
	if info.Mode()&os.ModeNamedPipe != 0 {
		return readPipe(ctx, name, request.Patience)
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return request.Read(ctx, struct{ io.Reader }{file}, request.Patience)
}

// readPipe reads a named pipe. To open one waits for somebody who writes into it: patience counts from there.
func readPipe(ctx context.Context, name string, patience time.Duration) ([]byte, error) {
	held, err := request.Read(ctx, &pipe{name: name}, patience)
	switch f := fault.From(err); {
	case f == nil || f.Status != http.StatusBadRequest:
		return held, err
	case f.Cause != nil: // it cannot be opened or read
		return nil, f.Cause
	}
	return nil, errors.New("nobody writes into this pipe, or it is not closed after")
}

// pipe is a named pipe, which is opened by the first read.
type pipe struct {
	name string
	file *os.File
}

func (p *pipe) Read(b []byte) (n int, err error) {
	if p.file == nil {
		if p.file, err = os.Open(p.name); err != nil {
			return 0, err
		}
	}
	return p.file.Read(b)
}

// unread is the refusal of a file that cannot be read; what says in words which one it is,
// with the name of it quoted.
func unread(what, name string, err error) *fault.Error {
	reason := err.Error()
	if failure, ok := errors.AsType[*fs.PathError](err); ok { // what names the path already
		reason = failure.Err.Error()
	}
	if f := fault.From(err); f.Status != http.StatusInternalServerError {
		reason = strings.TrimSuffix(strings.Replace(f.Message, "The request", "it", 1), ".")
	}
	refusal := fault.New(http.StatusBadRequest, what+" cannot be read: %s.", fault.Quote(name), reason).WithCause(err)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return refusal.WithHint("Correct the path; it begins in the folder where tenableio was started.")
	case errors.Is(err, fs.ErrPermission):
		return refusal.WithHint("Let the user that tenableio runs as read it.")
	}
	return refusal
}

// pointToHelp adds to the refusal of an input where a person reads what the command takes.
func (t *task) pointToHelp(err error) error {
	if err == nil || t.schema == nil {
		return err
	}
	f := *fault.From(err)
	if f.Category == fault.Input && f.Hint == "" {
		f.Hint = fmt.Sprintf("Run \"tenableio help %s\" to see what it takes.", t.command.Key)
	}
	return &f
}
