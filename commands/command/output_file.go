package command

import (
	"context"
	"io"

	"tenableio/internal/files"
	"tenableio/internal/files/folder"
	"tenableio/internal/redact"
	"tenableio/internal/spill"
	"tenableio/result"
)

// OutputFile is a file that goes to the output folder or, if the request names none,
// into the envelope.
type OutputFile struct {
	Redactor *redact.Redactor // cleans the name that Tenable gives it

	destination files.Destination
	draft       files.Draft
	hasher      *files.Hasher
	doing       func(what string) (done func())
}

// NewOutputFile begins a file. Handlers call it before they ask Tenable for anything,
// so that a folder that cannot be written costs no request.
func NewOutputFile(env Env) (*OutputFile, error) {
	defer env.Doing("opening the folder that options.output_dir names")()
	destination := files.Destination(spill.Inline{Limit: env.MaxInlineBytes})
	if env.OutputDir != "" {
		var err error
		if destination, err = folder.Open(env.OutputDir); err != nil {
			return nil, err
		}
	}
	draft, err := destination.Create()
	if err != nil {
		_ = destination.Close()
		return nil, err
	}
	return &OutputFile{
		Redactor: env.Redactor, destination: destination, draft: draft, hasher: files.NewHasher(draft),
		doing: env.Doing,
	}, nil
}

// Parts opens the parts of the report called key where the file goes too.
func (f *OutputFile) Parts(ctx context.Context, key string) (*files.Parts, error) {
	defer f.doing("looking for what an earlier run kept")()
	return f.destination.Parts(ctx, key)
}

// Expect is a failure where a file of so many bytes cannot be kept.
func (f *OutputFile) Expect(size int64) error { return f.draft.Expect(size) }

// Write adds to the file.
func (f *OutputFile) Write(p []byte) (int, error) {
	defer f.doing("writing the file")()
	return f.hasher.Write(p)
}

// Restart empties the file.
func (f *OutputFile) Restart() error {
	defer f.doing("beginning the file anew")()
	f.hasher = files.NewHasher(f.draft)
	return f.draft.Reset()
}

// CopyFrom writes all of r. The large buffer halves the time of a large file; the
// struct hides ReadFrom, which would not use the buffer.
func (f *OutputFile) CopyFrom(r io.Reader) error {
	const buffer = 1 << 20
	_, err := io.CopyBuffer(struct{ io.Writer }{f}, struct{ io.Reader }{r}, make([]byte, buffer))
	return err
}

// Keep gives the file its name, or the next free one, and describes it.
func (f *OutputFile) Keep(ctx context.Context, name, mediaType string) (result.File, error) {
	defer f.doing("bringing the file to the disk")()
	digest := f.hasher.Digest()
	kept, err := f.draft.Keep(ctx, name)
	return result.File{
		Name: kept.Name, MediaType: mediaType, Size: digest.Size, SHA256: digest.SHA256,
		Path: kept.Path, Content: kept.Content,
	}, err
}

// Drop removes what was not kept, and closes the destination.
func (f *OutputFile) Drop() {
	defer f.doing("removing what is not needed any more")()
	f.draft.Drop()
	_ = f.destination.Close()
}

// Location says where a file is, for the table.
func Location(file result.File) string {
	if file.Path == "" {
		return "in the result"
	}
	return file.Path
}

// AddFile adds a file to an output, and its name and digests to the key fields.
func AddFile(out *result.Output, file result.File) {
	out.Files = append(out.Files, file)
	out.KeyFields.Add("file_names", file.Name)
	out.KeyFields.Add("sha256", file.SHA256)
}
