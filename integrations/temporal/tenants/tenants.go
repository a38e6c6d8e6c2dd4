// Package tenants keeps the connections: a folder with one connection object for each
// tenant, TENANT.json. The keys in them go to the plugin's stdin and nowhere else.
package tenants

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
)

// Folder is the folder of connections.
type Folder struct{ root *os.Root }

// Open opens the folder.
func Open(path string) (Folder, error) {
	root, err := os.OpenRoot(path)
	return Folder{root}, err
}

// name is what a tenant may be called: a file's name, and at most the 64 bytes that
// Temporal takes as a fairness key.
var name = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$`)

// UnknownError says that there is no such tenant. It is not worth another try.
type UnknownError struct{ Tenant, Why string }

func (e *UnknownError) Error() string { return fmt.Sprintf("Tenant %q %s.", e.Tenant, e.Why) }

// CheckName refuses a name that no tenant can have.
func CheckName(tenant string) error {
	if !name.MatchString(tenant) {
		const why = "is no tenant's name: 1 to 64 letters, digits, dots, hyphens and underscores, " +
			"with a letter or digit at both ends"
		return &UnknownError{tenant, why}
	}
	return nil
}

// Connection reads a tenant's connection object. It is read each time, so that new
// keys and new tenants need no restart.
func (f Folder) Connection(tenant string) (json.RawMessage, error) {
	if err := CheckName(tenant); err != nil {
		return nil, err
	}
	text, err := f.root.ReadFile(tenant + ".json")
	if errors.Is(err, fs.ErrNotExist) {
		why := "has no connection: there is no " + tenant + ".json in the worker's folder of connections"
		return nil, &UnknownError{tenant, why}
	}
	if err != nil {
		return nil, fmt.Errorf("the connection of tenant %s cannot be read: %w", tenant, errors.Unwrap(err))
	}
	if text = bytes.TrimSpace(text); !bytes.HasPrefix(text, []byte("{")) || !json.Valid(text) {
		return nil, &UnknownError{tenant, "has a connection that is no JSON object"} // whose text holds keys
	}
	return text, nil
}
