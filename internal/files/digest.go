package files

import (
	"crypto/md5" // analysts look files up by it and SHA-1; they protect nothing
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"sync"
)

// Digest are the hashes of a file, in lower-case hexadecimal, and its size.
type Digest struct {
	Size              int64 // bytes
	MD5, SHA1, SHA256 string
}

// Hasher passes writes on to a file and hashes them. MD5, the slowest, runs
// beside the other two and the disk, so a large download waits for one of them
// and not for their sum.
type Hasher struct {
	to           io.Writer
	md5          hash.Hash
	sha1, sha256 hash.Hash
	size         int64
}

// NewHasher returns a hasher in front of a writer.
func NewHasher(to io.Writer) *Hasher {
	return &Hasher{to: to, md5: md5.New(), sha1: sha1.New(), sha256: sha256.New()}
}

// Write hashes p and passes it on.
func (h *Hasher) Write(p []byte) (int, error) {
	const worthAGoroutine = 64 << 10
	if len(p) < worthAGoroutine {
		h.md5.Write(p)
		return h.rest(p)
	}
	var beside sync.WaitGroup
	beside.Go(func() { h.md5.Write(p) })
	n, err := h.rest(p)
	beside.Wait()
	return n, err
}

func (h *Hasher) rest(p []byte) (int, error) {
	h.sha1.Write(p)
	h.sha256.Write(p)
	n, err := h.to.Write(p)
	h.size += int64(n)
	return n, err
}

// Digest is what was written so far.
func (h *Hasher) Digest() Digest {
	sum := func(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }
	return Digest{Size: h.size, MD5: sum(h.md5), SHA1: sum(h.sha1), SHA256: sum(h.sha256)}
}
