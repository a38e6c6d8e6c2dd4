package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"tenableio/commands"
)

// TestEveryCommandHasItsCases checks that each command is tested where it works, where Tenable refuses it, and where
// an input is wrong. TestCases proves what the cases hold.
func TestEveryCommandHasItsCases(t *testing.T) {
	for _, command := range commands.All() {
		missing, err := missingCases(filepath.Join("testdata", command.Key))
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range missing {
			t.Errorf("%s has no case in testdata of %s", command.Key, kind)
		}
	}
}

// The kinds of cases that every command has.
const (
	success      = "a success: ok"
	refusal      = "a failure after an answer of Tenable with a status of 400 or more"
	invalidInput = "a wrong or unknown input, which fails without a request"
)

// missingCases returns the kinds of which a folder of cases has none.
func missingCases(folder string) ([]string, error) {
	missing := []string{success, refusal, invalidInput}
	cases, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return missing, nil
	}
	for _, c := range cases {
		kind, kindErr := kindOf(filepath.Join(folder, c.Name()))
		err = errors.Join(err, kindErr)
		if kind != success || c.Name() == "ok" {
			missing = slices.DeleteFunc(missing, func(other string) bool { return other == kind })
		}
	}
	return missing, err
}

// kindOf returns the kind of a case, or "" if it is of none that every command has.
func kindOf(folder string) (string, error) {
	var result struct {
		ReturnData string `json:"return_data"`
		Error      *struct {
			Category string `json:"category"`
		} `json:"error"`
	}
	var exchanges []struct {
		Response struct {
			Status int `json:"status"`
		} `json:"response"`
	}
	if err := readJSON(filepath.Join(folder, "result.json"), &result); err != nil {
		return "", err
	}
	if err := readJSON(filepath.Join(folder, "exchanges.json"), &exchanges); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	switch {
	case result.ReturnData == "Successful":
		return success, nil
	case result.ReturnData != "Failed":
		return "", nil
	case len(exchanges) == 0 && result.Error.Category == "input":
		return invalidInput, nil
	case len(exchanges) > 0 && exchanges[len(exchanges)-1].Response.Status >= 400:
		return refusal, nil
	}
	return "", nil
}

func readJSON(name string, value any) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, value); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// TestMissingCases checks that one happy case is not enough, and that each kind is told.
func TestMissingCases(t *testing.T) {
	const ok, failed = `{"return_data": "Successful", "error": null}`, `{"return_data": "Failed", "error": {"category": "input"}}`
	folder := t.TempDir()
	for _, step := range []struct {
		name, result, exchanges string
		missing                 []string
	}{
		{"another", ok, `[{"response": {"status": 200}}]`, []string{success, refusal, invalidInput}},
		{"ok", ok, `[{"response": {"status": 200}}]`, []string{refusal, invalidInput}},
		{"no_sense", failed, `[{"response": {"status": 200}}]`, []string{refusal, invalidInput}},
		{"invalid_scan_id", failed, `[]`, []string{refusal}},
		{"not_found", failed, `[{"response": {"status": 404}}]`, nil},
	} {
		for name, text := range map[string]string{"result.json": step.result, "exchanges.json": step.exchanges} {
			name = filepath.Join(folder, step.name, name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		if missing, err := missingCases(folder); err != nil || !slices.Equal(missing, step.missing) {
			t.Errorf("after %s: %v lack (%v), want %v", step.name, missing, err, step.missing)
		}
	}
}
