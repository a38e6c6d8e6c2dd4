package main

import (
	"embed"
	"fmt"
	"os/exec"
)

// The peers in Python do the least that an integration can do.
// They use requests alone, which starts in a fraction of the time of Tenable's own SDK, which is built on it.
//
//go:embed python/*.py
var scripts embed.FS

// python returns the program for a script. It cannot run if python3 or a module that the script imports is missing.
func python(script, modules string, arguments ...string) program {
	text, err := scripts.ReadFile("python/" + script + ".py")
	if err != nil {
		return program{err: err}
	}
	if err := exec.Command("python3", "-c", "import "+modules).Run(); err != nil {
		return program{err: fmt.Errorf("python3 cannot import %s: %w", modules, err)}
	}
	return program{command: append([]string{"python3", "-c", string(text)}, arguments...)}
}
