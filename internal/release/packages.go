package main

import (
	"errors"
	"os"
	"path"
	"path/filepath"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/deb" // registers the format
	"github.com/goreleaser/nfpm/v2/files"
	_ "github.com/goreleaser/nfpm/v2/rpm" // registers the format
)

// packages writes the packages of a Linux system.
func (e edition) packages(s system, binary, dist string) error {
	for _, format := range []string{"deb", "rpm"} {
		if err := e.pack(format, s, binary, dist); err != nil {
			return err
		}
	}
	return nil
}

const description = `SOAR integration plugin for Tenable.io
One process answers one request: an envelope on stdin, its result on stdout.`

// pack writes one package under the name that its format prescribes.
func (e edition) pack(format string, s system, binary, dist string) error {
	packager, err := nfpm.Get(format)
	if err != nil {
		return err
	}
	info := nfpm.WithDefaults(&nfpm.Info{
		Name:        "tenableio",
		Arch:        s.arch,
		Platform:    "linux",
		Version:     e.version,
		Release:     "1",
		Section:     "admin",
		Maintainer:  "tenableio maintainers <maintainers@example.com>",
		Description: description,
		License:     "Apache-2.0",
		MTime:       e.date,
		Overridables: nfpm.Overridables{
			Contents: e.contents(binary),
			Deb:      nfpm.Deb{Compression: "gzip"},
			RPM:      nfpm.RPM{Compression: "gzip", BuildHost: "localhost"},
		},
	})
	if err := nfpm.PrepareForPackager(info, format); err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(dist, packager.ConventionalFileName(info)))
	if err != nil {
		return err
	}
	return errors.Join(packager.Package(info, file), file.Close())
}

// contents says where the files of a package go.
func (e edition) contents(binary string) files.Contents {
	all := files.Contents{e.content(binary, "/usr/bin/tenableio", 0o755)}
	for _, name := range e.files {
		source := filepath.Join(e.root, filepath.FromSlash(name))
		destination := path.Join("/usr/share/doc/tenableio", name)
		if name == manual {
			destination = "/usr/share/man/man1/tenableio.1"
		}
		all = append(all, e.content(source, destination, 0o644))
	}
	for _, c := range completions {
		all = append(all, e.content(e.completion(c), c.installed, 0o644))
	}
	return all
}

func (e edition) content(source, destination string, mode os.FileMode) *files.Content {
	info := &files.ContentFileInfo{Owner: "root", Group: "root", Mode: mode, MTime: e.date}
	return &files.Content{Source: source, Destination: destination, FileInfo: info}
}
