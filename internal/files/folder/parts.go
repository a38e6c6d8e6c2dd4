package folder

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"time"

	"tenableio/internal/fault"
	"tenableio/internal/files"
)

// partFolder holds the parts of one report as files in a hidden folder of its own.
type partFolder struct {
	parent *os.Root
	name   string // in parent
	own    bool   // made by this run, and found by no other
	root   *os.Root
	held   *os.File // its lock
	sure   bool     // the lock is ours; false where there are no locks
}

// Parts opens the parts of a report. Those of an earlier run are there already when they
// are the plugin's own and their size and hash are right. While another run works on the
// same report, or where others may write to the folder of the parts, this run gets a
// folder of its own, which no later run finds.
func (f *Folder) Parts(ctx context.Context, key string) (*files.Parts, error) {
	p, err := openParts(f.root, hiddenPrefix+key, false)
	doubt := files.NoDoubt
	switch {
	case err == nil:
		there, err := p.verify(ctx)
		if err != nil {
			p.Close()
			return nil, err
		}
		if !p.sure && len(there) > 0 {
			doubt = files.NotLocked
		}
		return files.NewParts(p, there, false, doubt), nil
	case errors.Is(err, errForeign):
		return nil, unusable("holds something else where the plugin keeps the parts of this report", err).
			WithHint("Remove what begins with .tenableio- and this export's UUID from the folder, or give another folder.")
	case errors.Is(err, errUntrusted):
		doubt = files.NotTrusted
	case !errors.Is(err, errBusy):
		return nil, unusable("cannot be written to", err)
	}
	for range maxAttempts {
		p, err = openParts(f.root, hiddenPrefix+key+"-"+rand.Text()+unfinishedSuffix, true)
		if err == nil {
			return files.NewParts(p, map[int]files.Part{}, true, doubt), nil
		}
	}
	return nil, unusable("cannot be written to", err)
}

// errUntrusted is a folder of parts to which others may write.
var errUntrusted = errors.New("it belongs to another user, or others may write to it")

// openParts opens a folder of parts, or makes it, and takes its lock. Another run may
// remove the folder at any moment before that, and then all begins anew.
func openParts(parent *os.Root, name string, own bool) (*partFolder, error) {
	const patience = 10 * time.Millisecond // a sweep of another run is shorter
	for attempt := range maxAttempts {
		p := &partFolder{parent: parent, name: name, own: own}
		err := p.open()
		if err == nil {
			return p, nil
		}
		p.Close()
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, errSwapped):
		case errors.Is(err, errBusy) && attempt < 3:
			time.Sleep(patience)
		default:
			return nil, err
		}
	}
	return nil, errBusy
}

// open is one attempt of openParts. An error that something does not exist says that it
// was removed in the meantime.
func (p *partFolder) open() error {
	err := p.parent.Mkdir(p.name, 0o700)
	if err == nil {
		err = p.parent.Chmod(p.name, 0o700) // gives back what a narrow umask took
	}
	if err != nil && (p.own || !errors.Is(err, fs.ErrExist)) {
		return err
	}
	named, err := p.parent.Lstat(p.name)
	if err != nil {
		return err
	}
	if !named.IsDir() {
		return errForeign
	}
	if !p.trusts(named) {
		return errUntrusted
	}
	p.root, err = openDir(p.name, p.parent.OpenRoot, p.parent.Lstat)
	if err != nil {
		return err
	}
	return p.claim()
}

// trusts tells whether what a folder or file says is this run's own word. The run's own
// folder is trusted on disks, too, that know no owners.
func (p *partFolder) trusts(info fs.FileInfo) bool { return p.own || private(info) }

// claim takes the lock of the folder, if the folder is to be trusted.
func (p *partFolder) claim() error {
	opened, err := p.root.Stat(".")
	if err != nil {
		return err
	}
	if !p.trusts(opened) {
		return errUntrusted
	}
	if p.held, err = p.openFile(lockName, os.O_CREATE|os.O_RDWR); err != nil {
		return err
	}
	_ = p.held.Chmod(0o600) // gives back what a narrow umask took
	switch lock(p.held) {
	case busy:
		return errBusy
	case locked:
		p.sure = true
	}
	if !stands(p.root, p.name, p.parent.Lstat) {
		return errSwapped // the run that had it before removed it
	}
	return nil
}

// openFile opens a file of the folder that is to be trusted.
func (p *partFolder) openFile(name string, flag int) (*os.File, error) {
	file, info, err := openRegular(p.root, name, flag)
	if err != nil {
		return nil, err
	}
	if !p.trusts(info) {
		_ = file.Close()
		return nil, errForeign
	}
	return file, nil
}

// verify returns the parts that are whole and removes the other files.
func (p *partFolder) verify(ctx context.Context) (map[int]files.Part, error) {
	entries, err := fs.ReadDir(p.root.FS(), ".")
	if err != nil {
		return nil, unusable("cannot be read", err)
	}
	whole := map[int]files.Part{}
	for _, entry := range entries {
		if entry.Name() == lockName || entry.Name() == files.NoteName {
			continue
		}
		part, named := files.ParsePart(entry.Name())
		good := named && p.holds(ctx, part)
		if ctx.Err() != nil {
			return nil, fault.Stopped(ctx, "checking the chunks of an earlier run")
		}
		if good {
			whole[part.Number] = part
		} else if p.sure || named {
			_ = p.root.RemoveAll(entry.Name())
		}
	}
	return whole, nil
}

// holds tells whether a part's file is what its name says.
func (p *partFolder) holds(ctx context.Context, part files.Part) bool {
	file, err := p.openFile(part.FileName(), os.O_RDONLY)
	if err != nil {
		return false
	}
	defer file.Close()
	hasher := files.NewHasher(io.Discard)
	_, err = io.Copy(hasher, files.Until(ctx, file))
	return err == nil && hasher.Digest() == part.Digest
}

// partDraft is a part that is being written.
type partDraft struct{ *temp }

// Create begins a part under a temporary name.
func (p *partFolder) Create() (files.Draft, error) {
	t, err := createTemp(p.root)
	if err != nil {
		return nil, partFault(err)
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
		return files.Kept{}, partFault(err)
	}
	d.kept()
	return files.Kept{Name: name}, nil
}

// Open opens a part.
func (p *partFolder) Open(name string) (io.ReadCloser, error) {
	file, err := p.openFile(name, os.O_RDONLY)
	if err != nil {
		return nil, partFault(err)
	}
	return file, nil
}

// partFault words what went wrong with a part. One that is gone was removed by another
// run, where no lock kept the two apart.
func partFault(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errForeign) {
		return gone("A part of the report is gone from the output folder.", err)
	}
	return files.DiskFault(err)
}

// Close closes the folder and leaves it as it is.
func (p *partFolder) Close() {
	if p.held != nil {
		_ = p.held.Close()
	}
	if p.root != nil {
		_ = p.root.Close()
	}
}

// Remove removes the folder, if it still stands under its name.
func (p *partFolder) Remove() {
	if stands(p.root, p.name, p.parent.Lstat) {
		removeAway(p.parent, p.name)
	}
	p.Close()
}
