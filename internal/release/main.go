// Release builds everything that a release consists of: for each system the binary, an archive and a bill of
// materials; for Linux also deb and rpm packages; and the checksums of all of them.
// Two runs on the same commit make the same bytes.
//
// usage: release ROOT DIST; `make release` runs it.
package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: release ROOT DIST")
		os.Exit(2)
	}
	if err := release(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// systems lists the systems of a release.
var systems = []system{
	{"linux", "amd64"},
	{"linux", "arm64"},
	{"darwin", "amd64"},
	{"darwin", "arm64"},
	{"windows", "amd64"},
}

// system is an operating system and a processor, in Go's words.
type system struct{ os, arch string }

// edition is one release: its version, its date, and the files that go with every binary.
type edition struct {
	root    string
	version string
	date    time.Time // of every file, so that archives are reproducible
	files   []string  // relative to root, with slashes
}

// manual is the manual page, among the documents.
const manual = "docs/tenableio.1"

// completions lists the completions of the shells, with the places where packages put them.
var completions = []struct{ file, installed string }{
	{"tenableio.bash", "/usr/share/bash-completion/completions/tenableio"},
	{"tenableio.fish", "/usr/share/fish/vendor_completions.d/tenableio.fish"},
	{"tenableio.zsh", "/usr/share/zsh/site-functions/_tenableio"},
}

// member is one file of an archive or a package.
type member struct {
	source    string
	name      string // in an archive, with slashes
	installed string // where a package puts it
	mode      os.FileMode
}

// members lists the binary, the documents and the completions.
func (e edition) members(binary string) []member {
	command := "tenableio"
	if strings.HasSuffix(binary, ".exe") {
		command = "tenableio.exe"
	}
	all := []member{{binary, command, "/usr/bin/tenableio", 0o755}}
	for _, name := range e.files {
		installed := path.Join("/usr/share/doc/tenableio", name)
		if name == manual {
			installed = "/usr/share/man/man1/tenableio.1"
		}
		all = append(all, member{filepath.Join(e.root, filepath.FromSlash(name)), name, installed, 0o644})
	}
	for _, c := range completions {
		source := filepath.Join(e.root, "internal", "cli", "completion", c.file)
		all = append(all, member{source, path.Join("completions", c.file), c.installed, 0o644})
	}
	return all
}

// release makes all files of a release in the folder dist, which it empties first.
func release(root, dist string) error {
	e, err := readEdition(root)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(dist); err != nil {
		return err
	}
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return err
	}
	for _, s := range systems {
		if err := e.make(s, dist); err != nil {
			return fmt.Errorf("%s/%s: %w", s.os, s.arch, err)
		}
	}
	return writeChecksums(dist)
}

var newestHeading = regexp.MustCompile(`(?m)^## (\d+\.\d+\.\d+) \((\d{4}-\d{2}-\d{2})\)$`)

// readEdition reads the version and the date from the newest heading of CHANGELOG.md, and lists the documents.
// A test of internal/cli holds the heading to the version that the binary prints.
func readEdition(root string) (edition, error) {
	e := edition{root: root}
	changelog, err := os.ReadFile(filepath.Join(root, "CHANGELOG.md"))
	if err != nil {
		return e, err
	}
	heading := newestHeading.FindStringSubmatch(string(changelog))
	if heading == nil {
		return e, fmt.Errorf("CHANGELOG.md has no heading with a version and a date")
	}
	e.version = heading[1]
	if e.date, err = time.Parse(time.DateOnly, heading[2]); err != nil {
		return e, err
	}
	for _, pattern := range []string{"LICENSE", "*.md", "docs/*", "docs/*/*"} {
		found, err := fs.Glob(os.DirFS(root), pattern)
		if err != nil {
			return e, err
		}
		for _, name := range found {
			if info, err := os.Stat(filepath.Join(root, name)); err == nil && !info.IsDir() {
				e.files = append(e.files, name)
			}
		}
	}
	slices.Sort(e.files)
	return e, nil
}

// make builds the binary of a system, and what is made of it.
func (e edition) make(s system, dist string) error {
	name := fmt.Sprintf("tenableio-%s-%s-%s", e.version, s.os, s.arch)
	binary := filepath.Join(dist, name)
	if s.os == "windows" {
		binary += ".exe"
	}
	if err := build(e.root, s, binary); err != nil {
		return err
	}
	defer os.Remove(binary) // the archive holds it
	if err := e.writeBill(s, binary, filepath.Join(dist, name+".cdx.json")); err != nil {
		return err
	}
	if err := e.archive(s, binary, filepath.Join(dist, name)); err != nil {
		return err
	}
	if s.os != "linux" {
		return nil
	}
	return e.packages(s, binary, dist)
}

// writeChecksums writes SHA256SUMS in the form that sha256sum -c reads.
func writeChecksums(dist string) error {
	entries, err := os.ReadDir(dist)
	if err != nil {
		return err
	}
	var list strings.Builder
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(dist, entry.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&list, "%x  %s\n", sha256.Sum256(content), entry.Name())
	}
	return os.WriteFile(filepath.Join(dist, "SHA256SUMS"), []byte(list.String()), 0o644)
}
