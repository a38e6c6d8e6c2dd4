package spill

import (
	"context"
	"io"
	"sync"

	"tenableio/internal/files"
)

// Inline is the destination of files that go into the result envelope, of up to Limit bytes.
type Inline struct{ Limit int64 }

// Create begins a file.
func (i Inline) Create() (files.Draft, error) { return &inlineFile{Spool: NewSpool(i.Limit)}, nil }

// Parts returns room for the parts of a report, of up to the limit in all.
func (i Inline) Parts(context.Context, string) (*files.Parts, error) {
	store := &partSpool{all: NewSpool(i.Limit), sections: map[string]section{}}
	return files.NewParts(store, map[int]files.Part{}, true, files.NoDoubt), nil
}

// Close has nothing to do.
func (i Inline) Close() error { return nil }

// inlineFile is a file for the envelope that is being written.
type inlineFile struct {
	*Spool
	kept bool
}

// Keep makes the file's content ready to be read.
func (f *inlineFile) Keep(_ context.Context, name string) (files.Kept, error) {
	f.kept = true
	return files.Kept{Name: name, Content: f.Reader()}, nil
}

// Drop gives the content up unless it was kept: then it is read when the envelope is
// written, and stays until the process ends.
func (f *inlineFile) Drop() {
	if !f.kept {
		f.Close()
	}
}

// partSpool holds the parts of a report in one spool, one after the other: many spools
// would be as many open files, or megabytes of memory.
type partSpool struct {
	mu       sync.Mutex
	all      *Spool
	sections map[string]section // the parts by their file names
}

// section is where a part is in the spool, in bytes.
type section struct{ offset, size int64 }

// Create begins a part in a spool of its own.
func (p *partSpool) Create() (files.Draft, error) {
	return &partDraft{Spool: NewSpool(p.all.limit), parts: p}, nil
}

// Open opens a part.
func (p *partSpool) Open(name string) (io.ReadCloser, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.sections[name]
	return io.NopCloser(p.all.section(at.offset, at.size)), nil
}

// Close removes the parts: no later run can find them.
func (p *partSpool) Close() { p.Remove() }

// Remove gives the memory and the file back.
func (p *partSpool) Remove() { p.all.Close() }

// partDraft is a part that is being written.
type partDraft struct {
	*Spool
	parts *partSpool
}

// Keep adds the part to the others.
func (d *partDraft) Keep(ctx context.Context, name string) (files.Kept, error) {
	p := d.parts
	p.mu.Lock()
	defer p.mu.Unlock()
	at := section{offset: p.all.size, size: d.size}
	if _, err := io.Copy(p.all, files.Until(ctx, d.Reader())); err != nil {
		return files.Kept{}, err
	}
	p.sections[name] = at
	return files.Kept{Name: name}, nil
}

// Drop gives the part's own spool back.
func (d *partDraft) Drop() { d.Close() }
