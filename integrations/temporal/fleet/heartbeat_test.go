package fleet

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"go.temporal.io/api/proxy"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"tenableio/integrations/temporal/envelope"
)

// TestLaunchOutlivesItsHeartbeats: the answers to heartbeats of a launch are lost, so that
// the SDK ends the activity although nobody cancelled it. The launch goes on for longer than
// the server waits for a heartbeat, its answer is told, and it is not made again.
func TestLaunchOutlivesItsHeartbeats(t *testing.T) {
	s := newSite(t, []string{"acme"})
	relay, lost := newRelay(t, workflowservice.WorkflowService_RecordActivityTaskHeartbeat_FullMethodName)
	s.workerAt(relay)
	s.proxy.Hook(func(call Call, answer http.ResponseWriter, r *http.Request, pass http.Handler) bool {
		if call.Last != "launch" {
			return false
		}
		launched := httptest.NewRecorder()
		pass.ServeHTTP(launched, r)
		select {
		case <-time.After(14 * time.Second): // the heartbeat timeout is 10 s
		case <-r.Context().Done(): // the process that called is gone
		}
		answer.WriteHeader(launched.Code)
		_, _ = answer.Write(launched.Body.Bytes())
		return true
	})
	result := s.command("acme", "Launch Scan", object{"scan_id": 21})
	n := s.proxy.Count(Call{Method: http.MethodPost, Last: "launch"})
	if n != 1 || result.ReturnData != envelope.Successful {
		t.Errorf("%d launches reached Tenable, want 1; the result is %+v", n, result)
	}
	if lost.Load() < 8 {
		t.Errorf("%d answers to heartbeats were lost, so this tests nothing", lost.Load())
	}
}

// newRelay hands every call on to the Temporal server, and loses the answers of one
// method; it counts them.
func newRelay(t *testing.T, lost string) (*Server, *atomic.Int32) {
	t.Helper()
	onward, err := grpc.NewClient(server.Address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = onward.Close() })
	calls, err := proxy.NewWorkflowServiceProxyServer(proxy.WorkflowServiceProxyOptions{
		Client: workflowservice.NewWorkflowServiceClient(onward),
	})
	if err != nil {
		t.Fatal(err)
	}
	discarded := new(atomic.Int32)
	relay := grpc.NewServer(grpc.UnaryInterceptor(
		func(ctx context.Context, request any, call *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
			answer, err := handler(ctx, request)
			if call.FullMethod == lost && err == nil {
				discarded.Add(1)
				return nil, status.Error(codes.Unavailable, "the answer is lost")
			}
			return answer, err
		}))
	workflowservice.RegisterWorkflowServiceServer(relay, calls)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go relay.Serve(listener)
	t.Cleanup(relay.Stop)
	return &Server{Address: listener.Addr().String()}, discarded
}
