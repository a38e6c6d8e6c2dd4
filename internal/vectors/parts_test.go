package vectors_test

import (
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"strings"
)

// parts describes bytes briefly: as a text, or as a list of texts, of {"repeat": "a", "times": 3000000},
// of {"hex": "ff00"} and of lists.
type parts []part

type part struct {
	Text   string
	Repeat string `json:"repeat"`
	Times  int64  `json:"times"`
	Hex    string `json:"hex"`
}

func (p *parts) UnmarshalJSON(text []byte) error {
	if text[0] != '[' {
		var one part
		err := one.UnmarshalJSON(text)
		*p = parts{one}
		return err
	}
	var lists []parts
	err := json.Unmarshal(text, &lists)
	*p = slices.Concat(lists...)
	return err
}

func (p *part) UnmarshalJSON(text []byte) error {
	if text[0] == '"' {
		return json.Unmarshal(text, &p.Text)
	}
	type plain part
	if err := strictly(text, (*plain)(p)); err != nil {
		return err
	}
	decoded, err := hex.DecodeString(p.Hex)
	p.Text = string(decoded)
	return err
}

// size returns the number of bytes.
func (p parts) size() int64 {
	var n int64
	for _, one := range p {
		n += int64(len(one.Text)) + int64(len(one.Repeat))*one.Times
	}
	return n
}

// reader returns a reader of the bytes that does not hold them in memory.
func (p parts) reader() io.Reader {
	var readers []io.Reader
	for _, one := range p {
		repeated := &repeater{block: blockOf(one.Repeat), left: int64(len(one.Repeat)) * one.Times}
		readers = append(readers, strings.NewReader(one.Text), repeated)
	}
	return io.MultiReader(readers...)
}

// repeater reads a block of bytes over and over.
type repeater struct {
	block  []byte
	offset int
	left   int64 // bytes
}

func blockOf(text string) []byte {
	if text == "" {
		return nil
	}
	return []byte(strings.Repeat(text, max(1, (64<<10)/len(text))))
}

func (r *repeater) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), r.left)], r.block[r.offset:])
	r.offset = (r.offset + n) % len(r.block)
	r.left -= int64(n)
	return n, nil
}
