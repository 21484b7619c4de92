package transport

import (
	"crypto/tls"
	"net"
	"time"
)

// clientHello is the first octet of a TLS connection, the content type handshake (RFC 8446 §5.1). No SIP message begins
// with it.
const clientHello = 22

// tellApart finds out what a peer speaks that came to a port for both TCP and TLS: who speaks TLS says so with the first
// octet, and in both the client speaks first.
func (s *stream) tellApart() error {
	if s.either == nil {
		return nil
	}
	s.conn.SetReadDeadline(s.born.Add(firstTime))
	conn := &unread{Conn: s.conn}
	if _, err := s.conn.Read(conn.first[:]); err != nil {
		return err
	}
	conn.SetReadDeadline(time.Time{})
	s.set.mu.Lock()
	defer s.set.mu.Unlock()
	isTLS := conn.first[0] == clientHello
	if isTLS {
		s.set.boundHandshakes()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conn = conn
	if isTLS {
		s.conn, s.shaking, s.flow.Transport = tls.Server(conn, s.either), true, "TLS"
	}
	return nil
}

// unread is a connection whose first octet was read already and is read once more.
type unread struct {
	net.Conn
	first [1]byte
	given bool
}

func (c *unread) Read(b []byte) (int, error) {
	if c.given || len(b) == 0 {
		return c.Conn.Read(b)
	}
	c.given = true
	return copy(b, c.first[:]), nil
}

// CloseWrite tells the peer that nothing more will come.
func (c *unread) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}
