package packstest

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Mirror returns a folder with files of a public repository, which stands in the folder that TENABLEIO_MIRRORS names:
// as a checkout or as a git directory, or one folder further down. The repository is the first that has a file
// whose path ends with each of the marks; its files are those that keep chooses.
func Mirror(t *testing.T, keep func(path string) bool, marks ...string) string {
	t.Helper()
	mirrors := os.Getenv("TENABLEIO_MIRRORS")
	if mirrors == "" {
		t.Skipf("not run: MIRRORS names no folder with a copy of a repository that has %s", strings.Join(marks, ", "))
	}
	for _, depth := range []string{"*", "*/*"} {
		folders, err := filepath.Glob(filepath.Join(mirrors, depth))
		if err != nil {
			t.Fatal(err)
		}
		for _, repository := range folders {
			paths := tracked(repository)
			if hasAll(paths, marks) {
				return export(t, repository, slices.DeleteFunc(paths, func(path string) bool { return !keep(path) }))
			}
		}
	}
	t.Skipf("not run: no repository in %s has %s", mirrors, strings.Join(marks, ", "))
	return ""
}

// tracked lists the files of the newest commit of a repository.
func tracked(repository string) []string {
	if _, err := os.Stat(filepath.Join(repository, ".git")); err != nil {
		if _, err := os.Stat(filepath.Join(repository, "objects")); err != nil {
			return nil
		}
	}
	out, err := exec.Command("git", "-C", repository, "ls-tree", "-r", "--name-only", "HEAD").Output()
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

func hasAll(paths, marks []string) bool {
	for _, mark := range marks {
		if !slices.ContainsFunc(paths, func(path string) bool { return strings.HasSuffix("/"+path, "/"+mark) }) {
			return false
		}
	}
	return true
}

// export writes files of a repository into a folder of the test. It asks for one after the other, because copies may
// lack large files.
func export(t *testing.T, repository string, paths []string) string {
	t.Helper()
	folder := t.TempDir()
	for _, path := range paths {
		content, err := exec.Command("git", "-C", repository, "show", "HEAD:"+path).Output()
		if err != nil {
			t.Fatalf("%s of %s: %v", path, repository, err)
		}
		target := filepath.Join(folder, path)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
