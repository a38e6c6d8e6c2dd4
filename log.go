package main

import (
	"bytes"
	"io"
	"sync"

	"github.com/rs/zerolog"
)

// logger returns the process's logger: one JSON object a line on stderr, and a
// net that keeps known secrets out of it. Secrets are added as they get known.
func (p process) logger() (zerolog.Logger, *secretNet) {
	level, err := zerolog.ParseLevel(p.logLevel)
	if err != nil || p.logLevel == "" {
		level = zerolog.WarnLevel
	}
	zerolog.ErrorHandler = func(error) {} // a stderr that cannot be written changes no result
	net := &secretNet{out: p.stderr}
	return zerolog.New(net).Level(level).With().Timestamp().Logger(), net
}

// secretNet is a writer that replaces known secrets. Nothing logs a secret on
// purpose; this is the second lock.
type secretNet struct {
	out io.Writer

	mu      sync.Mutex
	secrets []string
}

func (n *secretNet) add(secrets ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.secrets = append(n.secrets, secrets...)
}

func (n *secretNet) all() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.secrets
}

// Write passes line on without the secrets.
func (n *secretNet) Write(line []byte) (int, error) {
	size := len(line)
	for _, secret := range n.all() {
		line = bytes.ReplaceAll(line, []byte(secret), []byte("[redacted]"))
	}
	if _, err := n.out.Write(line); err != nil {
		return 0, err
	}
	return size, nil
}
