// Package strictjson checks JSON text before anything else reads it.
// It refuses what encoding/json accepts in silence: duplicate names, invalid UTF-8, lone surrogates, a second document.
// It also refuses what makes later readers slow or crash: deep nesting, endless numbers, huge exponents.
package strictjson

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	// maxDepth limits the nesting of arrays and objects.
	maxDepth = 64
	// maxNumber limits the length of a number, in characters.
	maxNumber = 32
	// maxExponent keeps a number within what a float64 can hold.
	maxExponent = 308
	// maxMembers limits the members of one object of an answer.
	// The decoder keeps every name of an object to find duplicates.
	maxMembers = 100_000
)

// MaxNames limits the names of members in a whole request, because each takes many times its size in memory.
const MaxNames = 100_000

// Error says what is wrong and where, and never quotes the text itself.
type Error struct {
	Offset  int64  // byte offset, from 0
	Line    int    // from 1
	Column  int    // in characters, from 1
	Pointer string // JSON pointer (RFC 6901) to the value; empty for the whole text, and where it is not JSON
	Problem string // such as "a name is given twice"
	Beyond  bool   // the text may be valid JSON, but it breaks a limit of this package
}

func (e *Error) Error() string {
	where := fmt.Sprintf("byte %d (line %d, column %d)", e.Offset, e.Line, e.Column)
	if e.Pointer != "" {
		where = e.Pointer + ", " + where
	}
	return fmt.Sprintf("%s at %s", e.Problem, where)
}

// Check reports whether data is exactly one JSON value within the limits.
func Check(data []byte) error { return check(data, MaxNames) }

// CheckAnswer checks what the API sends. It differs from Check in two ways.
// It accepts lone surrogates, because Tenable cuts outputs of plugins at a size, even within a character.
// It accepts any number of names, spread over many objects.
func CheckAnswer(data []byte) error {
	return check(data, math.MaxInt, jsontext.AllowInvalidUTF8(true))
}

func check(data []byte, names int, options ...jsontext.Options) error {
	found := scan(data, names, options...)
	if found == nil {
		return nil
	}
	before := data[:min(max(found.Offset, 0), int64(len(data)))]
	start := bytes.LastIndexByte(before, '\n') + 1
	found.Line = bytes.Count(before, []byte{'\n'}) + 1
	found.Column = utf8.RuneCount(before[start:]) + 1
	return found
}

// scan reads the text token by token, up to the first error.
func scan(data []byte, names int, options ...jsontext.Options) *Error {
	decoder := jsontext.NewDecoder(bytes.NewBuffer(data), options...)
	for {
		// PeekKind tells the kind of the next token, so the depth is checked before the token is read.
		kind := decoder.PeekKind()
		if (kind == '{' || kind == '[') && decoder.StackDepth() >= maxDepth {
			return beyond(decoder, "nested too deep")
		}
		token, err := decoder.ReadToken()
		if err != nil {
			return explain(decoder, err, data)
		}
		if token.Kind() == '0' && !SafeNumber(token.String()) {
			return beyond(decoder, "a number is too large")
		}
		depth := decoder.StackDepth()
		if depth == 0 {
			return atEnd(decoder, data)
		}
		if kind, length := decoder.StackIndex(depth); kind == '{' && length%2 == 1 { // a name
			if names--; names < 0 {
				return beyond(decoder, "too many names")
			}
			if length > 2*maxMembers {
				return beyond(decoder, "an object has too many members")
			}
		}
	}
}

// Members iterates over the members of an object in the order of the text, duplicates included.
// It ends where the text cannot be read. The text need not have been checked.
// A value is valid until the next iteration.
func Members(data []byte) iter.Seq2[string, []byte] {
	return func(yield func(name string, value []byte) bool) {
		lenient := []jsontext.Options{jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true)}
		decoder := jsontext.NewDecoder(bytes.NewBuffer(data), lenient...)
		if token, err := decoder.ReadToken(); err != nil || token.Kind() != '{' {
			return
		}
		for decoder.PeekKind() == '"' {
			token, err := decoder.ReadToken()
			if err != nil {
				return
			}
			name := token.String()
			value, err := decoder.ReadValue()
			if err != nil || !yield(name, value) {
				return
			}
		}
	}
}

// SafeNumber reports whether the text of a JSON number is within the limits.
func SafeNumber(text string) bool {
	if len(text) > maxNumber {
		return false
	}
	i := strings.IndexAny(text, "eE")
	if i < 0 {
		return true
	}
	exponent, err := strconv.Atoi(text[i+1:])
	return err == nil && exponent <= maxExponent && exponent >= -maxExponent
}

// atEnd checks that nothing but white space follows the value.
func atEnd(decoder *jsontext.Decoder, data []byte) *Error {
	_, err := decoder.ReadToken()
	if errors.Is(err, io.EOF) {
		return nil
	}
	e := problem(decoder, "text follows the JSON value")
	rest := data[e.Offset:]
	e.Offset += int64(len(rest) - len(bytes.TrimLeft(rest, whiteSpace)))
	if isComment(data[e.Offset:]) {
		e.Problem = comment
	}
	return e
}

func problem(decoder *jsontext.Decoder, text string) *Error {
	return &Error{Offset: decoder.InputOffset(), Pointer: within(string(decoder.StackPointer())), Problem: text}
}

func beyond(decoder *jsontext.Decoder, text string) *Error {
	e := problem(decoder, text)
	e.Beyond = true
	return e
}

// explain words the decoder's error anew, because the decoder's own message quotes the text.
func explain(decoder *jsontext.Decoder, err error, data []byte) *Error {
	if errors.Is(err, io.EOF) {
		return &Error{Offset: int64(len(data)), Problem: "the text is empty"}
	}
	e := &Error{Offset: decoder.InputOffset(), Problem: outOfPlace}
	syntax, ok := errors.AsType[*jsontext.SyntacticError](err)
	if !ok {
		return e
	}
	e.Offset = syntax.ByteOffset
	pointer := within(string(syntax.JSONPointer))
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		e.Problem = "a name is given twice"
		e.Pointer = pointer
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.Problem = "the text ends too early"
	case strings.Contains(err.Error(), "UTF-8"), strings.Contains(err.Error(), "surrogate"):
		e.Problem = "not valid UTF-8"
		e.Pointer = pointer
	default:
		e.Problem = misplaced(syntax.Err.Error(), data[min(int(e.Offset), len(data)):])
	}
	return e
}

// within returns a pointer without its last steps, where it is too long: its names come from
// the text. No name is cut, because a part of a secret would stay of it.
func within(pointer string) string {
	const limit = 128
	if len(pointer) <= limit {
		return pointer
	}
	for len(pointer) > limit {
		pointer = pointer[:strings.LastIndexByte(pointer, '/')]
	}
	return pointer + "/…"
}
