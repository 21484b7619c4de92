package media

import (
	"errors"
	"fmt"
	"net/netip"
	"syscall"
)

// pair is the sockets of one stream: RTP at an even port, RTCP at the odd one above it.
type pair struct {
	rtp, rtcp PacketConn
	port      uint16
}

// bind opens the first free pair of the range, beginning after the one that was given last, so that what still arrives for
// the call that has just ended does not reach the next one.
func (e *Engine) bind(local netip.Addr) (pair, error) {
	n := e.ports.pairs()
	var last error
	for range n {
		e.mu.Lock()
		port := e.ports.first + 2*uint16(e.nextPair)
		e.nextPair = (e.nextPair + 1) % n
		e.mu.Unlock()
		p, err := e.open(local, port)
		if err == nil {
			return p, nil
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			return pair{}, fmt.Errorf("RTP port %d of the range %q in [rtp] cannot be opened: %w", port, e.config.Ports, err)
		}
		last = err
	}
	return pair{}, fmt.Errorf("every pair of the RTP ports %q is taken: %w; widen ports in [rtp] or end what holds them", e.config.Ports, last)
}

func (e *Engine) open(local netip.Addr, port uint16) (pair, error) {
	rtp, err := e.listen(netip.AddrPortFrom(local, port))
	if err != nil {
		return pair{}, err
	}
	rtcp, err := e.listen(netip.AddrPortFrom(local, port+1))
	if err != nil {
		rtp.Close()
		return pair{}, err
	}
	return pair{rtp, rtcp, port}, nil
}
