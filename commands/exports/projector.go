// This file reads the findings of a vulnerability export as a stream, one after the
// other, whatever their number, and keeps the chosen fields of each. It knows nothing
// of where they come from and where they go.

package exports

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// maxFinding is the largest single finding, in bytes. Tenable cuts a plugin's
// output at 1 MB.
const maxFinding = 32 << 20

// ErrTooLarge is the error of a finding of more than 32 MiB, which no real one has.
var ErrTooLarge = errors.New("a finding is larger than 32 MiB")

// Fields are the fields to keep of each finding; nil keeps all.
type Fields map[string]Fields

// ParseFields reads dotted paths. A path keeps everything below it.
func ParseFields(paths []string) Fields {
	if len(paths) == 0 {
		return nil
	}
	chosen := Fields{}
	for _, path := range paths {
		chosen.add(strings.Split(path, "."))
	}
	return chosen
}

func (f Fields) add(path []string) {
	below, there := f[path[0]]
	switch {
	case len(path) == 1:
		f[path[0]] = nil // everything below
	case there && below == nil: // is kept already
	default:
		if below == nil {
			below = Fields{}
			f[path[0]] = below
		}
		below.add(path[1:])
	}
}

// Projector reads findings from a JSON array, with the chosen fields alone. What
// is kept is kept byte for byte, and in the order in which it came; line breaks
// between values alone become spaces, so that a finding is one line.
type Projector struct {
	Fields Fields

	// Repairs counts the findings with bytes that are not UTF-8, each of which
	// was replaced by U+FFFD.
	Repairs int

	decoder *jsontext.Decoder
	out     bytes.Buffer // the finding at hand
}

// Copy writes the findings of an array to w, one on each line, separated by
// commas and without the brackets, and returns how many there are. The array
// must be whole and nothing may follow it.
func (p *Projector) Copy(w io.Writer, r io.Reader) (int, error) {
	separator := ""
	return p.Each(r, func(finding []byte) error {
		_, err := io.WriteString(w, separator)
		if err == nil {
			_, err = w.Write(finding)
		}
		separator = ",\n"
		return err
	})
}

// Each hands the findings of an array to do, one after the other, and returns how
// many there were. A finding is valid until do returns. An error of do ends it and is
// returned as it is.
func (p *Projector) Each(r io.Reader, do func(finding []byte) error) (int, error) {
	guarded := &guard{from: r}
	p.decoder = jsontext.NewDecoder(guarded, jsontext.AllowInvalidUTF8(true))
	guarded.offset = p.decoder.InputOffset
	if kind := p.decoder.PeekKind(); kind != '[' {
		if _, err := p.decoder.ReadToken(); err != nil {
			return 0, err
		}
		return 0, errors.New("it is not an array")
	}
	if _, err := p.decoder.ReadToken(); err != nil {
		return 0, err
	}
	n := 0
	for ; p.decoder.PeekKind() != ']'; n++ {
		finding, err := p.next()
		if err == nil {
			err = do(finding)
		}
		if err != nil {
			return n, err
		}
	}
	if _, err := p.decoder.ReadToken(); err != nil {
		return n, err
	}
	if _, err := p.decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return n, errors.Join(errors.New("text follows the array"), err)
	}
	return n, nil
}

// next is the next finding.
func (p *Projector) next() ([]byte, error) {
	p.out.Reset()
	if p.decoder.PeekKind() != '{' {
		if _, err := p.decoder.ReadToken(); err != nil {
			return nil, err
		}
		return nil, errors.New("a finding is not an object")
	}
	finding, err := p.project()
	if err != nil {
		return nil, err
	}
	for _, lineBreak := range []byte("\r\n") { // strings hold them in their escaped form alone
		if bytes.IndexByte(finding, lineBreak) >= 0 {
			finding = bytes.ReplaceAll(finding, []byte{lineBreak}, []byte(" "))
		}
	}
	if !utf8.Valid(finding) {
		finding = bytes.ToValidUTF8(finding, []byte("\uFFFD"))
		p.Repairs++
	}
	return finding, nil
}

// project is the next object with the chosen fields alone.
func (p *Projector) project() ([]byte, error) {
	if p.Fields == nil {
		return p.decoder.ReadValue()
	}
	err := p.object(p.Fields)
	return p.out.Bytes(), err
}

// keep copies the next value.
func (p *Projector) keep() error {
	value, err := p.decoder.ReadValue()
	p.out.Write(value)
	return err
}

// skip passes over the next value. The decoder's own SkipValue goes token by token
// through what is nested, which was measured a fifth slower.
func (p *Projector) skip() error {
	_, err := p.decoder.ReadValue()
	return err
}

// object copies an object with the chosen members alone.
func (p *Projector) object(chosen Fields) error {
	if _, err := p.decoder.ReadToken(); err != nil {
		return err
	}
	p.out.WriteByte('{')
	first := p.out.Len()
	for p.decoder.PeekKind() != '}' {
		name, err := p.decoder.ReadValue()
		if err != nil {
			return err
		}
		below, wanted := chosen.member(name)
		if !wanted {
			if err := p.skip(); err != nil {
				return err
			}
			continue
		}
		start := p.out.Len()
		if start > first {
			p.out.WriteByte(',')
		}
		p.out.Write(name)
		p.out.WriteByte(':')
		kept, err := p.value(below)
		if err != nil {
			return err
		}
		if !kept {
			p.out.Truncate(start)
		}
	}
	_, err := p.decoder.ReadToken()
	p.out.WriteByte('}')
	return err
}

// value copies a member's value: all of it, or the chosen fields of an object or
// of each object in an array. It is false where there are none of them.
func (p *Projector) value(chosen Fields) (bool, error) {
	if chosen == nil {
		return true, p.keep()
	}
	start := p.out.Len()
	switch p.decoder.PeekKind() {
	case '{':
		err := p.object(chosen)
		return p.out.Len() > start+len("{}"), err
	case '[':
		return true, p.array(chosen)
	}
	return false, p.skip()
}

// array copies an array, each object in it with the chosen fields alone.
func (p *Projector) array(chosen Fields) error {
	if _, err := p.decoder.ReadToken(); err != nil {
		return err
	}
	p.out.WriteByte('[')
	first := p.out.Len()
	for p.decoder.PeekKind() != ']' {
		if p.decoder.PeekKind() != '{' {
			if err := p.skip(); err != nil {
				return err
			}
			continue
		}
		if p.out.Len() > first {
			p.out.WriteByte(',')
		}
		if err := p.object(chosen); err != nil {
			return err
		}
	}
	_, err := p.decoder.ReadToken()
	p.out.WriteByte(']')
	return err
}

// member is what is chosen of a member by its name as it stands in the text.
func (f Fields) member(quoted jsontext.Value) (below Fields, wanted bool) {
	name := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(name, '\\') < 0 {
		below, wanted = f[string(name)]
		return below, wanted
	}
	plain, err := jsontext.AppendUnquote(nil, quoted)
	if err != nil {
		return nil, false
	}
	below, wanted = f[string(plain)]
	return below, wanted
}

// guard ends the stream when one finding never ends.
type guard struct {
	from   io.Reader
	read   int64
	offset func() int64 // how far the decoder is
}

func (g *guard) Read(p []byte) (int, error) {
	if g.read-g.offset() > maxFinding {
		return 0, ErrTooLarge
	}
	n, err := g.from.Read(p)
	g.read += int64(n)
	return n, err
}
