package transport

import (
	"net/netip"
	"sync"
	"time"

	"intercom/ua/sip"
)

// RFC 3261 §18.1.1: "If a request is within 200 bytes of the path MTU, or if it is larger than 1300 bytes and the path MTU
// is unknown, the request MUST be sent using an RFC 2914 congestion controlled transport protocol, such as TCP."
const (
	maxRequest = 1300 // octets, by UDP; also where the path MTU is known to be larger, as the first link says little of the last
	mtuMargin  = 200
	leastMTU   = 1280 // that of IPv6 (RFC 8200 §5); paths below it are not looked for
)

// largest is how many octets a request by UDP to a peer may have, of which it has n.
func (l *Layer) largest(to netip.AddrPort, n int) int {
	if n <= leastMTU-mtuMargin || n > maxRequest {
		return maxRequest
	}
	if mtu := l.opts.MTU(to); mtu > 0 {
		return min(maxRequest, max(mtu, leastMTU)-mtuMargin)
	}
	return maxRequest
}

const (
	moveTime   = 2 * time.Second  // for a peer to take a connection that nobody promised
	lackTime   = 10 * time.Minute // before it is asked again
	maxLacking = 64               // peers known to lack TCP
	maxMoved   = 16               // requests per connection
)

// moved is a request that went over a connection though its flow is UDP.
type moved struct {
	branch, method string
	datagram       []byte // to be sent by UDP if the connection does not come about; nil once the peer was heard
}

// sendUDP sends by UDP what is not too large for it. What belongs to a transaction that has moved follows it: RFC 3261
// §17.1.1.3: the ACK "MUST be sent to the same address, port, and transport to which the original request was sent".
func (l *Layer) sendUDP(to Flow, m *sip.Message) error {
	if !m.IsRequest() || !l.speaks("TCP") {
		return l.udp.Send(to, m)
	}
	over := Flow{Transport: "TCP", Remote: to.Remote}
	if l.movedTo.Load() > 0 {
		if via, err := m.TopVia(); err == nil {
			if s := l.streams.to(over); s != nil && s.carries(via.Branch()) {
				return s.move(m, nil) // if it fails, the transaction fails with its connection
			}
		}
	}
	if l.noTCP.has(time.Now(), to.Remote) {
		return l.udp.Send(to, m)
	}
	err := l.udp.sendIf(func(n int) bool { return n <= l.largest(to.Remote, n) }, to, m)
	if err != errLarge {
		return err
	}
	datagram := m.Append(nil)
	if err := l.over(l.streams.to(over), over, moveTime, func(s *stream) error { return s.move(m, datagram) }); err != nil {
		return l.udp.Send(to, m)
	}
	l.movedTo.Add(1)
	return nil
}

// carries reports whether a transaction has moved to this connection.
func (s *stream) carries(branch string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.moved {
		if x.branch == branch {
			return true
		}
	}
	return false
}

// move sends a request over the connection whose Via says UDP. "If this causes a change in the transport protocol from the
// one that would have been otherwise indicated, the value in the top Via MUST be changed." What the transaction sends
// again because it knows of UDP only is not needed here.
func (s *stream) move(m *sip.Message, datagram []byte) error {
	via, err := m.TopVia()
	if err != nil {
		return s.send(m)
	}
	x := moved{via.Branch(), m.Method, datagram}
	s.mu.Lock()
	for _, y := range s.moved {
		if x.branch == y.branch && x.method == y.method && x.method != "ACK" {
			s.mu.Unlock()
			return nil
		}
	}
	if len(s.moved) == maxMoved {
		s.moved = append(s.moved[:0], s.moved[1:]...)
	}
	s.moved = append(s.moved, x)
	s.mu.Unlock()
	m = m.Clone()
	via.Transport = "TCP"
	m.SetTopVia(via)
	return s.send(m)
}

// fallBack sends by UDP what moved to a connection over which the peer was never heard. "If ... the connection attempt is
// refused, or ... a TCP reset is received, the client SHOULD retry the request, using UDP": a peer that drops what comes by
// TCP, as firewalls do, is no different.
func (l *Layer) fallBack(over Flow, unsent []moved) (any bool) {
	to := Flow{Transport: "UDP", Remote: over.Remote}
	for _, x := range unsent {
		if x.datagram == nil {
			continue
		}
		any = true
		l.movedBack.Add(1)
		l.noTCP.add(time.Now(), over.Remote)
		if err := l.udp.sendRaw(to, x.datagram); err != nil {
			l.inbox.wait(Packet{At: time.Now(), Flow: to, Err: err}, nil)
		}
	}
	return any
}

// lacking remembers for a while which peers take no TCP.
type lacking struct {
	mu    sync.Mutex
	peers map[netip.AddrPort]time.Time // since when
}

func (k *lacking) has(now time.Time, peer netip.AddrPort) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	since, ok := k.peers[peer]
	return ok && now.Sub(since) < lackTime
}

func (k *lacking) add(now time.Time, peer netip.AddrPort) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.peers == nil || len(k.peers) >= maxLacking {
		k.peers = map[netip.AddrPort]time.Time{}
	}
	k.peers[peer] = now
}

func (k *lacking) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	clear(k.peers)
}
