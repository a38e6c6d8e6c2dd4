package main

import (
	"archive/tar"
	"bytes"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// certificates is where the certificate authorities are in the image.
const certificates = "/etc/ssl/certs/ca-certificates.crt"

// entry is a file, or a folder where content is nil, of a layer.
type entry struct {
	name    string
	mode    int64
	content []byte
}

// baseLayer is what a static program needs around it: certificate authorities, a
// folder for what is temporary, and a name for its user.
func baseLayer() (v1.Layer, error) {
	roots, err := authorities()
	if err != nil {
		return nil, err
	}
	return layerOf([]entry{
		{name: "etc/", mode: 0o755},
		{name: "etc/group", mode: 0o644, content: []byte("nonroot:x:65532:\n")},
		{name: "etc/passwd", mode: 0o644, content: []byte("nonroot:x:65532:65532::/:/sbin/nologin\n")},
		{name: "etc/ssl/", mode: 0o755},
		{name: "etc/ssl/certs/", mode: 0o755},
		{name: strings.TrimPrefix(certificates, "/"), mode: 0o644, content: roots},
		{name: "tmp/", mode: 0o1777},
		{name: "usr/", mode: 0o755},
		{name: "usr/bin/", mode: 0o755},
	})
}

// authorities are Mozilla's, of a pinned module and not of the machine that builds, so
// that every machine builds the same image. The few that Mozilla trusts for a part of
// their certificates alone are left out, because a PEM file cannot say that.
func authorities() ([]byte, error) {
	var text bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint != nil {
			continue
		}
		if err := pem.Encode(&text, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}); err != nil {
			return nil, err
		}
	}
	return text.Bytes(), nil
}

// programLayer holds the programs of one platform.
func programLayer(folder string) (v1.Layer, error) {
	files, err := os.ReadDir(folder) // sorted by name
	if err != nil {
		return nil, err
	}
	var entries []entry
	for _, file := range files {
		content, err := os.ReadFile(filepath.Join(folder, file.Name()))
		if err != nil {
			return nil, err
		}
		name := strings.TrimPrefix(programs, "/") + "/" + file.Name()
		entries = append(entries, entry{name: name, mode: 0o755, content: content})
	}
	return layerOf(entries)
}

// layerOf makes a layer of entries, all of which belong to root and have no time.
func layerOf(entries []entry) (v1.Layer, error) {
	var layer bytes.Buffer
	if err := pack(&layer, entries); err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(layer.Bytes())), nil }
	return tarball.LayerFromOpener(open, tarball.WithMediaType(types.OCILayer))
}

// pack writes entries as a tar archive.
func pack(to io.Writer, entries []entry) error {
	archive := tar.NewWriter(to)
	for _, e := range entries {
		header := &tar.Header{Format: tar.FormatUSTAR, Typeflag: tar.TypeReg, Name: e.name, Mode: e.mode}
		header.Size = int64(len(e.content))
		if strings.HasSuffix(e.name, "/") {
			header.Typeflag = tar.TypeDir
		}
		if err := archive.WriteHeader(header); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		if _, err := archive.Write(e.content); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
	}
	return archive.Close()
}
