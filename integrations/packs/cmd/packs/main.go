// Command packs renders the packs for platforms: packs BINARY FOLDER, where FOLDER holds xsoar and splunk.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"tenableio/integrations/packs"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: packs BINARY FOLDER")
		os.Exit(2)
	}
	if err := render(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "packs:", err)
		os.Exit(1)
	}
}

func render(binary, folder string) error {
	plugin, err := packs.Describe(binary)
	if err != nil {
		return err
	}
	xsoar := filepath.Join(folder, "xsoar")
	files, err := packs.XSOAR(plugin, filepath.Join(xsoar, "TenableIO.py"))
	if err != nil {
		return err
	}
	if err := files.Write(xsoar); err != nil {
		return err
	}
	files, err = packs.Splunk(plugin)
	if err != nil {
		return err
	}
	return files.Write(filepath.Join(folder, "splunk"))
}
