package media

import (
	"net"
	"net/netip"
	"syscall"
	"testing"
)

func TestSoundIsExpedited(t *testing.T) {
	for _, local := range []string{"127.0.0.1:0", "[::1]:0", "[::]:0"} {
		c, err := listenUDP(netip.MustParseAddrPort(local))
		if err != nil {
			t.Logf("%s: %v", local, err)
			continue
		}
		defer c.Close()
		raw, err := c.(*net.UDPConn).SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		var v4, v6 int
		_ = raw.Control(func(fd uintptr) {
			v4, _ = syscall.GetsockoptInt(int(fd), syscall.IPPROTO_IP, syscall.IP_TOS)
			v6, _ = syscall.GetsockoptInt(int(fd), syscall.IPPROTO_IPV6, syscall.IPV6_TCLASS)
		})
		if v4 != expedited && v6 != expedited {
			t.Errorf("%s: marked %#x by IPv4, %#x by IPv6, want %#x", local, v4, v6, expedited)
		}
	}
}
