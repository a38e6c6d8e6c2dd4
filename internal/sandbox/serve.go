package sandbox

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"tenableio/internal/sandbox/web"
)

// Options say where the sandbox listens.
type Options struct {
	Listen string    // address and port; port 0: any free one
	TLS    bool      // with a certificate of its own authority
	Write  string    // file for the administrator's connection; empty: none
	Log    io.Writer // what net/http has to say, a line each
}

// announcement is the one line on stdout.
type announcement struct {
	ServerURL      string           `json:"server_url"`
	CACertificates string           `json:"ca_certificates,omitempty"` // path of a PEM file
	Connections    []web.Connection `json:"connections"`
}

// graceful is how long requests may take to end after the sandbox is told to stop.
const graceful = time.Second

// Serve writes one JSON line with the server's address and its users' keys, and
// answers until ctx ends.
func Serve(ctx context.Context, options Options, config Config, out io.Writer) error {
	listener, err := net.Listen("tcp", options.Listen)
	if err != nil {
		return err
	}
	defer listener.Close()

	server := New(config)
	line := announcement{ServerURL: "http://" + listener.Addr().String(), Connections: server.Connections()}
	web := &http.Server{
		Handler:           server,
		ReadHeaderTimeout: time.Minute,
		ErrorLog:          log.New(options.Log, "", 0),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		TLSNextProto: map[string]func(*http.Server, *tls.Conn,
			http.Handler){}, // HTTP/1.1 only: faults take the connection over
	}
	if options.TLS {
		authority, err := newAuthority()
		if err != nil {
			return err
		}
		defer os.Remove(authority.file)
		line.ServerURL = "https://" + listener.Addr().String()
		line.CACertificates = authority.file
		listener = tls.NewListener(listener, authority.server)
	}
	if err := line.writeConnection(options.Write); err != nil {
		return err
	}
	if err := json.NewEncoder(out).Encode(line); err != nil {
		return err
	}
	go server.agents.Load() // takes a second in a large account
	return serveUntil(ctx, web, listener)
}

// serveUntil serves until ctx ends, and gives nil when that was the reason.
func serveUntil(ctx context.Context, web *http.Server, listener net.Listener) error {
	stopped := make(chan error, 1)
	go func() { stopped <- web.Serve(listener) }()
	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
	}
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceful)
	defer cancel()
	if err := web.Shutdown(limit); errors.Is(err, context.DeadlineExceeded) {
		_ = web.Close() // what is still under way is cut off
	}
	return nil
}
