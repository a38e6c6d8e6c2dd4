// Verify runs the playbooks in the real SOARCA, against the sandbox: it builds SOARCA
// from a copy of its repository, and says "not run" where there is none.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: verify BIN MIRRORS")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := verify(ctx, os.Args[1], os.Args[2])
	stop()
	if missing, ok := errors.AsType[*notFound](err); ok {
		fmt.Fprintln(os.Stdout, "soarca: not run:", missing)
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "soarca:", err)
		os.Exit(1)
	}
}

// verify starts everything in a folder of its own and runs one playbook after the other:
// SOARCA uses one MQTT client for all commands, so that two at the same time can hang.
func verify(ctx context.Context, bin, mirrors string) error {
	source, err := find(mirrors)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "soarca-verify-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends all processes
	built, commit, err := build(ctx, source, folder)
	if err != nil {
		return err
	}
	s := &stack{bin: bin, folder: folder, soarca: built}
	defer s.wait()
	defer cancel()
	if err := s.start(ctx); err != nil {
		return fmt.Errorf("%w\n%s", err, s.logs())
	}
	fmt.Fprintf(os.Stdout, "soarca: SOARCA %s and %s\n", commit, s.broker)
	playbooks, err := filepath.Glob("playbooks/*.json")
	if err != nil || len(playbooks) == 0 {
		return errors.Join(errors.New("no playbooks"), err)
	}
	for _, path := range playbooks {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := s.play(ctx, path, text); err != nil {
			return fmt.Errorf("%s: %w\n%s", path, err, s.logs())
		}
	}
	if err := s.play(ctx, "values that are only data", values()); err != nil {
		return fmt.Errorf("%w\n%s", err, s.logs())
	}
	if reports, err := filepath.Glob(filepath.Join(folder, "files", "*.csv")); err != nil || len(reports) == 0 {
		return errors.Join(errors.New("no report was stored"), err)
	}
	fmt.Fprintf(os.Stdout, "soarca: %d playbooks ran, and each command did what it should\n", len(playbooks)+1)
	return nil
}
