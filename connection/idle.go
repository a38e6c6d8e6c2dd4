package connection

import (
	"context"
	"errors"
	"io"
	"time"
)

var errIdle = errors.New("the answer stopped coming")

// idleWatch ends an attempt when no byte of the body comes for a while.
type idleWatch struct {
	io.ReadCloser
	ctx   context.Context //nolint:containedctx // read errors are explained by its cause
	timer *time.Timer
}

func watchIdle(ctx context.Context, body io.ReadCloser, cancel context.CancelCauseFunc) io.ReadCloser {
	return &idleWatch{ReadCloser: body, ctx: ctx, timer: time.AfterFunc(idleReadTimeout, func() { cancel(errIdle) })}
}

func (w *idleWatch) Read(p []byte) (int, error) {
	n, err := w.ReadCloser.Read(p)
	if n > 0 {
		w.timer.Reset(idleReadTimeout)
	}
	if err != nil && errors.Is(context.Cause(w.ctx), errIdle) {
		err = errIdle
	}
	return n, err
}

func (w *idleWatch) Close() error {
	w.timer.Stop()
	return w.ReadCloser.Close()
}
