package command

import (
	"context"
	"io"
	"path/filepath"

	"tenableio/internal/files"
	"tenableio/result"
)

// OutputFile is one file on its way to the output folder or, where the request
// names none, into the envelope.
type OutputFile struct {
	Folder *files.Folder
	temp   *files.Temp
	Spool  *files.Spool
	hasher *files.Hasher
	Net    result.Net // over the name that Tenable gives it
}

// NewOutputFile finds out whether a file can be written, before anything is
// asked of Tenable.
func NewOutputFile(env Env) (*OutputFile, error) {
	f := &OutputFile{Net: env.Net}
	if env.OutputDir == "" {
		f.Spool = files.NewSpool(env.MaxInlineBytes)
		f.hasher = files.NewHasher(f.Spool)
		return f, nil
	}
	var err error
	if f.Folder, err = files.OpenFolder(env.OutputDir); err != nil {
		return nil, err
	}
	if f.temp, err = f.Folder.Create(); err != nil {
		_ = f.Folder.Close()
		return nil, err
	}
	f.hasher = files.NewHasher(f.temp)
	return f, nil
}

// Write adds to the file.
func (f *OutputFile) Write(p []byte) (int, error) { return f.hasher.Write(p) }

// Restart empties the file.
func (f *OutputFile) Restart() error {
	if f.temp != nil {
		f.hasher = files.NewHasher(f.temp)
		return f.temp.Reset()
	}
	f.hasher = files.NewHasher(f.Spool)
	return f.Spool.Reset()
}

// CopyFrom fills the file with what r holds. The large buffer halves the time of
// a large file, and the type hides the ReadFrom that would not use it.
func (f *OutputFile) CopyFrom(r io.Reader) error {
	const buffer = 1 << 20
	_, err := io.CopyBuffer(struct{ io.Writer }{f}, struct{ io.Reader }{r}, make([]byte, buffer))
	return err
}

// Keep gives the file its name and describes it.
func (f *OutputFile) Keep(ctx context.Context, name, mediaType string) (result.File, error) {
	digest := f.hasher.Digest()
	file := result.File{
		Name: name, MediaType: mediaType, Size: digest.Size,
		MD5: digest.MD5, SHA1: digest.SHA1, SHA256: digest.SHA256,
	}
	if f.temp == nil {
		file.Content = f.Spool.Reader()
		return file, nil
	}
	var err error
	file.Path, err = f.temp.Keep(ctx, name)
	file.Name = filepath.Base(file.Path) // the next free name, where the first was taken
	return file, err
}

// Drop lets go what was not kept. The content of an inline file is read when the
// envelope is written, so it stays until the process ends.
func (f *OutputFile) Drop() {
	if f.temp != nil {
		f.temp.Drop()
		_ = f.Folder.Close()
	}
}

// Place is where a file is, for the table.
func Place(file result.File) string {
	if file.Path == "" {
		return "in the result"
	}
	return file.Path
}

// AddFile adds a file to a result, and what a playbook looks up of it.
func AddFile(out *result.Output, file result.File) {
	out.Files = append(out.Files, file)
	out.KeyFields.Add("file_names", file.Name)
	out.KeyFields.Add("md5", file.MD5)
	out.KeyFields.Add("sha1", file.SHA1)
	out.KeyFields.Add("sha256", file.SHA256)
}
