package vectors_test

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// loop is a listener on loopback with its connections.
type loop struct {
	listener net.Listener
	stop     chan struct{}
	running  sync.WaitGroup

	mu   sync.Mutex
	open map[net.Conn]bool
}

func listen() (*loop, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	return &loop{listener: listener, stop: make(chan struct{}), open: map[net.Conn]bool{}}, err
}

func (l *loop) address() string { return l.listener.Addr().String() }

// start hands every connection to handle, in a goroutine of its own.
func (l *loop) start(handle func(net.Conn)) {
	l.running.Go(func() {
		for {
			connection, err := l.listener.Accept()
			if err != nil {
				return
			}
			l.running.Go(func() {
				l.keep(connection, true)
				defer l.keep(connection, false)
				handle(connection)
			})
		}
	})
}

// keep records an open connection, so that close can end it. If open is false or the loop has stopped, it ends it.
func (l *loop) keep(connection net.Conn, open bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.stop:
		open = false
	default:
	}
	if open {
		l.open[connection] = true
		return
	}
	connection.Close()
	delete(l.open, connection)
}

// close ends all connections and waits for their goroutines.
func (l *loop) close() {
	l.mu.Lock()
	close(l.stop)
	for connection := range l.open {
		connection.Close()
	}
	l.mu.Unlock()
	l.listener.Close()
	l.running.Wait()
}

// pause waits. It returns false if the vector ends meanwhile.
func (l *loop) pause(d time.Duration) bool {
	if d == 0 {
		return true
	}
	select {
	case <-time.After(d):
		return true
	case <-l.stop:
		return false
	}
}

// received is one request that a server read.
type received struct {
	line   string // method and request URI
	header http.Header
	body   string
}

// path returns the path of the request without its query.
func (r received) path() string {
	_, uri, _ := strings.Cut(r.line, " ")
	path, _, _ := strings.Cut(uri, "?")
	return path
}

// requestLog records the requests of a server.
type requestLog struct {
	guard    sync.Mutex
	requests []received
}

// note records a request and returns its number, from 1.
func (l *requestLog) note(r received) int {
	l.guard.Lock()
	defer l.guard.Unlock()
	l.requests = append(l.requests, r)
	return len(l.requests)
}

// seen returns the requests so far.
func (l *requestLog) seen() []received {
	l.guard.Lock()
	defer l.guard.Unlock()
	return append([]received(nil), l.requests...)
}
