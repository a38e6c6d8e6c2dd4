// Demo starts the plugin's sandbox and plays an incident with it: what is asked, what an analyst sees, what the next
// step takes from it, and what a failure says.
//
// usage: demo BINARY [whole]; `make demo` builds the binary and runs it, and `make demo JSON=1` shows whole envelopes.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: demo BINARY [whole]")
		os.Exit(2)
	}
	whole := len(os.Args) > 2 && os.Args[2] == "whole"
	if err := play(os.Args[1], whole, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// play runs the whole demo with the given binary.
func play(binary string, whole bool, out io.Writer) error {
	binary, err := filepath.Abs(binary) // the plugin runs in a folder of the demo's own
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "tenableio-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	d := &demo{binary: binary, whole: whole, folder: folder, out: out}
	d.say("This is a sandbox: a Tenable.io on this machine, with a made-up company in it.")
	d.command("sandbox")
	stop, err := d.startSandbox()
	if err != nil {
		return err
	}
	defer stop()
	d.incident()
	return d.err
}
