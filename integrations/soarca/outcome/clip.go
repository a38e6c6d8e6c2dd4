package outcome

import "github.com/go-json-experiment/json/jsontext"

// Most is the most that one variable holds, in bytes.
const Most = 256 << 10

// clip is the beginning of a JSON value, as much of it as fits into a variable. It is
// valid JSON, compact, and its lists hold whole elements.
type clip struct {
	text  []byte
	full  bool // something is left out
	kept  int  // elements that are in text, when the value is a list
	total int  // elements that the list had
}

// read reads the next value.
func (c *clip) read(tokens *jsontext.Decoder) error {
	_, err := c.value(tokens, 0, false)
	return err
}

// value reads a value that stands in as many brackets as depth. It tells whether text
// has it: all of it in a list, and its beginning elsewhere.
func (c *clip) value(tokens *jsontext.Decoder, depth int, inList bool) (ok bool, err error) {
	if c.full {
		return false, tokens.SkipValue()
	}
	kind := tokens.PeekKind()
	if kind != '{' && kind != '[' {
		text, err := tokens.ReadValue()
		return c.add(depth, text...), err
	}
	if _, err := tokens.ReadToken(); err != nil {
		return false, err
	}
	opened := c.add(depth+1, byte(kind))
	last := kind + 2 // in ASCII, ] and } stand two places behind [ and {
	for n := 0; tokens.PeekKind() != last; n++ {
		before := len(c.text)
		ok, err := c.element(tokens, n, depth+1, kind == '{', inList || kind == '[')
		if err != nil {
			return false, err
		}
		if !ok {
			c.text = c.text[:before]
		}
		if depth == 0 && kind == '[' {
			c.count(ok)
		}
	}
	if opened {
		c.text = append(c.text, byte(last))
	}
	_, err = tokens.ReadToken()
	return opened && (!inList || !c.full), err
}

// element reads an element of a list, or a member of an object with its name.
func (c *clip) element(tokens *jsontext.Decoder, n, depth int, named, inList bool) (ok bool, err error) {
	if n > 0 {
		c.add(depth, ',')
	}
	if named {
		name, err := tokens.ReadValue()
		if err != nil {
			return false, err
		}
		c.add(depth, append(name.Clone(), ':')...)
	}
	return c.value(tokens, depth, inList)
}

// add adds to the text unless that leaves no room for the brackets that end it.
func (c *clip) add(depth int, text ...byte) bool {
	c.full = c.full || len(c.text)+len(text)+depth > Most
	if !c.full {
		c.text = append(c.text, text...)
	}
	return !c.full
}

func (c *clip) count(kept bool) {
	c.total++
	if kept {
		c.kept++
	}
}
