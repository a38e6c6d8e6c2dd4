// Package systemd holds the units. There is no code but their test.
package systemd

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// installed is where the units expect the plugin.
const installed = "/usr/local/bin/tenableio"

// verify runs systemd-analyze verify over units, in which the plugin is where it was
// built, and returns what it says.
func verify(t *testing.T, change func(string) string) (string, error) {
	t.Helper()
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("not run: there is no systemd-analyze")
	}
	binary := filepath.Join(os.Getenv("TENABLEIO_BIN"), "tenableio")
	if _, err := os.Stat(binary); err != nil {
		t.Skip("not run: TENABLEIO_BIN names no folder with the plugin (make integrations does)")
	}
	folder := t.TempDir()
	units, err := filepath.Glob("tenableio-*")
	if err != nil || len(units) != 2 {
		t.Fatalf("the units are %v, %v", units, err)
	}
	arguments := []string{"verify", "--man=no"}
	for _, unit := range units {
		text, err := os.ReadFile(unit)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(folder, strings.Replace(unit, "@.", "@acme.", 1))
		if err := os.WriteFile(path, []byte(change(strings.ReplaceAll(string(text), installed, binary))), 0o600); err != nil {
			t.Fatal(err)
		}
		arguments = append(arguments, path)
	}
	out, err := exec.Command(analyze, arguments...).CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// TestUnits: systemd takes them without a word.
func TestUnits(t *testing.T) {
	if out, err := verify(t, func(unit string) string { return unit }); err != nil || out != "" {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
}

// TestVerifyFindsMistakes, or the test above would test nothing.
func TestVerifyFindsMistakes(t *testing.T) {
	for old, mistake := range map[string]string{
		"DynamicUser=yes": "DynamicUsr=yes", "OnUnitActiveSec=5min": "OnUnitActiveSec=often", "tenableio check": "tenableia check",
	} {
		out, err := verify(t, func(unit string) string { return strings.Replace(unit, old, mistake, 1) })
		if err == nil && out == "" {
			t.Errorf("%s in the place of %s is not noticed", mistake, old)
		}
	}
}

// TestServiceIsConfined: systemd's own measure of what the service could do to others.
func TestServiceIsConfined(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("not run: there is no systemd-analyze")
	}
	unit, err := os.ReadFile("tenableio-check@.service")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "tenableio-check.service")
	if err := os.WriteFile(path, unit, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(analyze, "security", "--offline=yes", "--threshold=20", path).CombinedOutput() // 2.0 of 10
	if err != nil {
		t.Errorf("systemd-analyze security: %v\n%s", err, out)
	}
}
