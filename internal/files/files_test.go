package files

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"tenableio/internal/fault"
)

func openFolder(t *testing.T, path string) *Folder {
	t.Helper()
	folder, err := OpenFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = folder.Close() })
	return folder
}

func write(t *testing.T, folder *Folder, name, content string) string {
	t.Helper()
	temp, err := folder.Create()
	if err != nil {
		t.Fatal(err)
	}
	defer temp.Drop()
	if _, err := io.WriteString(temp, content); err != nil {
		t.Fatal(err)
	}
	path, err := temp.Keep(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// left are the names in a folder, hidden ones too.
func left(t *testing.T, path string) []string {
	t.Helper()
	entries, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// FAULTS row 109, and the rule that no file is overwritten.
func TestKeepTakesTheNextFreeName(t *testing.T) {
	path := t.TempDir()
	folder := openFolder(t, path)
	for i, want := range []string{"report.pdf", "report-2.pdf", "report-3.pdf"} {
		if got := write(t, folder, "report.pdf", fmt.Sprint(i)); got != filepath.Join(path, want) {
			t.Errorf("file %d is %s, want %s", i, got, want)
		}
		content, err := os.ReadFile(filepath.Join(path, want))
		if err != nil || string(content) != fmt.Sprint(i) {
			t.Errorf("%s holds %q (%v)", want, content, err)
		}
		if info, err := os.Stat(filepath.Join(path, want)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v (%v), want 0600", want, info.Mode(), err)
		}
	}
	if names := left(t, path); len(names) != 3 {
		t.Errorf("the folder holds %v", names)
	}
}

// FAULTS row 103: what stands under the name is never followed or replaced.
func TestKeepFollowsNothing(t *testing.T) {
	path, outside := t.TempDir(), filepath.Join(t.TempDir(), "outside")
	if err := os.Symlink(outside, filepath.Join(path, "link.csv")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(path, "folder.csv"), 0o700); err != nil {
		t.Fatal(err)
	}
	folder := openFolder(t, path)
	for name, want := range map[string]string{"link.csv": "link-2.csv", "folder.csv": "folder-2.csv"} {
		if got := filepath.Base(write(t, folder, name, "x")); got != want {
			t.Errorf("%s is taken; the file became %s, want %s", name, got, want)
		}
	}
	if _, err := os.Lstat(outside); err == nil {
		t.Error("the link was followed")
	}
}

func TestDropLeavesNothing(t *testing.T) {
	path := t.TempDir()
	temp, err := openFolder(t, path).Create()
	if err != nil {
		t.Fatal(err)
	}
	temp.Drop()
	if names := left(t, path); len(names) > 0 {
		t.Errorf("the folder holds %v", names)
	}
}

// FAULTS row 103.
func TestOpenFolderNamesTheSetting(t *testing.T) {
	path := t.TempDir()
	file, link := filepath.Join(path, "file"), filepath.Join(path, "link")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{filepath.Join(path, "none"): "does not exist", file: "is not a folder", link: "symbolic link", link + "/": "symbolic link"} {
		_, err := OpenFolder(name)
		f := fault.From(err)
		if f == nil || f.Status != 500 || !strings.Contains(f.Message, want) || !strings.Contains(f.Message, "options.output_dir") {
			t.Errorf("OpenFolder(%s) = %v, want a fault 500 that says %q", filepath.Base(name), err, want)
		}
		if strings.Contains(f.Message+f.Hint, path) {
			t.Errorf("%q holds a path", f.Message)
		}
	}
}

// FAULTS row 107: many runs, one name: each file whole, none lost.
func TestParallelRunsMixNothing(t *testing.T) {
	path := t.TempDir()
	const runs = 20
	var group sync.WaitGroup
	for i := range runs {
		group.Go(func() {
			folder, err := OpenFolder(path)
			if err != nil {
				t.Error(err)
				return
			}
			defer folder.Close()
			write(t, folder, "report.csv", strings.Repeat(string(rune('a'+i)), 10000))
		})
	}
	group.Wait()
	names := left(t, path)
	if len(names) != runs {
		t.Errorf("%d files, want %d: %v", len(names), runs, names)
	}
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(path, name))
		if err != nil || len(content) != 10000 || strings.Trim(string(content), string(content[:1])) != "" {
			t.Errorf("%s is mixed or cut: %d bytes (%v)", name, len(content), err)
		}
	}
}

// FAULTS row 102.
func TestSafeName(t *testing.T) {
	for name, want := range map[string]string{
		"Weekly scan_abc.nessus":           "Weekly scan_abc.nessus",
		"../../etc/passwd":                 "passwd",
		"/etc/cron.d/x":                    "x",
		`C:\Windows\x.pdf`:                 "x.pdf",
		"CON":                              "fallback.csv",
		"con.csv":                          "fallback.csv",
		"LPT1.csv":                         "fallback.csv",
		"-rf":                              "rf",
		"..":                               "fallback.csv",
		".hidden.csv":                      "hidden.csv",
		"a\x00b\r\n.csv":                   "ab.csv",
		"Büro <1>.csv":                     "B_ro _1_.csv",
		"日本.csv":                           "fallback.csv",
		"":                                 "fallback.csv",
		"trailing. .":                      "trailing",
		strings.Repeat("n", 5000) + ".csv": strings.Repeat("n", 116) + ".csv",
	} {
		if got := SafeName(name, "fallback.csv"); got != want {
			t.Errorf("SafeName(%.40q) = %q, want %q", name, got, want)
		}
	}
}

func FuzzSafeName(f *testing.F) {
	f.Add("../x.csv")
	f.Add("NUL.tar.gz")
	f.Fuzz(func(t *testing.T, name string) {
		got := SafeName(name, "fallback")
		if !filepath.IsLocal(got) || got != filepath.Base(got) || len(got) > maxName || strings.HasPrefix(got, ".") || strings.HasPrefix(got, "-") {
			t.Errorf("SafeName(%q) = %q", name, got)
		}
	})
}

func TestNameOf(t *testing.T) {
	for header, want := range map[string]string{
		"attachment; filename=My weekly scan_x1.nessus":         "My weekly scan_x1.nessus",
		`attachment; filename="My scan.csv"`:                    "My scan.csv",
		"attachment; filename*=UTF-8''My%20scan.csv":            "My scan.csv",
		"attachment; filename=plain.csv; size=5":                "plain.csv",
		"attachment; filename=two words.csv; size=5":            "two words.csv",
		"attachment; filename=Web; DMZ.nessus":                  "Web; DMZ.nessus",
		"attachment; bad bad; filename*=UTF-8''two%20words.csv": "two words.csv",
		"attachment": "",
		"":           "",
	} {
		if got := NameOf(header); got != want {
			t.Errorf("NameOf(%q) = %q, want %q", header, got, want)
		}
	}
}

func TestSpool(t *testing.T) {
	for name, size := range map[string]int{"in memory": 1000, "in a file": 3 << 20} {
		t.Run(name, func(t *testing.T) {
			temporary := t.TempDir()
			t.Setenv("TMPDIR", temporary)
			s := NewSpool(int64(size))
			defer s.Close()
			content := strings.Repeat("0123456789", size/10+1)[:size]
			for range 2 { // the second time after Reset
				if err := s.Reset(); err != nil {
					t.Fatal(err)
				}
				if _, err := io.Copy(struct{ io.Writer }{s}, readerOnly(content)); err != nil {
					t.Fatal(err)
				}
				got, err := io.ReadAll(s.Reader())
				if err != nil || string(got) != content {
					t.Errorf("%d bytes in, %d out (%v)", size, len(got), err)
				}
			}
			if names := left(t, temporary); len(names) > 0 {
				t.Errorf("a kill would leave %v", names)
			}
			if _, err := s.Write([]byte("x")); fault.From(err).Status != 413 {
				t.Errorf("one byte beyond the limit: %v, want a fault 413", err)
			}
		})
	}
}

// FAULTS row 118: no temporary folder.
func TestSpoolWithoutTemporaryFolder(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	s := NewSpool(4 << 20)
	defer s.Close()
	content := strings.Repeat("x", 3<<20)
	if _, err := io.Copy(struct{ io.Writer }{s}, readerOnly(content)); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(s.Reader()); err != nil || string(got) != content {
		t.Errorf("%d bytes in, %d out (%v)", len(content), len(got), err)
	}
}

func TestShelf(t *testing.T) {
	for name, folder := range map[string]string{"in a file": t.TempDir(), "without a temporary folder": filepath.Join(t.TempDir(), "none")} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TMPDIR", folder)
			var shelf Shelf
			var blocks []Block
			for n := range 40 {
				blocks = append(blocks, shelf.Put(bytes.Repeat([]byte{byte(n)}, 100_000+n)))
			}
			for n, block := range blocks {
				text, err := block.Bytes()
				if err != nil || !bytes.Equal(text, bytes.Repeat([]byte{byte(n)}, 100_000+n)) || block.Empty() {
					t.Errorf("block %d: %d bytes (%v)", n, len(text), err)
				}
			}
			if (shelf.file != nil) != (name == "in a file") {
				t.Errorf("the shelf's file is %v", shelf.file)
			}
			if names, err := os.ReadDir(folder); err == nil && len(names) > 0 {
				t.Errorf("a kill would leave %v", names)
			}
		})
	}
}

// A disk that is full in the middle of a list costs memory, and not the list.
func TestShelfOnAFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Skip("not run: no /dev/full")
	}
	defer full.Close()
	shelf := Shelf{file: full}
	if text, err := shelf.Put([]byte("text")).Bytes(); err != nil || string(text) != "text" {
		t.Errorf("%q, %v, want the text", text, err)
	}
}

// readerOnly hides WriteTo, so that the content comes in pieces.
func readerOnly(content string) io.Reader { return struct{ io.Reader }{strings.NewReader(content)} }

func TestDigest(t *testing.T) {
	h := NewHasher(io.Discard)
	for _, size := range []int{5, 100 << 10} {
		if _, err := h.Write([]byte(strings.Repeat("a", size))); err != nil {
			t.Fatal(err)
		}
	}
	want := Digest{
		Size: 102405, MD5: "e7f007b74949548cbccb5f13351291fa", SHA1: "98292bd90b3933c5f6c0b0129f876c016d93f36e",
		SHA256: "0954d6acc6b9f8d1253658dbbf637b96ddb307a095b56dce404213938ea55fef",
	}
	if got := h.Digest(); got != want {
		t.Errorf("Digest() = %+v, want %+v", got, want)
	}
}
