package packs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tenableio/integrations/packs/packstest"
)

// calls runs List Scans with the arguments on stdin, and prints what the packs show of it.
const calls = `
import json, os, sys
from tenableio_process import Problem, call, explain, outcome_of, records_of, request_of
told = json.load(sys.stdin)
try:
    envelope = call(request_of("list_scans", told["connection"], eval(told["arguments"]), os.getcwd()))
    outcome_of(envelope), records_of(envelope)
    print(json.dumps({"result": envelope["return_data"] + ": " + explain(envelope)}))
except Problem as problem:
    print(json.dumps({"problem": str(problem)}))
`

type said struct{ Result, Problem string }

// play runs a binary as the packs do. The arguments are Python, which has values that JSON lacks.
func play(t *testing.T, binary string, connection map[string]any, arguments string) (out said) {
	t.Helper()
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	in := map[string]any{"connection": connection, "arguments": arguments}
	python := exec.Command(packstest.Python(t, "json"), "-c", calls)
	packstest.Run(t, python, in, &out, "PYTHONPATH="+here, "TENABLEIO_BINARY="+binary)
	return out
}

// TestTimeLimits: the binary itself refuses what is no time limit, and only what is missing has a default.
func TestTimeLimits(t *testing.T) {
	connection := packstest.Sandbox(t)
	for _, limit := range []string{`None`, `""`, `60`, `"60"`, `0.5e2`, `604800`} {
		if out := play(t, packstest.Binary(t), connection, `{"timeout_seconds": `+limit+`}`); out.Result != "Successful: " {
			t.Errorf("%s: %+v", limit, out)
		}
	}
	for _, limit := range []string{
		`"nan"`, `"inf"`, `"soon"`, `"1e12"`, `1e12`, `-40`, `0`, `"0"`, `[5]`, `{}`, `True`, `10**400`,
		`float("nan")`, `float("inf")`,
	} {
		out := play(t, packstest.Binary(t), connection, `{"timeout_seconds": `+limit+`}`)
		if !strings.Contains(out.Result, "(status 400)") || strings.Contains(out.Result, "output_dir") {
			t.Errorf("%s: %+v", limit, out)
		}
	}
}

// TestNoEnvelope: JSON that is no result is told as that, and that a change may have been made.
func TestNoEnvelope(t *testing.T) {
	const whole = `{"command": "list_scans", "return_data": "Successful", "raw_data": null, "error": null, ` +
		`"key_fields": {}, "context_data": [], "files": [], "warnings": []}`
	path := filepath.Join(t.TempDir(), "tenableio")
	print := func(text string) said {
		t.Helper()
		script := "#!/bin/sh\ncat > /dev/null\ncat <<'END'\n" + text + "\nEND\n"
		if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
		return play(t, path, nil, "{}")
	}
	if out := print(whole); out.Result != "Successful: " {
		t.Errorf("a result: %+v", out)
	}
	change := func(old, replacement string) string { return strings.Replace(whole, old, replacement, 1) }
	for _, text := range []string{
		``, `null`, `[]`, `{}`, `5`, `"Successful"`, whole + whole, "\xff", strings.Repeat("[", 100000),
		change(`"key_fields": {}, `, ``), change(`"raw_data": null, `, ``), change(`"files": []`, `"files": [{}]`),
		change(`"context_data": []`, `"context_data": [5]`), change(`"warnings": []`, `"warnings": null`),
		change(`Successful`, `Failed`), change(`"error": null`, `"error": {"message": "No", "status_code": 500}`),
		change(`"Successful", "raw_data": null, "error": null`, `"Failed", "raw_data": null, "error": {}`),
		change(`"Successful", "raw_data": null, "error": null`,
			`"Failed", "raw_data": null, "error": {"message": "No", "status_code": 500, "items": [5]}`),
	} {
		const want = "gave no result (status 0). What it has changed at Tenable is not known."
		if out := print(text); !strings.Contains(out.Problem, want) {
			t.Errorf("%.80s: %+v", text, out)
		}
	}
}

// TestHints: they name the arguments of a pack, not the options of a request.
func TestHints(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tenableio")
	const failed = `{"command": "list_scans", "return_data": "Failed", "raw_data": null, "key_fields": {}, ` +
		`"context_data": [], "files": [], "warnings": [], "error": {"message": "No.", "status_code": 504, ` +
		`"hint": "Set options.wait to true, or raise options.timeout_seconds."}}`
	if err := os.WriteFile(path, []byte("#!/bin/sh\ncat > /dev/null\necho '"+failed+"'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	const want = "What to do: Set wait to true, or raise timeout_seconds."
	if out := play(t, path, nil, "{}"); !strings.Contains(out.Result, want) {
		t.Errorf("%+v", out)
	}
}
