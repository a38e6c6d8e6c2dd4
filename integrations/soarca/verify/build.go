package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// notFound says where no copy of SOARCA's repository is.
type notFound struct{ looked []string }

func (n *notFound) Error() string {
	if len(n.looked) == 0 {
		return "give the folder that holds a copy of SOARCA's repository, make soarca-verify MIRRORS=DIR"
	}
	return "there is no copy of SOARCA's repository; looked for " + strings.Join(n.looked, ", ")
}

// find finds a copy of SOARCA's repository: a checkout, or a git directory without one.
func find(mirrors string) (string, error) {
	missing := &notFound{}
	if mirrors == "" {
		return "", missing
	}
	for _, name := range []string{"COSSAS+SOARCA/repo", "COSSAS+SOARCA", "COSSAS/SOARCA", "SOARCA", "."} {
		path := filepath.Join(mirrors, name)
		for _, sign := range []string{"cmd/soarca/main.go", "packed-refs", "refs/heads"} {
			if _, err := os.Stat(filepath.Join(path, sign)); err == nil {
				return filepath.Abs(path)
			}
		}
		missing.looked = append(missing.looked, path)
	}
	return "", missing
}

// swagger has what SOARCA's code needs of the package that its generator makes.
const swagger = `package api

var SwaggerInfo struct{ Host, BasePath string }
`

// build builds SOARCA, and returns the binary and the commit that it is from.
func build(ctx context.Context, source, folder string) (binary, commit string, err error) {
	checkout := filepath.Join(folder, "source")
	commit = "without a commit"
	if _, err := os.Stat(filepath.Join(source, "go.mod")); err == nil {
		err = os.CopyFS(checkout, os.DirFS(source))
		if err != nil {
			return "", "", err
		}
	} else if _, err := run(ctx, folder, "git", "clone", "-q", source, checkout); err != nil {
		return "", "", err
	}
	if head, err := run(ctx, checkout, "git", "rev-parse", "--short", "HEAD"); err == nil {
		commit = head
	}
	if err := os.MkdirAll(filepath.Join(checkout, "api"), 0o700); err != nil {
		return "", "", err
	}
	if _, err := os.Stat(filepath.Join(checkout, "api", "docs.go")); err != nil { // it is not generated
		if err := os.WriteFile(filepath.Join(checkout, "api", "api.go"), []byte(swagger), 0o600); err != nil {
			return "", "", err
		}
	}
	binary = filepath.Join(folder, "soarca")
	_, err = run(ctx, checkout, "go", "build", "-o", binary, "./cmd/soarca")
	return binary, commit, err
}

// run runs a program and returns the first line of what it says.
func run(ctx context.Context, folder, name string, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, name, arguments...)
	command.Dir = folder
	command.Env = append(os.Environ(), "GOFLAGS=")
	said, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", command, err, said)
	}
	line, _, _ := strings.Cut(string(said), "\n")
	return line, nil
}
