package sandbox

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// authority is a certificate authority that lives as long as the sandbox: no key
// of it is ever written.
type authority struct {
	file   string // its certificate as PEM; the caller removes it
	server *tls.Config
}

// newAuthority makes an authority and one certificate of it for this machine.
func newAuthority() (authority, error) {
	caKey, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader) // never fails, as rand.Reader
	serverKey, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ca := certificateFor("tenableio sandbox authority", 1)
	ca.IsCA = true
	ca.BasicConstraintsValid = true
	ca.KeyUsage = x509.KeyUsageCertSign
	caBytes, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	if err != nil {
		return authority{}, err
	}
	leaf := certificateFor("localhost", 2)
	leaf.DNSNames = []string{"localhost"}
	leaf.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	leaf.KeyUsage = x509.KeyUsageDigitalSignature
	leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	leafBytes, err := x509.CreateCertificate(rand.Reader, leaf, ca, serverKey.Public(), caKey)
	if err != nil {
		return authority{}, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caBytes})
	file, err := writeTemporary("", "tenableio-sandbox-ca-*.pem", text)
	if err != nil {
		return authority{}, fmt.Errorf("write the authority's certificate: %w", err)
	}
	chain := tls.Certificate{Certificate: [][]byte{leafBytes, caBytes}, PrivateKey: serverKey}
	return authority{file, &tls.Config{Certificates: []tls.Certificate{chain}, MinVersion: tls.VersionTLS12}}, nil
}

func certificateFor(name string, serial int64) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-time.Hour), // clocks differ
		NotAfter:     time.Now().AddDate(0, 3, 0),
	}
}
