package wire

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"math/big"
	"net"
	"net/netip"
	"time"

	"intercom/ua/uatest"
)

// exchange takes connections.
type exchange struct {
	*stage
	net.Listener
	addr      netip.AddrPort
	transport string
}

// listenTCP opens an exchange at an address, with any port if that is 0.
func (s *stage) listenTCP(at netip.AddrPort) *exchange {
	s.Helper()
	l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(at))
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { l.Close() })
	return &exchange{s, l, l.Addr().(*net.TCPAddr).AddrPort(), "TCP"}
}

// listenTLS is the same with a certificate of its own, whose fingerprint it gives.
func (s *stage) listenTLS(at netip.AddrPort) (x *exchange, fingerprint string) {
	s.Helper()
	x = s.listenTCP(at)
	cert := s.certificate(x.addr.Addr())
	x.Listener, x.transport = tls.NewListener(x.Listener, &tls.Config{Certificates: []tls.Certificate{cert}}), "TLS"
	sum := sha256.Sum256(cert.Certificate[0])
	return x, hex.EncodeToString(sum[:])
}

func (s *stage) certificate(a netip.Addr) tls.Certificate {
	s.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		s.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{a.AsSlice()}}
	der, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		s.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// accept waits for a connection of a phone: a peer that lives as long as the connection does.
func (x *exchange) accept() *peer {
	x.Helper()
	if c, ok := x.Listener.(*net.TCPListener); ok {
		c.SetDeadline(time.Now().Add(x.patience))
	}
	conn, err := x.Accept()
	if err != nil {
		x.Fatalf("no connection came: %v", err)
	}
	return x.join(uatest.NewStream(conn), x.addr, x.transport)
}

// connect is a peer that has opened a TCP connection to the phone.
func (p *phone) connect() *peer {
	p.Helper()
	d := net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(p.guest(), 0))}
	conn, err := d.Dial("tcp", p.addr.String())
	if err != nil {
		p.Fatal(err)
	}
	return p.join(uatest.NewStream(conn), conn.LocalAddr().(*net.TCPAddr).AddrPort(), "TCP")
}

// connectTLS is the same with TLS.
func (p *phone) connectTLS() *peer {
	p.Helper()
	conn, err := tls.Dial("tcp", p.addr.String(), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		p.Fatal(err)
	}
	return p.join(uatest.NewStream(conn), conn.LocalAddr().(*net.TCPAddr).AddrPort(), "TLS")
}
