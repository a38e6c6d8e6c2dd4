package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// keys are the keys of every fake connection.
const (
	accessKey = "a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90"
	secretKey = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"
)

// fakeConnection writes a connection to where nobody listens.
func fakeConnection(t testing.TB) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "connection.json")
	text := fmt.Sprintf(`{"server_url": "http://127.0.0.1:9", "api_access_key": %q, "api_secret_key": %q}`, accessKey, secretKey)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// fakePlugin writes a script that describes itself as the plugin does, and answers as told.
// Its folder is the working folder of the script.
func fakePlugin(t testing.TB, script string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("not run: the fakes are shell scripts")
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "plugin")
	text := fmt.Sprintf("#!/bin/sh\ncd %s\ncase \"$1\" in describe) exec %s describe;; esac\n%s\n", folder, built(t, "tenableio"), script)
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// fake starts a server over a fake plugin; beside returns a file in the plugin's folder.
func fake(t testing.TB, script string, arguments ...string) (c *client, beside func(name string) string) {
	t.Helper()
	path := fakePlugin(t, script)
	c = start(t, append([]string{"--connection", fakeConnection(t), "--binary", path}, arguments...)...)
	return c, func(name string) string { return filepath.Join(filepath.Dir(path), name) }
}

// gone tells whether the process whose number a file holds is gone, and not a zombie.
func gone(t testing.TB, file string) bool {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	_, err = os.Stat(fmt.Sprintf("/proc/%d", pid))
	return os.IsNotExist(err)
}

// onLinux skips what needs /proc.
func onLinux(t testing.TB) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("not run: there is no /proc")
	}
}

// exists tells whether there is such a file.
func exists(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Size() > 0 // a shell makes a file before it writes into it
}
