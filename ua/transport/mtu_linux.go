package transport

import (
	"net"
	"net/netip"
	"syscall"
)

const (
	ipMTU   = 14 // IP_MTU of linux/in.h
	ipv6MTU = 24 // IPV6_MTU of linux/in6.h
)

// kernelMTU asks the kernel for the path MTU towards a peer, which it knows from the link and from what routers on the way
// have said (ip(7)); 0 if it does not tell.
func kernelMTU(remote netip.AddrPort) (mtu int) {
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(remote))
	if err != nil {
		return 0
	}
	defer c.Close()
	level, option := syscall.IPPROTO_IP, ipMTU
	if remote.Addr().Unmap().Is6() {
		level, option = syscall.IPPROTO_IPV6, ipv6MTU
	}
	if control(c, func(fd int) (err error) { mtu, err = syscall.GetsockoptInt(fd, level, option); return err }) != nil {
		return 0
	}
	return mtu
}
