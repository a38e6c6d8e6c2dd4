// Tenableio-fin offers the plugin's commands to SOARCA, an orchestrator of CACAO
// playbooks, over its fin protocol. docs/soarca.md says how it is set up.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"

	"tenableio/integrations/child"
	"tenableio/integrations/soarca/fin"
	"tenableio/integrations/soarca/plugin"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errMisused):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "tenableio-fin:", err)
		os.Exit(1)
	}
}

// errMisused is a wrong command line, which has been told on stderr.
var errMisused = errors.New("wrong command line")

// run starts the fin, says on stdout when it is registered, and works until ctx is done
// or SOARCA stops the fin.
func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	var broker string
	var binary plugin.Plugin
	level := slog.LevelInfo
	flags := flag.NewFlagSet("tenableio-fin", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&broker, "broker", "", "SOARCA's MQTT broker, `tcp://HOST:PORT` or ssl://HOST:PORT (required)")
	flags.StringVar(&binary.Connection, "connection", "", "the `FILE` with the connection object and its keys (required)")
	flags.StringVar(&binary.Path, "binary", "tenableio", "the plugin, a `PATH`")
	flags.StringVar(&binary.OutputDir, "output-dir", "", "the folder for files, a `DIR` (required)")
	flags.TextVar(&level, "log-level", level, "debug, info, warn or error")
	if err := flags.Parse(arguments); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errMisused
	}
	if problem := misuse(broker, binary, flags.Args()); problem != "" {
		fmt.Fprintln(stderr, "tenableio-fin:", problem)
		return errMisused
	}
	manifest, err := prepare(ctx, &binary)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewJSONHandler(stderr, &slog.HandlerOptions{Level: level}))
	if child.Exposed(binary.Connection) {
		log.Warn("Others than its owner may read the file with the keys.", "file", binary.Connection)
	}
	f := fin.New(broker, os.Getenv("MQTT_USERNAME"), os.Getenv("MQTT_PASSWORD"), binary, manifest, log)
	line := map[string]any{
		"registered": true, "agent": fin.Agent, "capability_id": fin.Agent, "capability_uuid": fin.UUID,
		"fin_id": f.ID, "commands": len(manifest.Commands),
	}
	f.Run(ctx, sync.OnceFunc(func() { err = json.NewEncoder(stdout).Encode(line) }))
	return err
}

// misuse is what is wrong with the command line, and "" when nothing is.
func misuse(broker string, binary plugin.Plugin, rest []string) string {
	at, err := url.Parse(broker)
	switch {
	case len(rest) > 0:
		return fmt.Sprintf("%q is no flag", rest[0])
	case broker == "" || binary.Connection == "" || binary.OutputDir == "":
		return "--broker, --connection and --output-dir are required"
	case err != nil || at.Scheme != "tcp" && at.Scheme != "ssl" || at.Port() == "":
		return "--broker must be tcp://HOST:PORT, or ssl://HOST:PORT for TLS"
	case at.User != nil:
		return "--broker must hold no password, which other users of the machine can read: " +
			"set MQTT_USERNAME and MQTT_PASSWORD"
	}
	return ""
}

// prepare checks all that the fin needs on its machine before it takes any work.
func prepare(ctx context.Context, binary *plugin.Plugin) (child.Manifest, error) {
	var none child.Manifest
	path, err := exec.LookPath(binary.Path)
	if err != nil {
		return none, fmt.Errorf("--binary: %w", err)
	}
	binary.Path = path
	if binary.OutputDir, err = filepath.Abs(binary.OutputDir); err != nil {
		return none, fmt.Errorf("--output-dir: %w", err)
	}
	if err := os.MkdirAll(binary.OutputDir, 0o700); err != nil {
		return none, fmt.Errorf("--output-dir: %w", err)
	}
	manifest, err := child.Describe(ctx, binary.Path)
	if err != nil {
		return none, fmt.Errorf("--binary: %w", err)
	}
	if err := binary.Check(ctx); err != nil {
		return none, fmt.Errorf("--connection: %w", err)
	}
	return manifest, nil
}
