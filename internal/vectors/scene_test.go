package vectors_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// scene is everything around one run.
type scene struct {
	binary        string // empty for the plugin as it ships
	server, other *faultServer
	proxy         *proxyServer
	names         *nameServer
	work          string
	known         values
}

// stage starts the servers of a vector and names them.
func (v vector) stage(t *testing.T, work string, known values) *scene {
	t.Helper()
	s := &scene{work: work, known: maps.Clone(known)}
	s.server = mustStart(t, v.Server)
	s.other = mustStart(t, v.Other)
	_, port, _ := net.SplitHostPort(s.server.address())
	s.known["server"] = s.server.url()
	s.known["address"] = s.server.address()
	s.known["port"] = port
	s.known["other"] = s.other.url()
	s.known["other_address"] = s.other.address()
	s.known["closed"] = closedAddress(t)
	s.known["connection"] = s.connection(t, nil)
	if bytes.Contains(v.Request, []byte("{{black_hole}}")) {
		s.known["black_hole"] = blackHole(t)
	}
	if v.Proxy != "" {
		var err error
		if s.proxy, err = startProxy(v.Proxy, s.server.address()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.proxy.close)
		s.known["proxy"] = s.proxy.url()
		s.known["proxy_address"] = s.proxy.address()
	}
	if v.Names != nil {
		s.startNames(t, v.Names)
	}
	return s
}

func mustStart(t *testing.T, script serverScript) *faultServer {
	t.Helper()
	server, err := startServer(script)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.close)
	return server
}

// closedAddress returns an address at which nothing listens.
func closedAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// blackHole returns an address that answers no SYN, because its listener's queue is full.
func blackHole(t *testing.T) string {
	t.Helper()
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(socket) })
	loopback := &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}
	if err := errors.Join(syscall.Bind(socket, loopback), syscall.Listen(socket, 0)); err != nil {
		t.Fatal(err)
	}
	bound, err := syscall.Getsockname(socket)
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("127.0.0.1:%d", bound.(*syscall.SockaddrInet4).Port)
	for {
		filler, err := net.DialTimeout("tcp", address, 200*time.Millisecond)
		if err != nil {
			return address
		}
		t.Cleanup(func() { filler.Close() })
	}
}

var lastNameServer atomic.Int32

// startNames starts a name server and writes the resolv.conf that leads to it.
func (s *scene) startNames(t *testing.T, records map[string]nameRecord) {
	t.Helper()
	n := lastNameServer.Add(1)
	address := fmt.Sprintf("127.53.%d.%d", n/250, n%250+1)
	server, err := startNameServer(address, records)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.close)
	s.names = server
	text := "nameserver " + address + "\noptions timeout:1 attempts:1\n"
	if err := os.WriteFile(filepath.Join(s.work, "resolv.conf"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// madeFiles reads the files that the plugin made in the folder. Of a large file it returns the size alone.
// It checks that only the owner may read each of them.
func (s *scene) madeFiles(t *testing.T, v vector) map[string]string {
	t.Helper()
	made := map[string]string{}
	err := filepath.WalkDir(s.work, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil //nolint:nilerr // a folder that the vector made unreadable
		}
		relative, _ := filepath.Rel(s.work, name)
		if _, own := v.Folder[filepath.ToSlash(relative)]; own || relative == "resolv.conf" {
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() || info.Mode().Perm() != 0o600 && !strings.HasPrefix(relative, "shell-") {
			t.Errorf("%s has mode %v, want 0600", relative, info.Mode())
		}
		if info.Size() > 8<<20 {
			made[filepath.ToSlash(relative)] = fmt.Sprintf("%d bytes", info.Size())
			return nil
		}
		text, err := os.ReadFile(name)
		made[filepath.ToSlash(relative)] = string(text)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return made
}

// request returns a vector's request with its connection filled in.
// The connection holds the fault server and the canaries, unless the vector gives others.
func (s *scene) request(t *testing.T, given json.RawMessage) string {
	t.Helper()
	members := map[string]json.RawMessage{}
	if given != nil {
		if err := json.Unmarshal(given, &members); err != nil {
			t.Fatal(err)
		}
	}
	members["connection"] = json.RawMessage(s.connection(t, members["connection"]))
	if members["command"] == nil {
		members["command"] = json.RawMessage(`"Get Scan Status"`)
		members["inputs"] = json.RawMessage(`{"scan_id":32}`)
	}
	text, err := encode(members)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// connection returns the connection parameters with the given changes. A change to null drops a parameter.
func (s *scene) connection(t *testing.T, given json.RawMessage) string {
	t.Helper()
	members := map[string]any{
		"server_url":     s.known["server"],
		"api_access_key": accessCanary,
		"api_secret_key": secretCanary,
	}
	if given != nil {
		changes := map[string]any{}
		if err := json.Unmarshal(given, &changes); err != nil {
			t.Fatal(err)
		}
		maps.Copy(members, changes)
		maps.DeleteFunc(members, func(_ string, value any) bool { return value == nil })
	}
	text, err := encode(members)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// fillFolder makes the files that a vector needs in its folder.
func (s *scene) fillFolder(t *testing.T, records map[string]folderRecord) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(records)) {
		record := records[name]
		path := filepath.Join(s.work, filepath.FromSlash(name))
		var err error
		switch {
		case record.Dir:
			err = os.MkdirAll(path, 0o700)
		case record.Link != "":
			err = os.Symlink(record.Link, path)
		case record.FIFO:
			err = syscall.Mkfifo(path, 0o600)
		default:
			err = os.WriteFile(path, []byte(record.Text), 0o600)
		}
		if err == nil && record.Mode != 0 {
			err = os.Chmod(path, os.FileMode(record.Mode))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
