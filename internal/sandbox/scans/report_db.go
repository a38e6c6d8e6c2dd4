package scans

import (
	"bufio"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha256"
	"fmt"

	"tenableio/internal/sandbox/web"
)

// dbMagic begins the file.
const dbMagic = "NESSUSDB-SANDBOX\n"

// dbRounds makes the password slow to guess.
const dbRounds = 10_000

// writeDB writes one host's results encrypted with the password. Nessus' own
// format is not published: after the magic come 16 bytes of salt, 12 of nonce,
// and the nessus file under AES-256-GCM with a key by PBKDF2-SHA-256.
func (p report) writeDB(w *bufio.Writer) error {
	salt := []byte(web.Digest(0, "salt", p.run.uuid+p.request.AssetID))[:16] // the same request gives the same file
	nonce := []byte(web.Digest(0, "nonce", p.run.uuid+p.request.AssetID))[:12]
	key, err := pbkdf2.Key(sha256.New, p.request.Password, salt, dbRounds, 32)
	if err != nil {
		return fmt.Errorf("key of the database: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return fmt.Errorf("key of the database: %w", err)
	}
	sealed, err := cipher.NewGCM(block)
	if err != nil {
		return fmt.Errorf("key of the database: %w", err)
	}
	var plain bytes.Buffer
	inner := bufio.NewWriter(&plain)
	p.writeNessus(inner)
	if err := inner.Flush(); err != nil {
		return err
	}
	for _, part := range [][]byte{[]byte(dbMagic), salt, nonce, sealed.Seal(nil, nonce, plain.Bytes(), nil)} {
		_, _ = w.Write(part) // the writer keeps its error
	}
	return nil
}
