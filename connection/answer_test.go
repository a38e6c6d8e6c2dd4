package connection

import (
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"tenableio/internal/fault"
)

func TestAnswersAreBounded(t *testing.T) {
	bomb := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		packed, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
		defer packed.Close()
		zeros := make([]byte, 1<<20)
		for range maxAnswer>>20 + 8 {
			if _, err := packed.Write(zeros); err != nil {
				return
			}
		}
	}
	for name, handler := range map[string]http.HandlerFunc{
		"gzip bomb": bomb,
		"bad gzip": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			fmt.Fprint(w, "this is no gzip")
		},
		"unknown encoding": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, "\x1b\x03{}")
		},
		"1 MB of header": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("a", 1<<20))
			fmt.Fprint(w, `{}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := newClient(t, newServer(t, handler).URL)
			_, err := c.Get(t.Context(), Call{Path: "/x"})
			if f := fault.From(err); f == nil || f.Status != 502 {
				t.Errorf("%v, want 502", err)
			}
		})
	}
}

func TestInvalidUTF8IsReplaced(t *testing.T) {
	c, _ := newClient(t, newServer(t, ok("{\"a\":\"x\xffy\",\"b\":\"\\ud800\"}")).URL)
	answer, err := c.Get(t.Context(), Call{Path: "/x"})
	if want := "{\"a\":\"x\uFFFDy\",\"b\":\"\\ud800\"}"; err != nil || string(answer.Body) != want ||
		c.Stats().Repairs != 1 {
		t.Errorf("%s, %v, %d repairs, want %s", answer.Body, err, c.Stats().Repairs, want)
	}
}
