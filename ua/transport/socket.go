package transport

import (
	"fmt"
	"net/netip"
)

// socket is a UDP socket.
type socket struct {
	PacketConn
	info informed // nil: the system chooses the address that is sent from, and does not say to which something came
}

// informed is a socket that knows our side of each datagram.
type informed interface {
	read(b []byte) (n int, from netip.AddrPort, at netip.Addr, err error)
	write(b []byte, from netip.Addr, to netip.AddrPort) error
}

// read returns a datagram, whose it is, and the address of ours that it came to; the zero Addr if that is not known.
func (s *socket) read(b []byte) (n int, from netip.AddrPort, at netip.Addr, err error) {
	if s.info != nil {
		return s.info.read(b)
	}
	n, from, err = s.ReadFromUDPAddrPort(b)
	return n, from, netip.Addr{}, err
}

// write sends from an address of ours, if it can be chosen; the zero Addr leaves the choice to the system.
func (s *socket) write(b []byte, from netip.Addr, to netip.AddrPort) error {
	if s.info != nil && from.IsValid() && !from.IsUnspecified() && from.Unmap().Is4() == to.Addr().Unmap().Is4() {
		return s.info.write(b, from, to)
	}
	_, err := s.WriteToUDPAddrPort(b, to)
	return err
}

// open binds the socket, again if need be.
func (u *UDP) open(at netip.AddrPort) error {
	conn, err := u.listen(at)
	if err != nil {
		return err
	}
	if err := reportICMP(conn); err != nil {
		u.log.Debug("ICMP errors stay unseen", "err", err)
	}
	u.socket.Store(&socket{conn, withInfo(conn, at.Addr())})
	return nil
}

// reopen puts a new socket in the place of one that has died, whatever the system took from it.
func (u *UDP) reopen() {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.isClosing() {
		return
	}
	_ = u.socket.Load().Close() // it is of no use either way
	if err := u.open(u.local); err != nil {
		u.log.Warn("the UDP socket cannot be opened again", "err", err)
		return
	}
	u.log.Info("the UDP socket was opened again", "local", fmt.Sprint(u.local))
}

func (u *UDP) isClosing() bool {
	select {
	case <-u.closing:
		return true
	default:
		return false
	}
}
