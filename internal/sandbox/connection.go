package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
)

// connectionFile is what a file for "tenableio run --connection" holds.
type connectionFile struct {
	ServerURL      string `json:"server_url"`
	AccessKey      string `json:"api_access_key"`
	SecretKey      string `json:"api_secret_key"`
	CACertificates string `json:"ca_certificates,omitempty"`
}

// writeConnection writes the administrator's connection to a file that nobody else
// may read. It takes the place of that of an earlier sandbox, and of nothing else:
// the keys of an account may be nowhere but in such a file.
func (a announcement) writeConnection(name string) error {
	if name == "" {
		return nil
	}
	if err := replaceable(name); err != nil {
		return fmt.Errorf("--write-connection: %w", err)
	}
	administrator := a.Connections[0]
	text, err := json.MarshalIndent(connectionFile{ //nolint:gosec // the keys open nothing but the sandbox
		ServerURL:      a.ServerURL,
		AccessKey:      administrator.AccessKey,
		SecretKey:      administrator.SecretKey,
		CACertificates: a.CACertificates,
	}, "", "  ")
	if err == nil {
		err = writePrivate(name, append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("--write-connection: %w", err)
	}
	return nil
}

// replaceable refuses a file that is no connection of a sandbox.
func replaceable(name string) error {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var there connectionFile
	server := new(url.URL)
	if json.Unmarshal(text, &there) == nil {
		server, err = url.Parse(there.ServerURL)
	}
	if err != nil || !isLoopback(server.Host) {
		return fmt.Errorf("%s is there, and is no connection of a sandbox: name another file", name)
	}
	return nil
}

// writePrivate writes a file that only its owner may read, whole or not at all.
func writePrivate(name string, text []byte) error {
	written, err := writeTemporary(filepath.Dir(name), ".connection-*", text)
	if err != nil {
		return err
	}
	if err = os.Rename(written, name); err != nil {
		_ = os.Remove(written)
	}
	return err
}

// writeTemporary writes a file of its own, which nobody else may read, and gives its name.
func writeTemporary(folder, pattern string, text []byte) (name string, err error) {
	file, err := os.CreateTemp(folder, pattern) // its mode is 0600
	if err != nil {
		return "", err
	}
	_, err = file.Write(text)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		_ = os.Remove(file.Name())
	}
	return file.Name(), err
}
