package memnet

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"syscall"
)

// Host is a computer with one address at a time.
type Host struct {
	net *Network

	// Below: the network's mutex.
	addr      netip.Addr
	conns     map[uint16]*Conn
	listeners map[uint16]*Listener
	nextPort  uint16
	unplugged bool
}

// Addr returns the host's address.
func (h *Host) Addr() netip.Addr {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	return h.addr
}

// Renumber gives the host another address, as a router that was restarted may. Sockets on the unspecified address go on
// under the new one; what was bound to the old one, connections among it, reaches nobody until the host has it again.
func (h *Host) Renumber(addr netip.Addr) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	if other := h.net.hosts[addr]; other != nil && other != h {
		panic(fmt.Sprintf("memnet: %v is the address of another host", addr))
	}
	delete(h.net.hosts, h.addr)
	h.addr = addr
	h.net.hosts[addr] = h
}

// has reports whether the address is still this host's. The network is locked.
func (h *Host) has(addr netip.Addr) bool { return h.addr == addr }

// Unplug pulls the cable: sends fail with ENETUNREACH, nothing arrives, sockets stay open.
func (h *Host) Unplug() { h.plug(false) }

// Plug puts the cable back.
func (h *Host) Plug() { h.plug(true) }

func (h *Host) plug(in bool) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	h.unplugged = !in
}

// Listen opens a socket on the host's address or on the unspecified one. Port 0 picks a free port. The errors are those
// of net.ListenUDP: EADDRINUSE for a port that is taken, EADDRNOTAVAIL for somebody else's address.
func (h *Host) Listen(local netip.AddrPort) (*Conn, error) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	if a := local.Addr(); a.IsValid() && !a.IsUnspecified() && a != h.addr {
		return nil, listenError(local, syscall.EADDRNOTAVAIL)
	}
	port := local.Port()
	if port == 0 {
		port = h.freePort()
	}
	if port == 0 || h.conns[port] != nil {
		return nil, listenError(local, syscall.EADDRINUSE)
	}
	c := newConn(h, netip.AddrPortFrom(local.Addr(), port))
	h.conns[port] = c
	return c, nil
}

// freePort walks the dynamic ports in order and returns 0 if all are taken.
func (h *Host) freePort() uint16 {
	const first, count = 49152, 16384
	for range count {
		p := h.nextPort
		h.nextPort = first + (h.nextPort-first+1)%count
		if h.conns[p] == nil && h.listeners[p] == nil {
			return p
		}
	}
	return 0
}

func listenError(local netip.AddrPort, err error) error {
	return &net.OpError{Op: "listen", Net: "udp", Addr: net.UDPAddrFromAddrPort(local), Err: os.NewSyscallError("bind", err)}
}
