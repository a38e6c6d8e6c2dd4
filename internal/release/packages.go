package main

import (
	"io"
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
	name := filepath.Join(dist, packager.ConventionalFileName(info))
	return create(name, func(out io.Writer) error { return packager.Package(info, out) })
}

// contents says where the files of a package go.
func (e edition) contents(binary string) files.Contents {
	var all files.Contents
	for _, m := range e.members(binary) {
		info := &files.ContentFileInfo{Owner: "root", Group: "root", Mode: m.mode, MTime: e.date}
		all = append(all, &files.Content{Source: m.source, Destination: m.installed, FileInfo: info})
	}
	return all
}
