package tenants

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestConnection(t *testing.T) {
	folder := t.TempDir()
	outside := filepath.Join(filepath.Dir(folder), "outside.json")
	for path, text := range map[string]string{
		filepath.Join(folder, "acme.json"): ` {"api_access_key": "k"} `, filepath.Join(folder, "broken.json"): `{"api_access_key": "secret`,
		filepath.Join(folder, "list.json"): `["secret"]`, outside: `{}`,
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(outside, filepath.Join(folder, "escape.json")); err != nil {
		t.Fatal(err)
	}
	f, err := Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := f.Connection("acme"); err != nil || string(got) != `{"api_access_key": "k"}` {
		t.Errorf("got %s, %v", got, err)
	}
	for _, tenant := range []string{"nobody", "broken", "list", "", ".", "..", "../outside", "a/b", "a\\b", "-a", "a-", "a b", "ä", strings.Repeat("a", 65)} {
		_, err := f.Connection(tenant)
		if _, unknown := errors.AsType[*UnknownError](err); !unknown || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v, want that there is no such tenant", tenant, err)
		}
	}
	if _, err := f.Connection("escape"); err == nil {
		t.Error("a link leads out of the folder")
	}
}
