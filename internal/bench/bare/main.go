// Bare does the least that a Go program can do for a command: it makes one GET with net/http and reads the answer.
// The benchmark runs it beside the plugin.
//
// usage: bare URL [CA-FILE [system]]
package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
)

func main() {
	if err := get(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}

func get(arguments []string) error {
	transport := &http.Transport{}
	if len(arguments) > 1 {
		pool := x509.NewCertPool()
		if len(arguments) > 2 {
			var err error
			if pool, err = x509.SystemCertPool(); err != nil {
				return err
			}
		}
		pem, err := os.ReadFile(arguments[1])
		if err != nil {
			return err
		}
		pool.AppendCertsFromPEM(pem)
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	request, err := http.NewRequest(http.MethodGet, arguments[0], nil)
	if err != nil {
		return err
	}
	request.Header.Set("X-ApiKeys", "accessKey=bench-access-key;secretKey=bench-secret-key")
	answer, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(os.Stdout, answer.Body)
	return err
}
