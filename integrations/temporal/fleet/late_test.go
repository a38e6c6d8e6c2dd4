package fleet

import (
	"io"
	"net"
	"testing"
	"time"
)

// TestWorkerBeforeItsServer: a worker that is started first waits for the server.
func TestWorkerBeforeItsServer(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	late := &Server{Address: listener.Addr().String()}
	_ = listener.Close() // nobody listens there now
	go func() {
		time.Sleep(1500 * time.Millisecond)
		listener, err := net.Listen("tcp", late.Address)
		if err != nil {
			t.Error(err)
			return
		}
		t.Cleanup(func() { _ = listener.Close() })
		for {
			caller, err := listener.Accept()
			if err != nil {
				return
			}
			go forward(caller, server.Address)
		}
	}()
	worker, err := built.StartWorker(WorkerFlags{Server: late, TaskQueue: t.Name(), Connections: t.TempDir(), OutputDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	worker.Kill()
}

// forward hands a connection on to an address.
func forward(caller net.Conn, address string) {
	defer caller.Close()
	called, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer called.Close()
	go func() { _, _ = io.Copy(called, caller) }()
	_, _ = io.Copy(caller, called)
}
