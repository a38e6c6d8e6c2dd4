package vectors_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
)

// serverScript tells the fault server what to do.
type serverScript struct {
	TLS         string   `json:"tls"`          // "" is plain HTTP; certificates_test.go lists the others
	RequireKeys bool     `json:"require_keys"` // answers 401 unless X-ApiKeys is right
	Answers     []answer `json:"answers"`      // one for each request; the last one repeats
}

// faultServer is a listener that implements HTTP/1.1 itself, so that it can break every rule of it.
type faultServer struct {
	*loop
	requestLog
	kind    string // of TLS
	tls     *tls.Config
	arrived chan int // receives the number of each request after it was read

	mutex  sync.Mutex
	script serverScript
}

// startServer serves on loopback until close is called.
func startServer(script serverScript) (*faultServer, error) {
	config, err := tlsConfig(script.TLS)
	if err != nil {
		return nil, err
	}
	listening, err := listen()
	if err != nil {
		return nil, err
	}
	s := &faultServer{loop: listening, kind: script.TLS, tls: config, script: script, arrived: make(chan int, 10_000)}
	s.start(s.serve)
	return s, nil
}

// setScript replaces the script for all later requests.
func (s *faultServer) setScript(script serverScript) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.script = script
}

func (s *faultServer) url() string {
	if s.kind != "" {
		return "https://" + s.address()
	}
	return "http://" + s.address()
}

// serve answers the requests of one connection.
func (s *faultServer) serve(raw net.Conn) {
	connection := raw
	switch s.kind {
	case "stalled":
		s.hold(raw)
		return
	case "plain":
		fmt.Fprint(raw, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
		return
	case "":
	default:
		connection = tls.Server(raw, s.tls)
	}
	reader := bufio.NewReader(connection)
	for {
		n, ok := s.read(reader)
		if !ok {
			return
		}
		if !s.answerTo(n).play(s, connection, raw) {
			return
		}
	}
}

// read reads one request and returns its number, from 1.
func (s *faultServer) read(reader *bufio.Reader) (int, bool) {
	request, err := http.ReadRequest(reader)
	if err != nil {
		return 0, false
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return 0, false
	}
	n := s.note(received{line: request.Method + " " + request.RequestURI, header: request.Header, body: string(body)})
	s.arrived <- n
	return n, true
}

// answerTo returns the answer to request n.
func (s *faultServer) answerTo(n int) answer {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	const keys = "accessKey=" + accessCanary + ";secretKey=" + secretCanary
	if s.script.RequireKeys && s.seen()[n-1].header.Get("X-ApiKeys") != keys {
		refusal := []byte(`{"statusCode":401,"error":"Unauthorized","message":"Invalid credentials."}`)
		return answer{Status: 401, JSON: refusal}
	}
	for _, a := range s.script.Answers {
		if a.Path != "" && strings.HasSuffix(s.seen()[n-1].path(), a.Path) {
			return a
		}
	}
	for _, a := range s.script.Answers {
		if a.Path != "" {
			continue
		}
		if n -= max(1, a.Times); n <= 0 {
			return a
		}
	}
	if len(s.script.Answers) == 0 {
		return answer{Status: 200, JSON: []byte(`{"status":"completed"}`)}
	}
	return s.script.Answers[len(s.script.Answers)-1]
}

// hold keeps a connection open until the other side or the vector ends it.
func (s *faultServer) hold(connection net.Conn) {
	_, _ = io.Copy(io.Discard, connection)
}
