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
	if out, err := exec.Command("go", "build", "-o", binary, "..").CombinedOutput(); err != nil {
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
			"\n  Plugin ID   Plugin Name  ",
			"The next step takes plugin_id from context_data: ",
			`> {"command":"Launch Scan","inputs":{"scan_id":21}}`,
			"completed   no",
			".pdf",
			"of 1 groups done.",
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

// TestTable checks what an analyst sees of a result.
func TestTable(t *testing.T) {
	got := table(`<table><caption>2 &lt;things&gt;</caption><thead><tr><th>ID</th><th>Name</th></tr></thead>` +
		`<tbody><tr><td>1</td><td>a &amp; b</td></tr><tr><td>22</td><td>` + strings.Repeat("ä", 200) +
		`</td></tr></tbody></table>`)
	want := "2 <things>\nID   Name\n1    a & b\n22   " + strings.Repeat("ä", 99) + "…\n"
	var lines []string
	for line := range strings.Lines(got) {
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	if shown := strings.Join(lines, "\n") + "\n"; shown != want {
		t.Errorf("got\n%swant\n%s", shown, want)
	}
}
