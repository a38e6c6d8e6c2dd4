package files

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
)

// Digest is the size of a file and its SHA-256, in lower-case hexadecimal.
type Digest struct {
	Size   int64 // bytes
	SHA256 string
}

// Hasher passes writes on to a file and hashes them. Large ones are hashed beside the
// file: SHA-256 of 200 MB takes 0.13 s of processor, about as long as their way to the
// system does.
type Hasher struct {
	to   io.Writer
	sum  hash.Hash
	size int64
}

// NewHasher returns a hasher in front of a writer.
func NewHasher(to io.Writer) *Hasher { return &Hasher{to: to, sum: sha256.New()} }

// Write hashes p and passes it on. An error is the other writer's.
func (h *Hasher) Write(p []byte) (int, error) {
	const worthAGoroutine = 64 << 10 // bytes
	hashed := make(chan struct{})
	hash := func() {
		h.sum.Write(p)
		close(hashed)
	}
	if len(p) < worthAGoroutine {
		hash()
	} else {
		go hash()
	}
	n, err := h.to.Write(p)
	<-hashed
	h.size += int64(n)
	return n, err
}

// Digest is what was written so far.
func (h *Hasher) Digest() Digest {
	return Digest{Size: h.size, SHA256: hex.EncodeToString(h.sum.Sum(nil))}
}
