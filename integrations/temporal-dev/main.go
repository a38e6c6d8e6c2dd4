// Temporal-dev is a real Temporal server in memory, for trying and for tests. What it
// is told is gone when it ends. It prints one JSON line when it is ready.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/signal"
	"syscall"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/temporal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "temporal-dev:", err)
		os.Exit(1)
	}
}

// run serves until ctx is done.
func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("temporal-dev", flag.ContinueOnError)
	flags.SetOutput(stderr)
	address := flags.String("address", "127.0.0.1:7233", "where to listen, `HOST:PORT`; port 0 takes a free one")
	namespace := flags.String("namespace", "default", "the namespace that is there, a `NAME`")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	where, err := netip.ParseAddrPort(*address)
	if err != nil {
		return fmt.Errorf("--address: %w", err)
	}
	if !where.Addr().IsLoopback() {
		return fmt.Errorf("--address: %s is not on loopback, and this server asks nobody who they are", where.Addr())
	}
	options, where, err := inMemory(where, *namespace)
	if err != nil {
		return err
	}
	server, err := temporal.NewServer(append(options, temporal.WithLogger(log.NewNoopLogger()))...)
	if err != nil {
		return err
	}
	if err := server.Start(); err != nil {
		return err
	}
	defer server.Stop() //nolint:errcheck // nothing of it is kept
	if err := reachable(ctx, where, *namespace); err != nil {
		return err
	}
	ready := map[string]string{"address": where.String(), "namespace": *namespace}
	if err := json.NewEncoder(stdout).Encode(ready); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// reachable waits until the server knows its namespace well enough to look for a workflow in it.
func reachable(ctx context.Context, where netip.AddrPort, namespace string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		c, err := client.DialContext(ctx, client.Options{HostPort: where.String(), Namespace: namespace, Logger: noLog{}})
		if err == nil {
			_, err = c.DescribeWorkflowExecution(ctx, "none", "")
			c.Close()
		}
		if _, looked := errors.AsType[*serviceerror.NotFound](err); looked {
			return nil
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer: %w", err)
		}
	}
}

// noLog is silent about the tries before the server is there.
type noLog struct{}

func (noLog) Debug(string, ...any) {}
func (noLog) Info(string, ...any)  {}
func (noLog) Warn(string, ...any)  {}
func (noLog) Error(string, ...any) {}
