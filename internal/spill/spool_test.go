package spill

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenableio/internal/fault"
)

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

func TestBuffer(t *testing.T) {
	for name, folder := range map[string]string{"in a file": t.TempDir(), "without a temporary folder": filepath.Join(t.TempDir(), "none")} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TMPDIR", folder)
			var buffer Buffer
			var blocks []Block
			for n := range 40 {
				blocks = append(blocks, buffer.Put(bytes.Repeat([]byte{byte(n)}, 100_000+n)))
			}
			for n, block := range blocks {
				text, err := block.Bytes()
				if err != nil || !bytes.Equal(text, bytes.Repeat([]byte{byte(n)}, 100_000+n)) || block.Empty() {
					t.Errorf("block %d: %d bytes (%v)", n, len(text), err)
				}
			}
			if (buffer.file != nil) != (name == "in a file") {
				t.Errorf("the buffer's file is %v", buffer.file)
			}
			if names, err := os.ReadDir(folder); err == nil && len(names) > 0 {
				t.Errorf("a kill would leave %v", names)
			}
		})
	}
}

// A disk that is full in the middle of a list costs memory, and not the list.
func TestBufferOnAFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Skip("not run: no /dev/full")
	}
	defer full.Close()
	buffer := Buffer{file: full}
	if text, err := buffer.Put([]byte("text")).Bytes(); err != nil || string(text) != "text" {
		t.Errorf("%q, %v, want the text", text, err)
	}
}

// readerOnly hides WriteTo, so that the content comes in pieces.
func readerOnly(content string) io.Reader { return struct{ io.Reader }{strings.NewReader(content)} }

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
