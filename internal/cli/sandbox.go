package cli

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"

	"tenableio/internal/sandbox"
)

// sandboxFlags are the flags of "tenableio sandbox" with what they set.
type sandboxFlags struct {
	flagSet
	options sandbox.Options
	config  sandbox.Config
	faults  string
}

func newSandboxFlags() *sandboxFlags {
	f := &sandboxFlags{flagSet: newFlagSet("sandbox"), config: sandbox.DefaultConfig()}
	f.StringVar(&f.options.Listen, "listen", "127.0.0.1:0",
		"loopback address and port to listen on; port 0 takes a free one")
	f.BoolVar(&f.options.TLS, "tls", false,
		"serve https with a certificate authority of its own, whose PEM file the line names")
	f.Int64Var(&f.config.Seed, "seed", f.config.Seed, "the same seed makes the same tenant, with the same keys")
	f.sizeVar(&f.config.Agents, "agents", "number of agents")
	f.sizeVar(&f.config.Scans, "scans", "number of scans")
	f.sizeVar(&f.config.Assets, "assets", "number of assets")
	f.sizeVar(&f.config.FindingsPerAsset, "findings-per-asset", "number of findings of each asset, on average")
	f.DurationVar(&f.config.ScanDuration, "scan-duration", f.config.ScanDuration,
		"time from the launch of a scan to its end")
	f.DurationVar(&f.config.ExportDelay, "export-delay", f.config.ExportDelay,
		"time until an export is ready or a bulk task is done")
	f.StringVar(&f.config.DuplicateExports, "duplicate-exports", f.config.DuplicateExports,
		"how an equal export is refused: conflict (409), or message or values (429)")
	f.StringVar(&f.config.ExportOutcome, "export-outcome", f.config.ExportOutcome,
		"how exports of vulnerabilities end: finished, or error or cancelled with half of their chunks")
	f.DurationVar(&f.config.Latency, "latency", f.config.Latency, "time before each answer")
	f.IntVar(&f.config.RateLimit, "rate-limit", f.config.RateLimit,
		"requests a minute for each key, then 429; 0 is no limit")
	f.StringVar(&f.options.Write, "write-connection", "",
		"file for the administrator's connection, which \"run --connection\" takes")
	f.StringVar(&f.faults, "faults", "", "JSON file with a list of requests that go wrong")
	return f
}

// mostOf is how large an account can be made.
var mostOf = map[string]int{"agents": 1_000_000, "scans": 10_000, "assets": 5_000_000, "findings-per-asset": 10_000}

func (f *sandboxFlags) sizeVar(size *int, name, usage string) {
	f.IntVar(size, name, *size, fmt.Sprintf("%s, at most %d", usage, mostOf[name]))
}

// parse reads the command line. Its errors are words for the user.
func (f *sandboxFlags) parse(arguments []string) error {
	words, err := f.flagSet.parse(arguments)
	if err != nil {
		return err
	}
	if len(words) > 0 {
		return fmt.Errorf("takes flags only, got %q", harmless(words[0]))
	}
	address, err := net.ResolveTCPAddr("tcp", f.options.Listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	if !address.IP.IsLoopback() { // its keys follow from the seed, so they protect nothing
		return fmt.Errorf("--listen %s is not a loopback address such as 127.0.0.1:0", f.options.Listen)
	}
	if err := f.checkSizes(); err != nil {
		return err
	}
	if err := f.config.Check(); err != nil {
		return err
	}
	return f.readFaults()
}

func (f *sandboxFlags) checkSizes() (err error) {
	f.VisitAll(func(one *flag.Flag) {
		if one.Name != "seed" && strings.HasPrefix(one.Value.String(), "-") {
			err = fmt.Errorf("--%s cannot be negative", one.Name)
		}
		most, limited := mostOf[one.Name]
		if n, isNumber := one.Value.(flag.Getter).Get().(int); limited && isNumber && n > most {
			err = fmt.Errorf("--%s can be at most %d", one.Name, most)
		}
	})
	return err
}

func (f *sandboxFlags) readFaults() error {
	if f.faults == "" {
		return nil
	}
	file, err := os.Open(f.faults)
	if err != nil {
		return fmt.Errorf("--faults: %w", err)
	}
	defer file.Close()
	if f.config.Faults, err = sandbox.ReadFaults(file); err != nil {
		return fmt.Errorf("--faults %s: %w", f.faults, err)
	}
	return nil
}

// sandbox serves a Tenable.io of its own until it is signalled.
func (p process) sandbox(ctx context.Context, arguments []string) int {
	flags := newSandboxFlags()
	if err := flags.parse(arguments); err != nil {
		return p.misused("sandbox: %v", err)
	}
	lines := &lineLog{newOutlet(p.stderr), nil}
	defer lines.close()
	log := lines.logger(p.logLevel)
	flags.options.Log = log
	flags.config.Served = func(r sandbox.ServedRequest) {
		event := log.Info()
		message := "served"
		if r.Unserved {
			event = log.Warn()
			message = "not served: the sandbox has no such endpoint"
		}
		event.Str("method", r.Method).Str("path", r.Path).Int("status", r.Status).Str("request_id", r.RequestID).
			Int64("duration_ms", r.Took.Milliseconds()).Msg(message)
	}
	if err := sandbox.Serve(ctx, flags.options, flags.config, p.stdout); err != nil {
		p.say("tenableio: sandbox: %v\n", err)
		return exitFailed
	}
	return exitOK
}
