package transport

import (
	"errors"
	"net"
	"net/netip"
	"time"

	"intercom/ua/sip"
	"intercom/ua/stun"
)

// maxFailures is how many reads in a row may fail, which takes about 3 s, before the socket counts as dead.
const maxFailures = 8

// read runs until the socket is closed. One buffer serves all datagrams: Parse copies what it keeps.
func (u *UDP) read() {
	defer close(u.done)
	buf := make([]byte, 65536)
	for failures := 0; ; {
		n, from, at, err := u.socket.Load().read(buf)
		switch {
		case u.isClosing():
			return
		case err == nil:
			failures = 0
			u.receive(time.Now(), u.flow(from, at), buf[:n])
		case !errors.Is(err, net.ErrClosed) && u.collectICMP() > 0:
		default:
			u.readErrors.Add(1)
			u.pause(failures, err)
			if failures++; failures%maxFailures == 0 {
				u.reopen()
			}
		}
	}
}

// flow is the way by which a datagram came.
func (u *UDP) flow(from netip.AddrPort, at netip.Addr) Flow {
	f := Flow{Transport: "UDP", Local: u.local, Remote: unmap(from)}
	if at.IsValid() {
		f.Local = netip.AddrPortFrom(at, u.local.Port())
	}
	return f
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

func (u *UDP) receive(now time.Time, by Flow, datagram []byte) {
	if isKeepAlive(datagram) {
		u.keepAlives.Add(1)
		return
	}
	if stun.Is(datagram) {
		u.receiveBinding(now, by, datagram)
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
	p := Packet{At: now, Flow: by, Msg: m, Fault: sip.Validate(m)}
	if m.IsRequest() {
		stampVia(m, by.Remote)
	}
	u.received.Add(1)
	u.inbox.offer(p)
}

// receiveBinding hands on the answer to a keep-alive. Requests are not answered: that is for those who offer the outbound
// service (RFC 5626 §8).
func (u *UDP) receiveBinding(now time.Time, by Flow, datagram []byte) {
	r, err := stun.Parse(datagram)
	if err != nil {
		u.garbage.Add(1)
		return
	}
	u.bindings.Add(1)
	u.inbox.offer(Packet{At: now, Flow: by, Binding: &r})
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
