package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestDemo plays the demo in both forms with a binary of its own.
func TestDemo(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "tenableio")
	t.Setenv("CGO_ENABLED", "0") // as make build does, so that it compiles nothing twice
	build := exec.Command("go", "build", "-trimpath", "-gcflags=all=-dwarf=false", "-o", binary, "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	t.Run("forms", func(t *testing.T) { playBoth(t, binary) })
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("the demo leaves %v behind: %v", left, err)
	}
}

func playBoth(t *testing.T, binary string) {
	t.Helper()
	for _, tt := range []struct {
		name  string
		whole bool
		shown []string
	}{
		{"tables", false, []string{
			"Insufficient scope",
			"$ tenableio run get_vulnerabilities_by_asset target=192.0.2.1\n",
			"Plugin Name",
			"The next step takes plugin_id from context_data: ",
			"\n  completed\n",
			".pdf",
			"Failed: Agent Names nobody.example.com",
			"That was the demo.",
		}},
		{"envelopes", true, []string{
			`"message": "Insufficient scope"`,
			`"media_type": "application/pdf"`,
			`"return_data": "Partially Successful"`,
			"nobody.example.com was found",
			"That was the demo.",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			if err := play(binary, tt.whole, &out); err != nil {
				t.Fatalf("%v\n%s", err, out.String())
			}
			for _, want := range tt.shown {
				if !strings.Contains(out.String(), want) {
					t.Errorf("the demo does not show %s:\n%s", want, out.String())
				}
			}
		})
	}
}

func TestDemoStopsAtAnUnexpectedResult(t *testing.T) {
	var out bytes.Buffer
	if err := play("false", false, &out); err == nil {
		t.Error("a binary that fails plays the demo")
	}
}
