package vectors_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// proxyServer is a proxy on loopback. It connects every tunnel to the fault server, whatever the requested name.
type proxyServer struct {
	*loop
	requestLog
	kind   string
	target string // address
}

// startProxy starts a proxy of the given kind.
// "tunnel" works. "403", "407" and "502" refuse, and so do "socks refused", which wants another password, and
// "socks without", which wants no password. "echo" refuses and repeats the header that it was sent.
// "page", "page at once" and "page announced" answer with a page instead of a tunnel. "refused" does not listen.
func startProxy(kind, target string) (*proxyServer, error) {
	listening, err := listen()
	if err != nil {
		return nil, err
	}
	p := &proxyServer{loop: listening, kind: kind, target: target}
	if kind == "refused" {
		p.listener.Close()
		return p, nil
	}
	p.start(p.serve)
	return p, nil
}

// url returns the proxy's URL with a user, whose password is a canary.
func (p *proxyServer) url() string {
	scheme := "http"
	if strings.HasPrefix(p.kind, "socks") {
		scheme = "socks5"
	}
	return scheme + "://user:" + proxyCanary + "@" + p.address()
}

// refuseSOCKS asks for a password and refuses it, or knows no way to ask for one (RFC 1928, RFC 1929).
func (p *proxyServer) refuseSOCKS(client net.Conn) {
	p.note(received{line: "SOCKS5"})
	buffer := make([]byte, 512)
	if _, err := client.Read(buffer); err != nil {
		return
	}
	if p.kind == "socks without" {
		_, _ = client.Write([]byte{5, 0xff})
		return
	}
	_, _ = client.Write([]byte{5, 2})
	_, _ = client.Read(buffer)
	_, _ = client.Write([]byte{1, 1})
}

// guestPage is what a captive portal answers to everything.
const guestPage = "<html><title>Welcome to the guest network</title></html>"

func (p *proxyServer) serve(client net.Conn) {
	if strings.HasPrefix(p.kind, "socks") {
		p.refuseSOCKS(client)
		return
	}
	reader := bufio.NewReader(client)
	request, err := http.ReadRequest(reader)
	if err != nil {
		return
	}
	p.note(received{line: request.Method + " " + request.RequestURI, header: request.Header})
	password := base64.StdEncoding.EncodeToString([]byte("user:" + proxyCanary))
	switch {
	case p.kind == "echo":
		fmt.Fprintf(client, "HTTP/1.1 407 %s\r\nContent-Length: 0\r\n\r\n", request.Header.Get("Proxy-Authorization"))
	case p.kind == "page announced":
		fmt.Fprint(client, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 57\r\n\r\n"+guestPage+"\n")
		_, _ = io.Copy(io.Discard, reader)
	case p.kind == "502":
		fmt.Fprint(client, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
	case p.kind == "403":
		fmt.Fprint(client, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
	case p.kind == "407" || !strings.HasSuffix(request.Header.Get("Proxy-Authorization"), password):
		fmt.Fprint(client, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
	case p.kind == "page":
		fmt.Fprint(client, "HTTP/1.1 200 OK\r\n\r\n")
		_, _ = reader.Peek(1) // the TLS client speaks first
		fmt.Fprint(client, guestPage)
		_, _ = io.Copy(io.Discard, reader)
	case p.kind == "page at once":
		fmt.Fprint(client, "HTTP/1.1 200 OK\r\n\r\n"+guestPage)
	default:
		p.tunnel(client, reader)
	}
}

func (p *proxyServer) tunnel(client net.Conn, reader io.Reader) {
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer server.Close()
	fmt.Fprint(client, "HTTP/1.1 200 Connection established\r\n\r\n")
	p.running.Go(func() {
		_, _ = io.Copy(server, reader)
		server.Close()
	})
	_, _ = io.Copy(client, server)
}
