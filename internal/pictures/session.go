package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// sessionEnd is where the picture of a session ends. What follows in the demo differs from run to run.
const sessionEnd = "\nWho else has that?"

// recordSession plays the demo with a binary of its own, and returns what stands on the screen.
func recordSession(root, folder string) (string, error) {
	binary := filepath.Join(folder, "tenableio")
	if err := execute(root, "go", "build", "-o", binary, "."); err != nil {
		return "", err
	}
	demo := exec.Command("go", "run", "./demo", binary)
	demo.Dir = root
	out, err := demo.Output()
	if err != nil {
		return "", fmt.Errorf("demo: %w", err)
	}
	shown, _, found := strings.Cut(string(out), sessionEnd)
	if !found {
		return "", fmt.Errorf("the demo does not show %q", sessionEnd)
	}
	var screen strings.Builder
	screen.WriteString("\x1b[32m$\x1b[0m \x1b[1mmake demo\x1b[0m\n")
	for line := range strings.Lines(shown) {
		if strings.HasPrefix(line, "  > ") {
			line = "\x1b[36m" + line + "\x1b[0m"
		}
		screen.WriteString(line)
	}
	return screen.String(), nil
}

// execute runs a program in a folder to its end.
func execute(folder, name string, arguments ...string) error {
	command := exec.Command(name, arguments...)
	command.Dir = folder
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(arguments, " "), err, out)
	}
	return nil
}
