package transport

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// An unconnected socket hears of ICMP errors only if it asks for them (IP_RECVERR); the kernel then queues them with the
// destination of the datagram that they are about (ip(7)). It takes only those that quote a datagram of this socket's port.

const (
	ipv6RecvErr = 25 // IPV6_RECVERR of linux/in6.h
	originICMP  = 2  // SO_EE_ORIGIN_ICMP and SO_EE_ORIGIN_ICMP6 of linux/errqueue.h
	originICMP6 = 3
)

// reportICMP asks for the errors. A conn that is no socket has none.
func reportICMP(conn PacketConn) error {
	return control(conn, func(fd int) (err error) {
		err6 := syscall.SetsockoptInt(fd, syscall.IPPROTO_IPV6, ipv6RecvErr, 1)
		err4 := syscall.SetsockoptInt(fd, syscall.IPPROTO_IP, syscall.IP_RECVERR, 1)
		if err4 != nil && err6 != nil {
			return err4
		}
		return nil
	})
}

// isICMP reports whether err may be the news of an ICMP error.
func isICMP(err error) bool {
	for _, e := range []error{syscall.ECONNREFUSED, syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.ENOPROTOOPT, syscall.EPROTO, syscall.EMSGSIZE, syscall.EACCES} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// collectICMP takes what the kernel has queued and returns how much it was. What a peer's host or a router on the way
// refused is passed on as a Packet.
func (u *UDP) collectICMP() (n int) {
	_ = control(u.socket.Load().PacketConn, func(fd int) error {
		var data [512]byte
		var oob [256]byte
		for ; n < 64; n++ {
			_, oobn, _, to, err := syscall.Recvmsg(fd, data[:], oob[:], syscall.MSG_ERRQUEUE|syscall.MSG_DONTWAIT)
			if err != nil {
				return nil // EAGAIN: no more
			}
			if errno := unreachable(oob[:oobn]); errno != 0 {
				remote := addrPortOf(to)
				u.icmp.Add(1)
				err := fmt.Errorf("ICMP error for a datagram to %v: %w", remote, errno)
				u.inbox.offer(Packet{At: time.Now(), Flow: Flow{Transport: "UDP", Local: u.local, Remote: remote}, Err: err})
			}
		}
		return nil
	})
	return n
}

// unreachable returns the errno of the ICMP errors that count. RFC 3261 §18.4: "Host, network, port or protocol unreachable
// errors, or parameter problem errors SHOULD cause the transport layer to inform the transport user of a failure in
// sending. Source quench and TTL exceeded ICMP errors SHOULD be ignored."
func unreachable(oob []byte) syscall.Errno {
	messages, err := syscall.ParseSocketControlMessage(oob)
	if err != nil {
		return 0
	}
	for _, m := range messages {
		if len(m.Data) < 16 { // struct sock_extended_err
			continue
		}
		errno := syscall.Errno(binary.NativeEndian.Uint32(m.Data))
		origin, icmpType := m.Data[4], m.Data[5]
		switch {
		case errno == syscall.EMSGSIZE: // a smaller path MTU: the retransmission is fragmented
		case origin == originICMP && (icmpType == 3 || icmpType == 12):
			return errno
		case origin == originICMP6 && (icmpType == 1 || icmpType == 4):
			return errno
		}
	}
	return 0
}

func control(conn PacketConn, f func(fd int) error) error {
	c, ok := conn.(*net.UDPConn)
	if !ok {
		return nil
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) { failed = f(int(fd)) })
	return errors.Join(err, failed)
}

func addrPortOf(sa syscall.Sockaddr) netip.AddrPort {
	switch sa := sa.(type) {
	case *syscall.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(sa.Addr), uint16(sa.Port))
	case *syscall.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(sa.Addr).Unmap(), uint16(sa.Port))
	}
	return netip.AddrPort{}
}
