package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
)

// archive writes a tar.gz, or a zip for Windows, to name with its extension. All is below a folder of that name.
func (e edition) archive(s system, binary, name string) error {
	members := e.members(binary)
	for i, m := range members {
		members[i].name = path.Join(filepath.Base(name), m.name)
	}
	if s.os == "windows" {
		return create(name+".zip", func(out io.Writer) error { return e.zip(out, members) })
	}
	return create(name+".tar.gz", func(out io.Writer) error { return e.tar(out, members) })
}

// create writes a file.
func create(name string, write func(io.Writer) error) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(file), file.Close())
}

func (e edition) tar(out io.Writer, members []member) error {
	packed := gzip.NewWriter(out)
	archive := tar.NewWriter(packed)
	for _, m := range members {
		content, err := os.ReadFile(m.source)
		if err != nil {
			return err
		}
		header := &tar.Header{Name: m.name, Mode: int64(m.mode), Size: int64(len(content)), ModTime: e.date}
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		if _, err := archive.Write(content); err != nil {
			return err
		}
	}
	return errors.Join(archive.Close(), packed.Close())
}

func (e edition) zip(out io.Writer, members []member) error {
	archive := zip.NewWriter(out)
	for _, m := range members {
		content, err := os.ReadFile(m.source)
		if err != nil {
			return err
		}
		header := &zip.FileHeader{Name: m.name, Method: zip.Deflate, Modified: e.date}
		header.SetMode(m.mode)
		file, err := archive.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := file.Write(content); err != nil {
			return err
		}
	}
	return archive.Close()
}
