package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestPageIsTrue holds docs/agents.md to the program: its flags, and the settings of clients,
// which are JSON and start it with flags that exist.
func TestPageIsTrue(t *testing.T) {
	text, err := os.ReadFile("../../docs/agents.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	var help bytes.Buffer
	if _, err := parse([]string{"--help"}, &help); !errors.Is(err, flag.ErrHelp) {
		t.Fatal(err)
	}
	listed := regexp.MustCompile(`(?m)^  -([a-z-]+)`).FindAllStringSubmatch(help.String(), -1)
	if len(listed) != 6 {
		t.Errorf("%d flags", len(listed))
	}
	for _, flag := range listed {
		if !strings.Contains(page, "\n| `--"+flag[1]) {
			t.Errorf("the table lacks --%s", flag[1])
		}
	}
	for _, named := range regexp.MustCompile("\n\\| `--([a-z-]+)").FindAllStringSubmatch(page, -1) {
		if !strings.Contains(help.String(), "\n  -"+named[1]) {
			t.Errorf("the table has --%s", named[1])
		}
	}
	settings := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllStringSubmatch(page, -1)
	if len(settings) != 4 {
		t.Errorf("%d pieces of JSON", len(settings))
	}
	for _, piece := range settings {
		var object map[string]any
		if err := json.Unmarshal([]byte(piece[1]), &object); err != nil {
			t.Errorf("%v: %s", err, piece[1])
		}
		for _, argument := range regexp.MustCompile(`"--([a-z-]+)"`).FindAllStringSubmatch(piece[1], -1) {
			if !strings.Contains(help.String(), "\n  -"+argument[1]) {
				t.Errorf("no flag --%s", argument[1])
			}
		}
	}
}
