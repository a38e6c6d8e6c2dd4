// Package packstest runs packs for tests: on a platform's own code where a copy of it is at hand, and on stand-ins.
package packstest

import (
	"bufio"
	"bytes"
	"embed"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"tenableio/integrations/packs"
)

//go:embed *.py all:standins
var programs embed.FS

// Folder writes the programs and the stand-ins of this package into a folder, and returns it.
func Folder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, programs); err != nil {
		t.Fatal(err)
	}
	return folder
}

// Binary is the plugin that make integrations has built.
func Binary(t *testing.T) string {
	t.Helper()
	path := filepath.Join(os.Getenv("TENABLEIO_BIN"), "tenableio")
	if _, err := os.Stat(path); err != nil || os.Getenv("TENABLEIO_BIN") == "" {
		t.Skip("not run: TENABLEIO_BIN names no folder with the plugin (make integrations does)")
	}
	return path
}

// Plugin asks the plugin what it is.
func Plugin(t *testing.T) packs.Plugin {
	t.Helper()
	plugin, err := packs.Describe(Binary(t))
	if err != nil {
		t.Fatal(err)
	}
	return plugin
}

// Rendered fails where a file of the working directory is not as it would be rendered.
func Rendered(t *testing.T, files packs.Files, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if names := files.Differing("."); len(names) > 0 {
		t.Errorf("%v are not as describe has them: run make packs", names)
	}
}

// Sandbox starts a Tenable.io, and returns the connection of its administrator.
func Sandbox(t *testing.T, flags ...string) map[string]any {
	t.Helper()
	file := filepath.Join(t.TempDir(), "connection.json")
	sandbox := exec.Command(Binary(t), append([]string{"sandbox", "--write-connection", file}, flags...)...)
	out, err := sandbox.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := sandbox.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = sandbox.Process.Kill()
		_ = sandbox.Wait()
	})
	if !bufio.NewScanner(out).Scan() {
		t.Fatal("the sandbox does not say that it is ready")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var connection map[string]any
	if err := json.Unmarshal(text, &connection); err != nil {
		t.Fatal(err)
	}
	return connection
}

// Python finds an interpreter that has the given modules. Debian's is the first, because its packages are what
// the checks of platforms need.
func Python(t *testing.T, modules ...string) string {
	t.Helper()
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		code := "import sys"
		for _, module := range modules {
			code += ", " + module
		}
		if exec.Command(name, "-c", code).Run() == nil {
			return name
		}
	}
	t.Skipf("not run: there is no python3 with %v", modules)
	return ""
}

// Run runs a program with a value as JSON on its stdin and the given variables, and reads the JSON that it prints.
func Run(t *testing.T, command *exec.Cmd, in, out any, variables ...string) {
	t.Helper()
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	command.Stdin = bytes.NewReader(text)
	command.Stderr = &said
	command.Env = append(os.Environ(), append(variables, "PYTHONDONTWRITEBYTECODE=1")...)
	if command.Dir == "" {
		command.Dir = t.TempDir()
	}
	printed, err := command.Output()
	if err == nil {
		err = json.Unmarshal(printed, out)
	}
	if err != nil {
		t.Fatalf("%v: %v\n%s%s", command.Args, err, printed, said.Bytes())
	}
}

// Foreign writes a program that is made for no platform, and returns its path.
func Foreign(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tenableio")
	if err := os.WriteFile(path, []byte("\x7fELF of another platform"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// Convert reads a value that came as JSON into out.
func Convert(t *testing.T, value, out any) {
	t.Helper()
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, out)
	}
	if err != nil {
		t.Fatal(err)
	}
}
