package main

import (
	"encoding/json"
	"errors"
	"log/slog"

	"tenableio/integrations/child"
)

// connection gives the connection object of a run. It holds keys: it goes to the stdin
// of the plugin and nowhere else, and no model can name another one.
type connection func() (json.RawMessage, error)

var errNoConnection = errors.New("there is no connection: give --connection FILE, " +
	"or set TENABLEIO_ACCESS_KEY and TENABLEIO_SECRET_KEY")

// openConnection finds the connection where the plugin itself looks for it: in a file,
// else in the environment. A file is read again for each run, so that new keys need no
// restart.
func openConnection(file string, variable func(string) string, log *slog.Logger) (connection, error) {
	if file == "" {
		object := environmentConnection(variable)
		if object == nil {
			return nil, errNoConnection
		}
		text, err := json.Marshal(object)
		return func() (json.RawMessage, error) { return text, nil }, err
	}
	if child.Exposed(file) {
		log.Warn("others may read the connection file", "file", file, "hint", "chmod 600")
	}
	read := func() (json.RawMessage, error) { return child.Connection(file) }
	_, err := read()
	return read, err
}

// environmentConnection is the connection that the variables of the plugin, or those of
// Tenable's own SDK, describe; nil where there is none.
func environmentConnection(variable func(string) string) map[string]string {
	prefix := "TENABLEIO_"
	if variable("TENABLEIO_ACCESS_KEY") == "" && variable("TENABLEIO_SECRET_KEY") == "" {
		prefix = "TIO_"
	}
	object := map[string]string{}
	set := func(parameter string, names ...string) {
		for _, name := range names {
			if value := variable(name); value != "" && object[parameter] == "" {
				object[parameter] = value
			}
		}
	}
	set("api_access_key", prefix+"ACCESS_KEY")
	set("api_secret_key", prefix+"SECRET_KEY")
	if len(object) == 0 {
		return nil
	}
	set("server_url", "TENABLEIO_SERVER_URL", "TIO_URL")
	set("proxy_url", "TENABLEIO_PROXY_URL")
	set("ca_certificates", "TENABLEIO_CA_CERTIFICATES")
	return object
}
