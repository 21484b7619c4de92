package transport

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

// TLS says which certificates are believed and which is shown. There is no way to believe all.
type TLS struct {
	// Roots are the authorities that are believed; nil is those of the system.
	Roots *x509.CertPool
	// Pinned has, by domain in small letters, the certificates that are believed there whoever signed them, whatever name
	// they carry and however old they are. At such a domain no other is. "*" is every domain that is not named.
	Pinned map[string][]Fingerprint
	// Certificate is ours: for those who connect to us, and for servers that ask. Without one TLS is not listened for.
	Certificate *tls.Certificate
	// ClientRoots are the authorities that must vouch for whoever connects to us; nil asks nobody for a certificate.
	ClientRoots *x509.CertPool
	// Domains has, by domain in small letters, what counts instead where that domain is called. "*" is every domain that is
	// not named.
	Domains map[string]TLS
}

// of is what counts where a domain is called.
func (t TLS) of(name string) TLS {
	for _, domain := range []string{strings.ToLower(name), "*"} {
		if own, ok := t.Domains[domain]; ok {
			return own
		}
	}
	return t
}

// Fingerprint is the SHA-256 of a certificate in DER.
type Fingerprint [sha256.Size]byte

// FingerprintOf returns that of a certificate.
func FingerprintOf(c *x509.Certificate) Fingerprint { return sha256.Sum256(c.Raw) }

// ParseFingerprint reads 64 hex digits, with or without colons, as `openssl x509 -fingerprint -sha256` prints them.
func ParseFingerprint(s string) (f Fingerprint, err error) {
	_, digits, ok := strings.Cut(s, "=")
	if !ok {
		digits = s
	}
	b, err := hex.DecodeString(strings.NewReplacer(":", "", " ", "").Replace(digits))
	if err != nil || len(b) != len(f) {
		return f, fmt.Errorf("%q is no SHA-256 fingerprint: it has 64 hex digits, as `openssl x509 -noout -fingerprint -sha256` prints them", s)
	}
	return Fingerprint(b), nil
}

// String prints the fingerprint as openssl does.
func (f Fingerprint) String() string {
	return strings.TrimSuffix(strings.ReplaceAll(fmt.Sprintf("% X ", f[:]), " ", ":"), ":")
}

// LoadRoots reads a file of certificates in PEM.
func LoadRoots(path string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate in PEM", path)
	}
	return roots, nil
}

func (t TLS) server() *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{*t.Certificate}}
	if t.ClientRoots != nil {
		// Go would want a certificate that is meant for clients of HTTPS. Those of SIP serve both ways (RFC 5924 §4).
		c.ClientAuth = tls.RequireAnyClientCert
		c.VerifyConnection = func(s tls.ConnectionState) error { return t.verifyClient(s.PeerCertificates, time.Now()) }
	}
	return c
}

func (t TLS) client(name string) *tls.Config {
	c := &tls.Config{
		MinVersion: tls.VersionTLS12,
		ServerName: name,
		// Go would check the name by the rules of HTTPS. Those of SIP (RFC 5922 §7) differ, so verify checks everything.
		InsecureSkipVerify: true,
		VerifyConnection: func(s tls.ConnectionState) error {
			return t.verify(name, s.PeerCertificates, time.Now())
		},
	}
	if t.Certificate != nil {
		c.Certificates = []tls.Certificate{*t.Certificate}
	}
	return c
}

// connect makes a TLS connection of conn, or closes it. The server must prove to be the domain of the flow; one that is
// called by its address must have that in its certificate.
func (t TLS) connect(ctx context.Context, conn net.Conn, to Flow) (net.Conn, error) {
	name := to.Name
	if name == "" {
		name = to.Remote.Addr().WithZone("").String()
	}
	c := tls.Client(conn, t.of(name).client(name))
	if err := c.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, tlsFault(err)
	}
	return c, nil
}

// shakeHands lets a peer that came to us by TLS prove that it speaks it.
func (s *stream) shakeHands() error {
	c, ok := s.conn.(*tls.Conn)
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(s.ctx, handshakeTime)
	defer cancel()
	err := c.HandshakeContext(ctx)
	s.mu.Lock()
	s.shaking = false
	s.mu.Unlock()
	return tlsFault(err)
}

// tlsFault says in plain words what the other side's TLS does not like.
func tlsFault(err error) error {
	var remote *net.OpError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &record):
		return fmt.Errorf("the peer does not speak TLS on this port: %w", err)
	case err != nil && strings.HasSuffix(err.Error(), "client didn't provide a certificate"):
		return fmt.Errorf("the peer shows no certificate, and only those who have one may connect (client_ca_file): %w", err)
	case errors.Is(err, io.EOF):
		return fmt.Errorf("the peer closed the connection in the TLS handshake: %w", err)
	case errors.As(err, &remote) && remote.Op == "remote error":
		return alertFault(remote.Err.Error(), err)
	}
	return err
}

// alertFault knows the alerts by their names in package tls, which are those of RFC 8446 §6.
func alertFault(alert string, err error) error {
	switch strings.TrimPrefix(alert, "tls: ") {
	case "handshake failure", "insufficient security level":
		return fmt.Errorf("the peer shares no cipher with us, or wants a client certificate: %w", err)
	case "protocol version not supported", "inappropriate fallback":
		return fmt.Errorf("the peer does not speak TLS 1.2 or later: %w", err)
	case "certificate required":
		return fmt.Errorf("the peer wants a client certificate: %w", err)
	case "bad certificate", "unsupported certificate", "revoked certificate", "expired certificate", "unknown certificate", "unknown certificate authority":
		return fmt.Errorf("the peer does not believe our certificate: %w", err)
	case "unrecognized name":
		return fmt.Errorf("the peer does not serve this domain: %w", err)
	}
	return err
}
