package sdp

import (
	"net/netip"
	"strconv"
	"strings"
)

// remote returns where RTP and RTCP for m go, and whether that is a place we
// can send to from local. A held line (c=0.0.0.0, RFC 3264 §8.4) is usable and
// has no address.
func (d *Description) remote(m *Media, local netip.Addr) (rtp, rtcp netip.AddrPort, usable bool) {
	addr := d.connection(m)
	if !addr.IsValid() || addr.IsMulticast() {
		return rtp, rtcp, false
	}
	if addr.IsUnspecified() {
		return rtp, rtcp, true
	}
	if addr.Is4() != local.Unmap().Is4() {
		return rtp, rtcp, false
	}
	rtp = netip.AddrPortFrom(addr, m.Port)
	return rtp, m.remoteRTCP(rtp), true
}

// remoteRTCP reads "a=rtcp:53020" or "a=rtcp:53020 IN IP4 192.0.2.1" (RFC
// 3605 §2.1); without it RTCP is at the next port (RFC 3550 §11).
func (m *Media) remoteRTCP(rtp netip.AddrPort) netip.AddrPort {
	next := netip.AddrPort{}
	if rtp.Port() < 65535 {
		next = netip.AddrPortFrom(rtp.Addr(), rtp.Port()+1)
	}
	value, ok := get(m.Attributes, "rtcp")
	if !ok {
		return next
	}
	fields := strings.Fields(value)
	if len(fields) == 0 {
		return next
	}
	port, err := strconv.ParseUint(fields[0], 10, 16)
	if err != nil || port == 0 {
		return next
	}
	addr := rtp.Addr()
	if len(fields) == 4 {
		a, err := netip.ParseAddr(fields[3])
		if err != nil || a.Unmap().Is4() != addr.Is4() || a.IsMulticast() || a.IsUnspecified() {
			return next
		}
		addr = a.Unmap().WithZone("")
	}
	return netip.AddrPortFrom(addr, uint16(port))
}
