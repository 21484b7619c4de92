package doctor

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"
)

// interfaces asks the kernel for the network interfaces.
func interfaces() ([]Link, error) {
	found, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	var all []Link
	for _, i := range found {
		l := Link{Name: i.Name, Index: i.Index, Up: i.Flags&net.FlagRunning != 0, Loopback: i.Flags&net.FlagLoopback != 0}
		addresses, err := i.Addrs()
		if err != nil {
			return nil, err
		}
		for _, a := range addresses {
			if p, err := netip.ParsePrefix(a.String()); err == nil {
				l.Addresses = append(l.Addresses, p)
			}
		}
		all = append(all, l)
	}
	return all, nil
}

// links tells which networks the computer is on.
func links(_ context.Context, s Subject) []Finding {
	const id = "network.address"
	all, err := s.Links()
	if err != nil {
		return []Finding{skipped(id, "ip address", "The kernel does not tell its interfaces: %v", err)}
	}
	var told []Finding
	useful := false
	for _, l := range all {
		if l.Loopback || !l.Up {
			continue
		}
		for _, p := range l.Addresses {
			switch a := p.Addr(); {
			case a.Is4() && a.IsLinkLocalUnicast():
				told = append(told, warning(id, "See whether the router gives addresses (DHCP), and whether the cable or the Wi-Fi password is right.",
					"%s has given itself the address %v, as nobody gave it one.", l.Name, a))
			case a.IsLinkLocalUnicast():
			default:
				useful = true
				told = append(told, ok(id, "%s has %v", l.Name, p))
			}
		}
	}
	if !useful {
		told = append(told, fault(id, "Plug the cable in, or look at the Wi-Fi: nmcli device status", "No network: no interface that is up has an address."))
	}
	return told
}

// gatewayPatience is how long the gateway has for its answer to ARP, which takes some ms.
const gatewayPatience = 1500 * time.Millisecond

// gateway tells whether the router is there, without any right: what makes the kernel look for a neighbour shows in
// its table.
func gateway(ctx context.Context, s Subject) []Finding {
	const id = "network.gateway"
	router, link, found := defaultRoute(s.read("proc/net/route"))
	if !found {
		return []Finding{note(id, "Give the board a gateway if the telephone system is not in this network, and for the time.", "There is no default route by IPv4.")}
	}
	if err := s.Knock(router); err != nil {
		return []Finding{fault(id, "Look at the cable and the router.", "The router %v (%s) cannot be reached: %v", router, link, err)}
	}
	ctx, cancel := context.WithTimeout(ctx, gatewayPatience)
	defer cancel()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		if neighbour(s.read("proc/net/arp"), router) {
			return []Finding{ok(id, "the router %v (%s) is there", router, link)}
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return []Finding{warning(id, "Look at the cable, the switch and the router; ping "+router.String(), "The router %v (%s) does not answer.", router, link)}
		}
	}
}

// knock sends a datagram to a port that nobody listens on (9, discard: RFC 863).
func knock(to netip.Addr) error {
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(to, 9)))
	if err != nil {
		return err
	}
	_, err = conn.Write([]byte{0})
	return errors.Join(err, conn.Close())
}

// defaultRoute reads /proc/net/route: addresses are hexadecimal, in the byte order of the machine, which is little-endian
// wherever we run.
func defaultRoute(table string) (router netip.Addr, link string, found bool) {
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if len(f) < 3 || f[1] != "00000000" || f[2] == "00000000" {
			continue
		}
		b, err := hex.DecodeString(f[2])
		if err != nil || len(b) != 4 {
			continue
		}
		var a [4]byte
		binary.LittleEndian.PutUint32(a[:], binary.BigEndian.Uint32(b))
		return netip.AddrFrom4(a), f[0], true
	}
	return netip.Addr{}, "", false
}

// neighbour tells whether /proc/net/arp has a complete entry (ATF_COM).
func neighbour(table string, a netip.Addr) bool {
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		var flags int
		if len(f) >= 4 && f[0] == a.String() {
			if _, err := fmt.Sscanf(f[2], "0x%x", &flags); err == nil && flags&2 != 0 {
				return true
			}
		}
	}
	return false
}
