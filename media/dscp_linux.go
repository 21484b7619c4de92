package media

import (
	"errors"
	"net"
	"syscall"
)

// expedited is DSCP EF in the position that IP gives it. RFC 4594 §4.1: "The telephony service class SHOULD use Expedited
// Forwarding (EF) PHB"; Wi-Fi sends such packets in its voice queue.
const expedited = 46 << 2

// expedite marks what a socket sends. A socket for IPv6 may carry IPv4 too, so both marks are tried, and one is enough.
func expedite(c *net.UDPConn) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	var v4, v6 error
	err = raw.Control(func(fd uintptr) {
		v4 = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IP, syscall.IP_TOS, expedited)
		v6 = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IPV6, syscall.IPV6_TCLASS, expedited)
	})
	if err == nil && v4 != nil && v6 != nil {
		err = errors.Join(v4, v6)
	}
	return err
}
