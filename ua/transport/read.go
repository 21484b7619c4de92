package transport

import (
	"errors"
	"net"
	"net/netip"
	"time"

	"intercom/ua/sip"
)

// read runs until the socket is closed. One buffer serves all datagrams: Parse copies what it keeps.
func (u *UDP) read() {
	defer close(u.done)
	buf := make([]byte, 65536)
	failures := 0
	for {
		n, from, err := u.conn.ReadFromUDPAddrPort(buf)
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err == nil:
			failures = 0
			u.receive(time.Now(), unmap(from), buf[:n])
		case u.collectICMP() == 0:
			u.readErrors.Add(1)
			u.pause(failures, err)
			failures++
		}
	}
}

// pause keeps a socket that fails at every read from taking the processor.
func (u *UDP) pause(failures int, err error) {
	if failures == 0 {
		u.log.Warn("reading SIP datagrams fails", "err", err)
	}
	t := time.NewTimer(min(10*time.Millisecond<<min(failures, 10), time.Second))
	defer t.Stop()
	select {
	case <-t.C:
	case <-u.closing:
	}
}

func (u *UDP) receive(now time.Time, from netip.AddrPort, datagram []byte) {
	if isKeepAlive(datagram) {
		u.keepAlives.Add(1)
		return
	}
	m, err := sip.Parse(datagram)
	if err != nil {
		u.garbage.Add(1)
		return
	}
	// RFC 3261 §18.3: "If the transport packet ends before the end of the message body, this is considered an error. If the
	// message is a response, it MUST be discarded. If the message is a request, the element SHOULD generate a 400 (Bad
	// Request) response." Validate sees it with the rest, and the queue's reader answers.
	p := Packet{At: now, Flow: Flow{Transport: "UDP", Local: u.local, Remote: from}, Msg: m, Fault: sip.Validate(m)}
	if m.IsRequest() {
		stampVia(m, from)
	}
	u.received.Add(1)
	u.inbox.offer(p)
}

// isKeepAlive knows the empty datagrams that keep an address mapping of a NAT alive: CRLFs (RFC 5626 §4.4.1), NULs, nothing.
func isKeepAlive(datagram []byte) bool {
	for _, c := range datagram {
		if c != '\r' && c != '\n' && c != 0 {
			return false
		}
	}
	return true
}
