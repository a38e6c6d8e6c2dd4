package folder

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"

	"tenableio/internal/fault"
	"tenableio/internal/files"
)

// lockName is the file in a folder of parts that a run locks while the folder is its own.
const lockName = "lock"

// partFolder holds the parts of one report as files in a hidden folder of its own.
type partFolder struct {
	parent *os.Root
	name   string // in parent
	root   *os.Root
	locked *os.File // held while the folder is ours
}

// Parts opens the parts of a report. Those of an earlier run are there already when
// their size and hash are right, and are removed when not. While another process works
// on the same report, the parts are private: no later run finds them.
func (f *Folder) Parts(ctx context.Context, key string) (*files.Parts, error) {
	p := &partFolder{parent: f.root, name: hiddenPrefix + key}
	if err := p.open(); err != nil {
		return nil, err
	}
	if p.claim() {
		there, err := p.verify(ctx)
		if err != nil {
			p.Close()
			return nil, err
		}
		return files.NewParts(p, there, false), nil
	}
	p.Close()
	p.name += "-" + rand.Text()
	if err := p.open(); err != nil {
		return nil, err
	}
	p.claim() // tells a sweep that it is in use
	return files.NewParts(p, map[int]files.Part{}, true), nil
}

func (p *partFolder) open() error {
	if err := p.parent.Mkdir(p.name, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return unusable("cannot be written to", err)
	}
	root, err := p.parent.OpenRoot(p.name)
	if err != nil {
		return unusable("cannot be written to", err)
	}
	p.root = root
	return nil
}

// claim takes the folder for this process. It is false while another one has it,
// and when one that just ended has removed it.
func (p *partFolder) claim() bool {
	file, err := p.root.OpenFile(lockName, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return false
	}
	ours, err := p.root.Stat(".")
	if err == nil && lock(file) {
		if there, err := p.parent.Stat(p.name); err == nil && os.SameFile(ours, there) {
			p.locked = file
			return true
		}
	}
	_ = file.Close()
	return false
}

// verify returns the parts that are whole and removes the other files.
func (p *partFolder) verify(ctx context.Context) (map[int]files.Part, error) {
	entries, err := fs.ReadDir(p.root.FS(), ".")
	if err != nil {
		return nil, unusable("cannot be read", err)
	}
	whole := map[int]files.Part{}
	for _, entry := range entries {
		if entry.Name() == lockName {
			continue
		}
		part, named := files.ParsePart(entry.Name())
		good := named && entry.Type().IsRegular() && p.holds(ctx, part)
		switch {
		case ctx.Err() != nil:
			return nil, fault.Stopped(ctx, "checking the chunks of an earlier run")
		case good:
			whole[part.Number] = part
		default:
			_ = p.root.RemoveAll(entry.Name())
		}
	}
	return whole, nil
}

// holds tells whether a part's file is what its name says.
func (p *partFolder) holds(ctx context.Context, part files.Part) bool {
	file, err := p.root.Open(part.FileName())
	if err != nil {
		return false
	}
	defer file.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, files.Until(ctx, file))
	return err == nil && size == part.Size && hex.EncodeToString(sum.Sum(nil)) == part.SHA256
}

// partDraft is a part that is being written.
type partDraft struct{ *temp }

// Create begins a part under a temporary name.
func (p *partFolder) Create() (files.Draft, error) {
	t, err := createTemp(p.root)
	if err != nil {
		return nil, err
	}
	return &partDraft{t}, nil
}

// Keep brings the part to the disk and gives it its name. A part of the same name has
// the same content.
func (d *partDraft) Keep(ctx context.Context, name string) (files.Kept, error) {
	if err := d.sync(ctx); err != nil {
		return files.Kept{}, err
	}
	if err := d.root.Rename(d.name, name); err != nil {
		return files.Kept{}, files.DiskFault(err)
	}
	_ = d.file.Close()
	d.file = nil
	return files.Kept{Name: name}, nil
}

// Open opens a part.
func (p *partFolder) Open(name string) (io.ReadCloser, error) {
	file, err := p.root.Open(name)
	if err != nil {
		return nil, fault.Defect("A part of the report is gone from the output folder.").WithCause(err).
			WithHint("Run the command again with the same options.output_dir.")
	}
	return file, nil
}

// Close closes the folder and leaves it as it is.
func (p *partFolder) Close() {
	if p.locked != nil {
		_ = p.locked.Close()
	}
	_ = p.root.Close()
}

// Remove removes the folder.
func (p *partFolder) Remove() {
	_ = p.parent.RemoveAll(p.name)
	p.Close()
}
