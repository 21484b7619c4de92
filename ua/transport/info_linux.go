package transport

import (
	"encoding/binary"
	"net"
	"net/netip"
	"syscall"
)

// infoConn is a socket on an unspecified address that tells at which of the device's addresses each datagram came, and can
// send from any of them (ip(7) IP_PKTINFO, RFC 3542 §6). RFC 3581 §4: the response to a request "MUST be sent from the same
// address and port that the request was received on"; the kernel would take the address of the route back.
type infoConn struct {
	*net.UDPConn
	in  [128]byte // of the reader
	out [64]byte  // of the sender
	v4  bool      // the socket speaks IPv4 only
}

// withInfo makes an infoConn of a socket that needs it, if the kernel can.
func withInfo(conn PacketConn, local netip.Addr) informed {
	udp, ok := conn.(*net.UDPConn)
	if !ok || !local.IsUnspecified() {
		return nil
	}
	level, option := syscall.IPPROTO_IPV6, syscall.IPV6_RECVPKTINFO
	if local.Is4() {
		level, option = syscall.IPPROTO_IP, syscall.IP_PKTINFO
	}
	if control(udp, func(fd int) error { return syscall.SetsockoptInt(fd, level, option, 1) }) != nil {
		return nil
	}
	return &infoConn{UDPConn: udp, v4: local.Is4()}
}

// read also returns the address at which the datagram came, the zero Addr if it is not known.
func (c *infoConn) read(b []byte) (n int, from netip.AddrPort, at netip.Addr, err error) {
	n, got, _, from, err := c.ReadMsgUDPAddrPort(b, c.in[:])
	return n, from, infoAddr(c.in[:got]), err
}

// write sends from one of the device's addresses.
func (c *infoConn) write(b []byte, from netip.Addr, to netip.AddrPort) error {
	_, _, err := c.WriteMsgUDPAddrPort(b, c.info(from), to)
	return err
}

// info builds the control message that asks for a source address: struct in_pktinfo or in6_pktinfo without an interface.
func (c *infoConn) info(from netip.Addr) []byte {
	data := c.out[syscall.CmsgLen(0):]
	clear(c.out[:])
	if c.v4 {
		a := from.As4()
		copy(data[4:], a[:])
		return header(c.out[:syscall.CmsgSpace(12)], syscall.IPPROTO_IP, syscall.IP_PKTINFO, 12)
	}
	a := from.As16()
	copy(data, a[:])
	return header(c.out[:syscall.CmsgSpace(20)], syscall.IPPROTO_IPV6, syscall.IPV6_PKTINFO, 20)
}

// A struct cmsghdr of cmsg(3) is a length as wide as a pointer, a level and a type.
const wide = syscall.SizeofCmsghdr == 16

func header(b []byte, level, kind uint32, length int) []byte {
	if wide {
		binary.NativeEndian.PutUint64(b, uint64(syscall.CmsgLen(length)))
	} else {
		binary.NativeEndian.PutUint32(b, uint32(syscall.CmsgLen(length)))
	}
	binary.NativeEndian.PutUint32(b[syscall.SizeofCmsghdr-8:], level)
	binary.NativeEndian.PutUint32(b[syscall.SizeofCmsghdr-4:], kind)
	return b
}

// infoAddr finds the address in control messages: of a datagram to all, the one of ours that it came by.
func infoAddr(b []byte) netip.Addr {
	for len(b) >= syscall.CmsgLen(0) {
		length := uint64(binary.NativeEndian.Uint32(b))
		if wide {
			length = binary.NativeEndian.Uint64(b)
		}
		if length < uint64(syscall.CmsgLen(0)) || length > uint64(len(b)) {
			break
		}
		level, kind := binary.NativeEndian.Uint32(b[syscall.SizeofCmsghdr-8:]), binary.NativeEndian.Uint32(b[syscall.SizeofCmsghdr-4:])
		data := b[syscall.CmsgLen(0):length]
		switch {
		case level == syscall.IPPROTO_IP && kind == syscall.IP_PKTINFO && len(data) >= 12:
			return usable(netip.AddrFrom4([4]byte(data[4:8])))
		case level == syscall.IPPROTO_IPV6 && kind == syscall.IPV6_PKTINFO && len(data) >= 20:
			return usable(netip.AddrFrom16([16]byte(data[:16])).Unmap())
		}
		b = b[min(len(b), syscall.CmsgSpace(len(data))):]
	}
	return netip.Addr{}
}

// usable is an address that can be sent from.
func usable(a netip.Addr) netip.Addr {
	if a.IsUnspecified() || a.IsMulticast() {
		return netip.Addr{}
	}
	return a
}
