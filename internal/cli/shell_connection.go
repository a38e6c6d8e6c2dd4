package cli

import (
	"bytes"
	"cmp"
	"context"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"runtime"

	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/redact"
	"tenableio/internal/request"
)

// connectionObject is the connection of --connection or of the environment.
func (s shellRequest) connectionObject(ctx context.Context, t *task) (any, error) {
	if s.connection == "" {
		if found := s.environmentConnection(); found != nil {
			return found, nil
		}
		return nil, fault.New(http.StatusBadRequest, "There is no connection.").
			WithHint("Give --connection FILE, or set TENABLEIO_ACCESS_KEY and TENABLEIO_SECRET_KEY.")
	}
	text, err := s.connectionText(ctx, t)
	if err != nil {
		return nil, err
	}
	t.redactor.Hide(redact.InRequest(text, connection.SecretParameters())...)
	q, err := request.DecodeConnection(text)
	if err != nil {
		const message = "The connection in %s cannot be used. %s"
		f := fault.From(err)
		return nil, f.WithMessage(message, fault.Quote(s.connection), f.Message).
			WithStatus(http.StatusBadRequest, fault.Input).
			WithHint(`The file holds an object like {"server_url": "…", "api_access_key": "…", "api_secret_key": "…"}, ` +
				"or a whole request.")
	}
	return q.Connection, nil
}

func (s shellRequest) connectionText(ctx context.Context, t *task) ([]byte, error) {
	if s.connection == "-" {
		return request.Read(ctx, s.stdin, request.Patience)
	}
	if info, err := os.Stat(s.connection); err == nil && readByOthers(info.Mode()) {
		t.exposed = s.connection
	}
	text, err := readFile(ctx, s.connection)
	if err != nil {
		return nil, unread("The connection file %s", s.connection, err)
	}
	return text, nil
}

// readByOthers tells whether other users may read a file of keys. On Windows its mode does not say who may.
func readByOthers(mode fs.FileMode) bool {
	return runtime.GOOS != "windows" && mode.IsRegular() && mode.Perm()&0o077 != 0
}

// environmentConnection is the connection that the environment describes, or nil. The
// keys are a pair: both are ours, or both those of Tenable's own SDK.
func (p process) environmentConnection() map[string]string {
	prefix := "TENABLEIO_"
	if p.variable("TENABLEIO_ACCESS_KEY") == "" && p.variable("TENABLEIO_SECRET_KEY") == "" {
		prefix = "TIO_"
	}
	object := map[string]string{
		"api_access_key":  p.variable(prefix + "ACCESS_KEY"),
		"api_secret_key":  p.variable(prefix + "SECRET_KEY"),
		"server_url":      cmp.Or(p.variable("TENABLEIO_SERVER_URL"), p.variable("TIO_URL")),
		"proxy_url":       p.variable("TENABLEIO_PROXY_URL"),
		"ca_certificates": p.variable("TENABLEIO_CA_CERTIFICATES"),
	}
	if object["api_access_key"] == "" && object["api_secret_key"] == "" {
		return nil
	}
	maps.DeleteFunc(object, func(_, value string) bool { return value == "" })
	return object
}

// readUnlessPiped takes what stdin holds, and the environment's connection where that is
// nothing, as in cron.
func (s shellRequest) readUnlessPiped(ctx context.Context, t *task) ([]byte, error) {
	text, err := s.fromStdin(ctx, t)
	if err == nil && len(bytes.TrimSpace(text)) == 0 {
		return s.read(ctx, t)
	}
	return text, err
}
