// Image writes an OCI image of static binaries without Docker: the same binaries make
// the same bytes on every machine.
//
// usage: image BINARIES ENTRYPOINT ARCHIVE. BINARIES holds a folder for each
// platform, such as linux-amd64, with the programs of it; ENTRYPOINT is one of them.
// It prints the digest of the image and of each platform's.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: image BINARIES ENTRYPOINT ARCHIVE")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

// run builds the image, writes the archive and prints the digests.
func run(binaries, entrypoint, archive string) error {
	index, err := build(binaries, entrypoint)
	if err != nil {
		return err
	}
	if err := write(index, entrypoint, archive); err != nil {
		return err
	}
	digest, err := index.Digest()
	if err != nil {
		return err
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stdout, "%s %s\n", digest, archive)
	for _, m := range manifest.Manifests {
		fmt.Fprintf(os.Stdout, "%s %s\n", m.Digest, m.Platform)
	}
	return nil
}
