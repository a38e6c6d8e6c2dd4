//go:debug rsa1024min=0
package vectors_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"sync"
	"time"
)

// serverName is in the certificates of the fault server, beside the addresses of loopback.
const serverName = "tenable.example.com"

// authority is a certificate authority made for one run of the tests.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// Vectors that give {{ca}} trust ownAuthority. None trusts strangeAuthority.
var (
	ownAuthority     = sync.OnceValues(newAuthority)
	strangeAuthority = sync.OnceValues(newAuthority)
)

func newAuthority() (authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return authority{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Example Authority"},
		NotBefore: time.Now().AddDate(-20, 0, 0), NotAfter: time.Now().AddDate(20, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return authority{}, err
	}
	certificate, err := x509.ParseCertificate(der)
	return authority{certificate, key}, err
}

// pem returns the authority's certificate in the form of the connection parameter.
func (a authority) pem() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.certificate.Raw}))
}

// newKey makes the usual key of a certificate.
func newKey() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

// newShortKey makes a key that Go refuses; the go:debug line above lets this program use it.
func newShortKey() (crypto.Signer, error) { return rsa.GenerateKey(rand.Reader, 768) }

// sign makes a certificate for the fault server.
func (a authority) sign(
	newKey func() (crypto.Signer, error), change func(*x509.Certificate),
) (tls.Certificate, error) {
	key, err := newKey()
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: serverName},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{serverName}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	change(template)
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

// tlsConfig returns the configuration for a server script: "good", or the name of what is wrong with it.
// It has none for "stalled", which never shakes hands, and "plain", which speaks no TLS; serve handles those.
func tlsConfig(kind string) (*tls.Config, error) {
	if kind == "" || kind == "stalled" || kind == "plain" {
		return nil, nil
	}
	signer, err := ownAuthority()
	if kind == "unknown_authority" {
		signer, err = strangeAuthority()
	}
	if err != nil {
		return nil, err
	}
	change := func(*x509.Certificate) {}
	keys := newKey
	config := &tls.Config{MinVersion: tls.VersionTLS10}
	switch kind {
	case "good", "unknown_authority":
	case "expired":
		change = validBetween(-2, -1)
	case "not_yet_valid":
		change = validBetween(1, 2)
	case "ten_years_ago":
		change = validBetween(-11, -10)
	case "in_ten_years":
		change = validBetween(10, 11)
	case "wrong_name":
		change = func(c *x509.Certificate) {
			c.DNSNames = []string{"other.example.com"}
			c.IPAddresses = nil
		}
	case "sha1":
		change = func(c *x509.Certificate) { c.SignatureAlgorithm = x509.ECDSAWithSHA1 }
	case "short_key":
		keys = newShortKey
		config.MaxVersion = tls.VersionTLS12 // 1.3 has no signature that is short enough
	case "tls1.0":
		config.MaxVersion = tls.VersionTLS10
	case "tls1.1":
		config.MaxVersion = tls.VersionTLS11
	case "client_certificate":
		config.ClientAuth = tls.RequireAnyClientCert
	default:
		return nil, fmt.Errorf("unknown kind of TLS %q", kind)
	}
	certificate, err := signer.sign(keys, change)
	config.Certificates = []tls.Certificate{certificate}
	return config, err
}

// validBetween makes a certificate valid from one year to another, both counted from now.
func validBetween(first, last int) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		c.NotBefore = time.Now().AddDate(first, 0, 0)
		c.NotAfter = time.Now().AddDate(last, 0, 0)
	}
}
