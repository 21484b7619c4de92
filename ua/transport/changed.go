package transport

import (
	"errors"
	"net"
	"net/netip"
)

// errChanged is why connections end that a change of the network has cut off.
var errChanged = errors.New("the network of this device has changed")

// Changed is told that addresses, links or routes of this device are not what they were. Connections that lead nowhere any
// more end: those under way, those of an address that is gone, and those of ours that would now be made from another. Nothing
// comes from Packets about them: their flows are returned, and what is under way there will not be answered.
//
// Sockets on an unspecified address stay as they are: what they send leaves by the new way.
func (l *Layer) Changed() (ended []Flow) {
	l.noTCP.forget()
	for _, s := range l.streams.live() {
		s.mu.Lock()
		flow, outgoing, connected := s.flow, s.outgoing, s.conn != nil
		s.mu.Unlock()
		if connected && !l.stranded(flow, outgoing) {
			continue
		}
		s.drop(errChanged)
		ended = append(ended, flow)
	}
	return ended
}

// stranded reports whether nothing comes through a connection any more. Without a way to the peer there may be one again
// soon, and then the connection is as good as before.
func (l *Layer) stranded(f Flow, outgoing bool) bool {
	if !l.opts.Holds(f.Local.Addr()) {
		return true
	}
	if fixed := l.opts.Local.Addr(); !outgoing || fixed.IsValid() && !fixed.IsUnspecified() {
		return false
	}
	now, err := l.opts.Route(f.Remote)
	return err == nil && now != f.Local.Addr().WithZone("")
}

// kernelHolds asks the kernel for the addresses of this device. If it does not tell, none is lost.
func kernelHolds(addr netip.Addr) bool {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return true
	}
	for _, a := range all {
		if p, ok := a.(*net.IPNet); ok && p.IP.Equal(addr.AsSlice()) {
			return true
		}
	}
	return addr.IsLoopback() // 127.0.0.0/8 is ours without being listed
}
