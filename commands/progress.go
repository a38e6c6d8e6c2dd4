package commands

import "io"

// Progress tells a person how far a long run is: done of total, 0 or less where
// the total is not known, in a unit such as "chunks". It may be called often and
// by several goroutines.
type Progress func(done, total int64, unit string)

// counted reports how many bytes were read.
type counted struct {
	from        io.Reader
	done, total int64
	progress    Progress
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.done += int64(n)
	c.progress(c.done, c.total, "bytes")
	return n, err
}
