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
	"strings"
)

// member is one file of an archive or a package.
type member struct {
	name   string // with slashes
	source string
	mode   os.FileMode
}

// members lists the binary and the documents, below a folder that is called like the archive.
func (e edition) members(folder, binary string) []member {
	command := "tenableio"
	if strings.HasSuffix(binary, ".exe") {
		command = "tenableio.exe"
	}
	all := []member{{path.Join(folder, command), binary, 0o755}}
	for _, name := range e.files {
		all = append(all, member{path.Join(folder, name), filepath.Join(e.root, filepath.FromSlash(name)), 0o644})
	}
	for _, c := range completions {
		all = append(all, member{path.Join(folder, "completions", c.file), e.completion(c), 0o644})
	}
	return all
}

// archive writes a tar.gz, or a zip for Windows, to name with its extension.
func (e edition) archive(s system, binary, name string) error {
	members := e.members(filepath.Base(name), binary)
	if s.os == "windows" {
		return e.write(name+".zip", members, e.zip)
	}
	return e.write(name+".tar.gz", members, e.tar)
}

func (e edition) write(name string, members []member, pack func(io.Writer, []member) error) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(pack(file, members), file.Close())
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
