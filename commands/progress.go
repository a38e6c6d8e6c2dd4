package commands

import "io"

// Progress tells a person how far a long run is: done of total, 0 or less where
// the total is not known, in a unit such as "chunks". It may be called often and
// by several goroutines. An Env always has one.
type Progress func(done, total int64, unit string)

// progressReader tells how many bytes were read through it.
type progressReader struct {
	from        io.Reader
	done, total int64 // bytes; total is -1 where it is not known
	progress    Progress
}

func (r *progressReader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	r.done += int64(n)
	r.progress(r.done, r.total, "bytes")
	return n, err
}
