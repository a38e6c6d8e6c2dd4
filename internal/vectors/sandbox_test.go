package vectors_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// testForeignPages asks the sandbox as a browser would that a page of another site
// made ask, over http and https, and looks for what the sandbox leaves behind.
func testForeignPages(t *testing.T) {
	for _, arguments := range [][]string{{"sandbox"}, {"sandbox", "--tls"}} {
		binary, err := plugin()
		if err != nil {
			t.Fatal(err)
		}
		sandbox := exec.Command(binary, arguments...)
		stdout, err := sandbox.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := sandbox.Start(); err != nil {
			t.Fatal(err)
		}
		var told struct {
			ServerURL      string `json:"server_url"`
			CACertificates string `json:"ca_certificates"`
		}
		line, err := bufio.NewReader(stdout).ReadBytes('\n')
		if err != nil || json.Unmarshal(line, &told) != nil {
			t.Fatalf("%s: %v", line, err)
		}
		for _, ask := range []struct {
			host, origin string
			want         int
		}{
			{"", "", http.StatusUnauthorized},
			{"localhost", "", http.StatusUnauthorized},
			{"evil.example.com", "", http.StatusMisdirectedRequest},
			{"192.0.2.1", "", http.StatusMisdirectedRequest},
			{"", "https://evil.example.com", http.StatusForbidden},
			{"", "null", http.StatusForbidden},
		} {
			if got := askSandbox(t, told.ServerURL, told.CACertificates, ask.host, ask.origin); got != ask.want {
				t.Errorf("%v, Host %q, Origin %q: status %d, want %d", arguments, ask.host, ask.origin, got, ask.want)
			}
		}
		_ = sandbox.Process.Signal(syscall.SIGTERM)
		if err := sandbox.Wait(); err != nil {
			t.Errorf("%v: %v", arguments, err)
		}
		if _, err := os.Stat(told.CACertificates); told.CACertificates != "" && !os.IsNotExist(err) {
			t.Errorf("the authority's file is left behind: %v", err)
		}
	}
}

// askSandbox makes a GET under a Host and an Origin, and gives the status.
func askSandbox(t *testing.T, server, authority, host, origin string) int {
	t.Helper()
	at, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodGet, server+"/scans", nil)
	if err != nil {
		t.Fatal(err)
	}
	if host != "" {
		r.Host = net.JoinHostPort(host, at.Port())
	}
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	roots := x509.NewCertPool()
	if pem, err := os.ReadFile(authority); err == nil {
		roots.AppendCertsFromPEM(pem)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true}
	answer, err := (&http.Client{Transport: transport, Timeout: 10 * time.Second}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}
