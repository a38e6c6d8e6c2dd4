package scans

import (
	"bufio"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha256"

	"tenableio/internal/sandbox/web"
)

// dbMagic begins the file.
const dbMagic = "NESSUSDB-SANDBOX\n"

// dbRounds makes the password slow to guess.
const dbRounds = 10_000

// writeDB writes one host's results encrypted with the password. Nessus' own
// format is not published: after the magic come 16 bytes of salt, 12 of nonce,
// and the nessus file under AES-256-GCM with a key by PBKDF2-SHA-256.
func (p report) writeDB(w *bufio.Writer) {
	salt := []byte(web.Digest(0, "salt", p.run.uuid+p.request.AssetID))[:16] // the same request gives the same file
	nonce := []byte(web.Digest(0, "nonce", p.run.uuid+p.request.AssetID))[:12]
	key, _ := pbkdf2.Key(sha256.New, p.request.Password, salt, dbRounds, 32) // no key of 32 bytes fails
	block, _ := aes.NewCipher(key)
	sealed, _ := cipher.NewGCM(block)
	var plain bytes.Buffer
	inner := bufio.NewWriter(&plain)
	p.writeNessus(inner)
	_ = inner.Flush() // to memory, which does not fail
	for _, part := range [][]byte{[]byte(dbMagic), salt, nonce, sealed.Seal(nil, nonce, plain.Bytes(), nil)} {
		_, _ = w.Write(part) // the writer keeps its error
	}
}
