package files

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"sync"

	"tenableio/internal/fault"
)

// Parts are the pieces of one report, each of them whole, by their numbers. In
// an output folder they are files, and a later run for the same report finds
// them again; for the envelope they are spools. Parts may be used by several
// goroutines.
type Parts struct {
	parent *Folder
	name   string   // of the parts' own folder in parent
	root   *os.Root // that folder; nil: spools
	locked *os.File // held while the folder is ours
	spool  *Spool   // of all parts for the envelope, one after the other; nil: files

	private bool // they go with the run, and no other run finds them

	mu   sync.Mutex
	kept map[int]Part
}

// Part is one piece.
type Part struct {
	Number  int
	Records int
	Size    int64 // bytes
	SHA256  string

	offset int64 // in the spool
}

// A part's file name says all that is known of it, so that there is no list
// beside the parts which could tell something else.
const partName = "%d-%d-%d-%s" + tempSuffix

func (p Part) fileName() string {
	return fmt.Sprintf(partName, p.Number, p.Records, p.Size, p.SHA256)
}

// SpoolParts returns parts for the envelope, of up to limit bytes in all.
func SpoolParts(limit int64) *Parts {
	return &Parts{spool: NewSpool(limit), private: true, kept: map[int]Part{}}
}

// Parts opens the parts of the report called key, which must be fit for a file name.
// Those of an earlier run are there already when their size and hash are right, and
// are removed when not. While another process works on the same report, the parts are
// private: they are neither found by a later run nor left for one.
func (f *Folder) Parts(ctx context.Context, key string) (*Parts, error) {
	p := &Parts{parent: f, name: hiddenPrefix + key, kept: map[int]Part{}}
	if err := p.open(); err != nil {
		return nil, err
	}
	if p.claim() {
		err := p.verify(ctx)
		if err != nil {
			p.close()
		}
		return p, err
	}
	p.close()
	p.name, p.private = p.name+"-"+rand.Text(), true
	if err := p.open(); err != nil {
		return nil, err
	}
	p.claim() // tells a sweep that it is in use
	return p, nil
}

const lockName = "lock" // in a folder of parts

// claim takes the folder for this process. It is false while another one has it,
// and when one that just ended has removed it.
func (p *Parts) claim() bool {
	file, err := p.root.OpenFile(lockName, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return false
	}
	ours, err := p.root.Stat(".")
	if err == nil && lock(file) {
		if there, err := p.parent.root.Stat(p.name); err == nil && os.SameFile(ours, there) {
			p.locked = file
			return true
		}
	}
	_ = file.Close()
	return false
}

// close lets the folder go, as it is.
func (p *Parts) close() {
	if p.locked != nil {
		_ = p.locked.Close()
	}
	_ = p.root.Close()
}

func (p *Parts) open() error {
	if err := p.parent.root.Mkdir(p.name, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return unusable("cannot be written to", err)
	}
	root, err := p.parent.root.OpenRoot(p.name)
	if err != nil {
		return unusable("cannot be written to", err)
	}
	p.root = root
	return nil
}

// verify keeps the parts that are whole and removes the other files.
func (p *Parts) verify(ctx context.Context) error {
	entries, err := fs.ReadDir(p.root.FS(), ".")
	if err != nil {
		return unusable("cannot be read", err)
	}
	for _, entry := range entries {
		var part Part
		if entry.Name() == lockName {
			continue
		}
		_, err := fmt.Sscanf(entry.Name(), "%d-%d-%d-%64s", &part.Number, &part.Records, &part.Size, &part.SHA256)
		whole := err == nil && part.fileName() == entry.Name() && entry.Type().IsRegular() && p.whole(ctx, part)
		switch {
		case ctx.Err() != nil:
			return fault.Stopped(ctx, "checking the chunks of an earlier run")
		case whole:
			p.kept[part.Number] = part
		default:
			_ = p.root.RemoveAll(entry.Name())
		}
	}
	return nil
}

// whole tells whether a part's file is what its name says.
func (p *Parts) whole(ctx context.Context, part Part) bool {
	file, err := p.root.Open(part.fileName())
	if err != nil {
		return false
	}
	defer file.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, Until(ctx, file))
	return err == nil && size == part.Size && hex.EncodeToString(sum.Sum(nil)) == part.SHA256
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

// PartWriter writes one part. It becomes one of the parts with Keep.
type PartWriter struct {
	parts *Parts
	temp  *Temp  // in a folder
	spool *Spool // for the envelope
	sum   hash.Hash
	size  int64
}

// Begin begins a part. It ends with Drop, after Keep or without.
func (p *Parts) Begin() (*PartWriter, error) {
	w := &PartWriter{parts: p, sum: sha256.New()}
	if p.root == nil {
		w.spool = NewSpool(p.spool.limit)
		return w, nil
	}
	var err error
	w.temp, err = (&Folder{root: p.root}).Create()
	return w, err
}

// Write adds to the part.
func (w *PartWriter) Write(b []byte) (int, error) {
	w.sum.Write(b)
	w.size += int64(len(b))
	if w.spool != nil {
		return w.spool.Write(b)
	}
	return w.temp.Write(b)
}

// Reset empties the part.
func (w *PartWriter) Reset() error {
	w.sum.Reset()
	w.size = 0
	if w.spool != nil {
		return w.spool.Reset()
	}
	return w.temp.Reset()
}

// Keep makes what was written the part of a number, with so many records.
func (w *PartWriter) Keep(ctx context.Context, number, records int) error {
	part := Part{Number: number, Records: records, Size: w.size, SHA256: hex.EncodeToString(w.sum.Sum(nil))}
	if w.temp != nil {
		if err := synced(ctx, w.temp.file); err != nil {
			return err
		}
		if err := w.parts.root.Rename(w.temp.name, part.fileName()); err != nil {
			return diskFault(err)
		}
		_ = w.temp.file.Close()
		w.temp = nil
	}
	return w.parts.add(ctx, part, w.spool)
}

// add notes a part. One for the envelope joins the others in their spool: many
// spools would be as many open files, or megabytes of memory.
func (p *Parts) add(ctx context.Context, part Part, spool *Spool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.spool != nil {
		part.offset = p.spool.Size()
		if _, err := io.Copy(p.spool, Until(ctx, spool.Reader())); err != nil {
			return err
		}
	}
	p.kept[part.Number] = part
	return nil
}

// Drop gives up what was written, unless it was kept.
func (w *PartWriter) Drop() {
	if w.temp != nil {
		w.temp.Drop()
	}
	if w.spool != nil {
		w.spool.Close()
	}
}

// Open opens a part that is there. The caller closes it.
func (p *Parts) Open(number int) (io.ReadCloser, error) {
	part := p.Part(number)
	if p.spool != nil {
		return io.NopCloser(p.spool.section(part.offset, part.Size)), nil
	}
	file, err := p.root.Open(part.fileName())
	if err != nil {
		return nil, fault.Defect("A part of the report is gone from the output folder.").WithCause(err).
			WithHint("Run the command again with the same options.output_dir.")
	}
	return file, nil
}

// Leave lets the parts go; those in an output folder stay there for a later run.
func (p *Parts) Leave() {
	if p.private || len(p.Kept()) == 0 {
		p.Remove()
		return
	}
	p.close()
}

// Remove removes the parts.
func (p *Parts) Remove() {
	if p.spool != nil {
		p.spool.Close()
		return
	}
	_ = p.parent.root.RemoveAll(p.name)
	p.close()
}
