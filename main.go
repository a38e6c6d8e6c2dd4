// Tenableio is a SOAR integration plugin for Tenable.io. One process answers
// one request: a JSON document on stdin, a JSON document on stdout, logs on
// stderr. README.md shows a request and its result; CONTRIBUTING.md walks one
// request through the code, from internal/cli on.
package main

import (
	"os"

	"tenableio/internal/cli"
)

func main() { os.Exit(cli.Main()) }
