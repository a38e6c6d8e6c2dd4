package files

import (
	"context"
	"fmt"
	"io"
	"maps"
	"sync"
)

// Parts are the pieces of one report by their numbers, each of them whole. They may be
// used by several goroutines.
type Parts struct {
	store   PartStore
	private bool // no later run may find them
	doubt   Doubt

	mu   sync.Mutex
	kept map[int]Part
}

// PartStore holds the parts of one report under their file names.
type PartStore interface {
	// Create begins a part.
	Create() (Draft, error)
	// Open opens a part that was kept.
	Open(name string) (io.ReadCloser, error)
	// Close lets the store go. What was kept stays for a later run.
	Close()
	// Remove removes the store with all that is in it.
	Remove()
}

// NewParts are the parts in a store: those that are there already, and more to come.
// Private ones are removed with the run.
func NewParts(store PartStore, there map[int]Part, private bool, doubt Doubt) *Parts {
	return &Parts{store: store, private: private, kept: there, doubt: doubt}
}

// Doubt is what is not certain about the parts of an earlier run.
type Doubt int

// The doubts.
const (
	NoDoubt    Doubt = iota
	NotTrusted       // others may have changed them, so they are not used
	NotLocked        // another run may be using them at the same time
)

// Doubt is what is not certain about the parts of an earlier run.
func (p *Parts) Doubt() Doubt { return p.doubt }

// Part is one piece of a report.
type Part struct {
	Number  int
	Records int
	Digest

	once bool // for this run alone
}

// A part's file name holds all that is known of the part, so that no index beside the
// parts can contradict it.
const partName = "%d-%d-%d-%s.part"

// FileName is the name that a part is kept under.
func (p Part) FileName() string {
	name := fmt.Sprintf(partName, p.Number, p.Records, p.Size, p.SHA256)
	if p.once {
		name += "-once" // which ParsePart refuses
	}
	return name
}

// ParsePart reads a part's file name. It is false for any other name.
func ParsePart(name string) (Part, bool) {
	var p Part
	_, err := fmt.Sscanf(name, "%d-%d-%d-%64s", &p.Number, &p.Records, &p.Size, &p.SHA256)
	return p, err == nil && p.FileName() == name
}

// NoteName is the name that the note beside the parts is kept under.
const NoteName = "note"

// SetNote keeps a text beside the parts for a later run, in the place of an earlier one.
// Where no later run can find it, nothing is kept.
func (p *Parts) SetNote(ctx context.Context, text []byte) error {
	if p.private {
		return nil
	}
	draft, err := p.store.Create()
	if err != nil {
		return err
	}
	defer draft.Drop()
	if _, err = draft.Write(text); err == nil {
		_, err = draft.Keep(ctx, NoteName)
	}
	return err
}

// Note returns the text that an earlier run kept beside the parts, or nil.
func (p *Parts) Note() []byte {
	const longest = 1 << 20 // bytes
	if p.private {
		return nil
	}
	file, err := p.store.Open(NoteName)
	if err != nil {
		return nil
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, longest))
	if err != nil {
		return nil
	}
	return text
}

// Kept are the parts that are there, by their numbers.
func (p *Parts) Kept() map[int]Part {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.kept)
}

// Len is how many parts there are.
func (p *Parts) Len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.kept)
}

// Part is the part of a number, or the zero Part.
func (p *Parts) Part(number int) Part {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept[number]
}

// Begin begins a part. It ends with Drop, after Keep or without.
func (p *Parts) Begin() (*PartWriter, error) {
	draft, err := p.store.Create()
	if err != nil {
		return nil, err
	}
	return &PartWriter{parts: p, draft: draft, hash: NewHasher(draft)}, nil
}

// Open opens a part that is there. The caller closes it.
func (p *Parts) Open(number int) (io.ReadCloser, error) {
	return p.store.Open(p.Part(number).FileName())
}

// Leave lets the parts go. They stay for a later run where one can find them.
func (p *Parts) Leave() {
	if p.private || p.Len() == 0 {
		p.Remove()
		return
	}
	p.store.Close()
}

// Remove removes the parts.
func (p *Parts) Remove() { p.store.Remove() }

// PartWriter writes one part. It becomes one of the parts with Keep.
type PartWriter struct {
	parts *Parts
	draft Draft
	hash  *Hasher
}

// Write adds to the part.
func (w *PartWriter) Write(b []byte) (int, error) { return w.hash.Write(b) }

// Reset empties the part.
func (w *PartWriter) Reset() error {
	w.hash = NewHasher(w.draft)
	return w.draft.Reset()
}

// Keep makes what was written the part of a number, with so many records. A later run
// finds it only if it is whole.
func (w *PartWriter) Keep(ctx context.Context, number, records int, whole bool) error {
	part := Part{Number: number, Records: records, Digest: w.hash.Digest(), once: !whole}
	if _, err := w.draft.Keep(ctx, part.FileName()); err != nil {
		return err
	}
	w.parts.mu.Lock()
	defer w.parts.mu.Unlock()
	w.parts.kept[number] = part
	return nil
}

// Drop gives up what was written, unless it was kept.
func (w *PartWriter) Drop() { w.draft.Drop() }
