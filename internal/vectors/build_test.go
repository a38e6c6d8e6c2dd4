package vectors_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// builds is the folder of the binaries; TestMain makes and removes it.
var builds string

// plugin builds the binary as it ships, once, and returns its path.
var plugin = sync.OnceValues(func() (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	if err := noteSources(root); err != nil {
		return "", err
	}
	return buildWith(filepath.Join(builds, "tenableio"), "CGO_ENABLED=0")
})

// buildWith builds the plugin with the flags of the Makefile and the given ones.
func buildWith(name, environment string, flags ...string) (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	usual := []string{"build", "-trimpath", "-gcflags=all=-dwarf=false", "-ldflags=-s -w", "-o", name}
	arguments := slices.Concat(usual, flags, []string{"."})
	command := exec.Command("go", arguments...)
	command.Dir = root
	command.Env = append(os.Environ(), environment)
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return name, nil
}

// patch changes one file of the plugin for a throw-away build.
type patch struct {
	File  string  `json:"file"`
	Old   string  `json:"old"` // its first occurrence becomes New
	New   string  `json:"new"`
	Whole *string `json:"whole"` // the whole new text; "" removes the file
}

// patched builds the plugin with patches and returns the path of the binary.
func patched(t *testing.T, patches ...patch) string {
	t.Helper()
	list := overlay(t, patches)
	name, err := buildWith(filepath.Join(filepath.Dir(list), "tenableio"), "CGO_ENABLED=0", "-overlay", list)
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// overlay lays patches over the sources, which stay as they are. It returns the file that tells "go build" of them.
func overlay(t *testing.T, patches []patch) (list string) {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	replaced := struct{ Replace map[string]string }{map[string]string{}}
	for i, p := range patches {
		source := filepath.Join(root, filepath.FromSlash(p.File))
		from := source
		if earlier := replaced.Replace[source]; earlier != "" {
			from = earlier
		}
		replaced.Replace[source] = p.write(t, from, filepath.Join(folder, fmt.Sprint(i)))
	}
	text, err := json.Marshal(replaced)
	if err != nil {
		t.Fatal(err)
	}
	list = filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(list, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return list
}

// write writes the patched text and returns its name, or "" for a removed file.
func (p patch) write(t *testing.T, from, name string) string {
	t.Helper()
	text := p.Whole
	if text == nil {
		original, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(original), p.Old) {
			t.Fatalf("%s does not hold %q any more", p.File, p.Old)
		}
		changed := strings.Replace(string(original), p.Old, p.New, 1)
		text = &changed
	}
	if *text == "" {
		return ""
	}
	if err := os.WriteFile(name, []byte(*text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// moduleRoot is the folder of go.mod.
var moduleRoot = sync.OnceValues(func() (string, error) {
	folder, err := os.Getwd()
	for ; err == nil; folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		}
		if folder == filepath.Dir(folder) {
			return "", errors.New("no go.mod above the working folder")
		}
	}
	return "", err
})

// noteSources stats every source of the plugin.
// "go test" then knows that the test depends on them, and does not reuse a cached result after a change.
func noteSources(root string) error {
	return filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && strings.HasPrefix(entry.Name(), ".") {
			return filepath.SkipDir
		}
		_, err = os.Stat(name)
		return err
	})
}
