package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestDemo plays the demo with a binary of its own.
func TestDemo(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "tenableio")
	if out, err := exec.Command("go", "build", "-o", binary, "..").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	var out bytes.Buffer
	if err := play(binary, &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, want := range []string{
		"\n1. Do the keys work?", `"message":"Insufficient scope"`, "How far is it?", `{"status":"completed"}`,
		`"media_type":"application/pdf"`, "Partially Successful", "nobody.example.com was found", "That was the demo.",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the demo does not show %s", want)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("the demo leaves %v behind: %v", left, err)
	}
}

func TestDemoStopsAtAnUnexpectedResult(t *testing.T) {
	var out bytes.Buffer
	if err := play("false", &out); err == nil {
		t.Error("a binary that fails plays the demo")
	}
}

func TestLongTextsAreCut(t *testing.T) {
	long := strings.Repeat("ä", 1000)
	if got, want := cut([]byte(long)), strings.Repeat("ä", 260)+" … (2000 bytes in all)"; got != want {
		t.Errorf("got %q", got)
	}
	if got := cut([]byte("short")); got != "short" {
		t.Errorf("got %q", got)
	}
}
