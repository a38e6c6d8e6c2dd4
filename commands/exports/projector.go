package exports

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"tenableio/internal/strictjson"
)

// maxFinding is the largest finding, in bytes. Tenable cuts a plugin's output at 1 MB.
const maxFinding = 32 << 20

// errTooLarge is the error of a finding of more than 32 MiB. No real finding is so large.
var errTooLarge = errors.New("a finding is larger than 32 MiB")

// fieldTree is the fields to keep of each finding; nil keeps all.
type fieldTree map[string]fieldTree

// parseFields reads dotted paths. A path keeps everything below it.
func parseFields(paths []string) fieldTree {
	if len(paths) == 0 {
		return nil
	}
	chosen := fieldTree{}
	for _, path := range paths {
		chosen.add(strings.Split(path, "."))
	}
	return chosen
}

func (f fieldTree) add(path []string) {
	below, there := f[path[0]]
	switch {
	case len(path) == 1:
		f[path[0]] = nil // everything below
	case there && below == nil: // is kept already
	default:
		if below == nil {
			below = fieldTree{}
			f[path[0]] = below
		}
		below.add(path[1:])
	}
}

// projector reads the findings of a JSON array as a stream and keeps the chosen fields of
// each: byte for byte and in their order. Only line breaks between values become spaces, so
// that a finding is one line.
type projector struct {
	Fields fieldTree

	// DuplicateNames has the findings checked one by one for names that are given twice.
	// Without it, such a name ends the array with an error.
	DuplicateNames bool

	// Repairs counts the findings with bytes that are not UTF-8, which become U+FFFD.
	Repairs int

	// LeftOut holds the findings that break the limits of strictjson. No reader of the
	// report is to meet them.
	LeftOut leftOut

	decoder *jsontext.Decoder
	out     bytes.Buffer // the current finding
}

// Copy writes the findings of an array to w and returns how many there are. It writes one
// finding on each line, separated by commas, without the brackets. The array must be
// complete, and nothing may follow it.
func (p *projector) Copy(w io.Writer, r io.Reader) (int, error) {
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

// Each calls do with each finding of an array and returns how many there were. A finding is
// valid until do returns. Each ends with an error of do and returns it unchanged.
func (p *projector) Each(r io.Reader, do func(finding []byte) error) (int, error) {
	guarded := &guard{from: r}
	p.decoder = jsontext.NewDecoder(
		guarded, jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(p.DuplicateNames))
	guarded.offset = p.decoder.InputOffset
	begin, err := p.decoder.ReadToken()
	if err != nil {
		return 0, err
	}
	if begin.Kind() != '[' {
		return 0, errors.New("it is not an array")
	}
	n := 0
	for index := 0; p.decoder.PeekKind() != ']'; index++ {
		finding, err := p.next()
		if err != nil {
			return n, err
		}
		const outer = 1 // the array
		if !strictjson.WithinLimits(finding, outer) || p.DuplicateNames && strictjson.CheckAnswer(finding) != nil {
			p.LeftOut.add(index)
			continue
		}
		if err := do(finding); err != nil {
			return n, err
		}
		n++
	}
	if _, err := p.decoder.ReadToken(); err != nil {
		return n, err
	}
	if _, err := p.decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return n, errors.Join(errors.New("text follows the array"), err)
	}
	return n, nil
}

// leftOut is findings of a chunk, by their indexes.
type leftOut struct {
	count int
	first []string // the first of the indexes
}

func (l *leftOut) add(index int) {
	const named = 10
	if l.count++; l.count <= named {
		l.first = append(l.first, strconv.Itoa(index))
	}
}

// String lists the indexes.
func (l leftOut) String() string {
	list := "index " + strings.Join(l.first, ", ")
	if more := l.count - len(l.first); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}

// next returns the next object with the chosen fields only, or anything else as it is.
func (p *projector) next() (finding []byte, err error) {
	if p.Fields == nil || p.decoder.PeekKind() != '{' {
		finding, err = p.decoder.ReadValue()
	} else {
		p.out.Reset()
		err = p.object(p.Fields)
		finding = p.out.Bytes()
	}
	if err != nil {
		return nil, err
	}
	for _, lineBreak := range []byte("\r\n") { // in strings they are escaped
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

// object copies an object with the chosen members only.
func (p *projector) object(chosen fieldTree) error {
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
			// SkipValue reads nested values token by token, which was measured a fifth slower.
			if _, err := p.decoder.ReadValue(); err != nil {
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

// value copies a member's value: all of it, or the chosen fields of an object or of each
// object in an array. It returns false if there are none of them.
func (p *projector) value(chosen fieldTree) (bool, error) {
	if chosen == nil {
		value, err := p.decoder.ReadValue()
		p.out.Write(value)
		return true, err
	}
	start := p.out.Len()
	switch p.decoder.PeekKind() {
	case '{':
		err := p.object(chosen)
		return p.out.Len() > start+len("{}"), err
	case '[':
		return true, p.array(chosen)
	}
	_, err := p.decoder.ReadValue()
	return false, err
}

// array copies an array, each object in it with the chosen fields only.
func (p *projector) array(chosen fieldTree) error {
	if _, err := p.decoder.ReadToken(); err != nil {
		return err
	}
	p.out.WriteByte('[')
	first := p.out.Len()
	for p.decoder.PeekKind() != ']' {
		if p.decoder.PeekKind() != '{' {
			if _, err := p.decoder.ReadValue(); err != nil {
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

// member returns what is chosen of a member. The name is quoted as it stands in the text.
func (f fieldTree) member(quoted jsontext.Value) (below fieldTree, wanted bool) {
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

// guard ends a stream in which a finding never ends.
type guard struct {
	from   io.Reader
	read   int64
	offset func() int64 // of the decoder
}

func (g *guard) Read(p []byte) (int, error) {
	if g.read-g.offset() > maxFinding {
		return 0, errTooLarge
	}
	n, err := g.from.Read(p)
	g.read += int64(n)
	return n, err
}
