package main

import (
	"fmt"
	"os"
	"os/exec"
)

// build compiles the plugin for a system, with the flags of the Makefile.
func build(root string, s system, binary string) error {
	command := exec.Command("go", "build", "-trimpath", "-gcflags=all=-dwarf=false", "-buildvcs=auto", "-mod=readonly",
		"-ldflags=-s -w -buildid=", "-o", binary, ".")
	command.Dir = root
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+s.os, "GOARCH="+s.arch)
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}
