package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

const root = "../.."

func newEdition(t *testing.T) edition {
	t.Helper()
	e, err := readEdition(root)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// fakeBinary stands for a binary where its content does not matter.
func fakeBinary(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "binary")
	if err := os.WriteFile(name, []byte("binary"), 0o755); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestEdition checks that a release takes the documents along, so that the links of README.md resolve.
func TestEdition(t *testing.T) {
	e := newEdition(t)
	for _, want := range []string{"LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md", "docs/using.md", manual} {
		if !slices.Contains(e.files, want) {
			t.Errorf("a release lacks %s: %v", want, e.files)
		}
	}
	if e.version == "" || e.date.IsZero() {
		t.Errorf("version %q of %v", e.version, e.date)
	}
}

// TestEditionNeedsADate checks that a heading without a date is refused.
func TestEditionNeedsADate(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "CHANGELOG.md"), []byte("# Changelog\n\n## 1.0.0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readEdition(folder); err == nil {
		t.Error("a heading without a date is accepted")
	}
}

// TestArchives checks what the archives hold, and that a second run makes the same bytes.
func TestArchives(t *testing.T) {
	e := newEdition(t)
	for _, tt := range []struct {
		system  system
		end     string
		command string
		list    func(t *testing.T, text []byte) map[string]os.FileMode
	}{
		{system{"linux", "amd64"}, ".tar.gz", "tenableio", listTar},
		{system{"windows", "amd64"}, ".zip", "tenableio.exe", listZip},
	} {
		binary := fakeBinary(t)
		if tt.system.os == "windows" {
			if err := os.Rename(binary, binary+".exe"); err != nil {
				t.Fatal(err)
			}
			binary += ".exe"
		}
		var texts [2][]byte
		for i := range texts {
			name := filepath.Join(t.TempDir(), "edition")
			if err := e.archive(tt.system, binary, name); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(name + tt.end)
			if err != nil {
				t.Fatal(err)
			}
			texts[i] = text
		}
		if !bytes.Equal(texts[0], texts[1]) {
			t.Errorf("%s: two runs differ", tt.end)
		}
		members := tt.list(t, texts[0])
		if members["edition/"+tt.command].Perm() != 0o755 {
			t.Errorf("%s: the binary is %v", tt.end, members["edition/"+tt.command])
		}
		for _, name := range e.files {
			if members["edition/"+name].Perm() != 0o644 {
				t.Errorf("%s: %s is %v", tt.end, name, members["edition/"+name])
			}
		}
		for _, c := range completions {
			if members["edition/completions/"+c.file].Perm() != 0o644 {
				t.Errorf("%s: %s is missing", tt.end, c.file)
			}
		}
	}
}

func listTar(t *testing.T, text []byte) map[string]os.FileMode {
	t.Helper()
	packed, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]os.FileMode{}
	archive := tar.NewReader(packed)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		found[header.Name] = os.FileMode(header.Mode)
	}
}

func listZip(t *testing.T, text []byte) map[string]os.FileMode {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]os.FileMode{}
	for _, file := range archive.File {
		found[file.Name] = file.Mode()
	}
	return found
}

// TestPackages checks that both packages are made, and what the deb holds.
func TestPackages(t *testing.T) {
	e := newEdition(t)
	dist := t.TempDir()
	if err := e.packages(system{"linux", "arm64"}, fakeBinary(t), dist); err != nil {
		t.Fatal(err)
	}
	deb := filepath.Join(dist, "tenableio_"+e.version+"-1_arm64.deb")
	for _, name := range []string{deb, filepath.Join(dist, "tenableio-"+e.version+"-1.aarch64.rpm")} {
		if info, err := os.Stat(name); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	lister, err := exec.LookPath("dpkg-deb")
	if err != nil {
		t.Skip("the content of the deb: not looked at (no dpkg-deb)")
	}
	list, err := exec.Command(lister, "--contents", deb).CombinedOutput()
	for _, want := range []string{
		"-rwxr-xr-x root/root",
		"./usr/bin/tenableio",
		"./usr/share/doc/tenableio/LICENSE",
		"./usr/share/man/man1/tenableio.1",
		"./usr/share/bash-completion/completions/tenableio",
		"./usr/share/zsh/site-functions/_tenableio",
		"./usr/share/fish/vendor_completions.d/tenableio.fish",
	} {
		if err != nil || !strings.Contains(string(list), want) {
			t.Errorf("the deb lacks %s (%v):\n%s", want, err, list)
		}
	}
}

// TestBills builds the plugin for two systems, one after the other, and checks their bills of materials.
func TestBills(t *testing.T) {
	checkBill(t, system{"linux", "amd64"})
	checkBill(t, system{"darwin", "arm64"})
}

func checkBill(t *testing.T, s system) {
	t.Helper()
	e := newEdition(t)
	binary := filepath.Join(t.TempDir(), "tenableio")
	if err := build(root, s, binary); err != nil {
		t.Fatal(err)
	}
	bill, err := e.bill(s, binary)
	if err != nil {
		t.Fatal(err)
	}
	main := bill.Metadata.Component
	if main.Version != e.version {
		t.Errorf("the bill is of version %s, want %s", main.Version, e.version)
	}
	for _, c := range append(*bill.Components, *main) {
		if want := "goarch=" + s.arch + "&goos=" + s.os; !strings.Contains(c.PackageURL, want) {
			t.Errorf("%s does not name %s", c.PackageURL, want)
		}
		if strings.HasPrefix(c.Name, "golang.org/x/") && (*c.Licenses)[0].License.ID != "BSD-3-Clause" {
			t.Errorf("%s has the licence %v", c.Name, (*c.Licenses)[0].License)
		}
		if c.Version == "" || c.Licenses == nil || len(*c.Licenses) == 0 {
			t.Errorf("%s has version %q and licences %v", c.Name, c.Version, c.Licenses)
		}
		if c.Hashes == nil && c.Name != "std" {
			t.Errorf("%s has no hash", c.Name)
		}
	}
	if !slices.ContainsFunc(*bill.Components, func(c cdx.Component) bool { return c.Name == "github.com/go-resty/resty/v2" }) {
		t.Error("the bill lacks resty")
	}
}
