package media

import (
	"errors"
	"net"
	"net/netip"
	"time"
)

// maxDatagram is longer than any packet that is taken; what is cut off by it is no packet of ours.
const maxDatagram = 2048

// tooManyFailures in a row mean that a socket is of no use any more.
const tooManyFailures = 100

// readRTP takes what arrives on the RTP socket until that is closed.
func (s *Stream) readRTP() {
	defer s.readers.Done()
	b := make([]byte, maxDatagram)
	for failures := 0; failures < tooManyFailures; failures++ {
		n, from, err := s.pair.rtp.ReadFromUDPAddrPort(b)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // an ICMP error that the kernel hands on, for example: the next datagram may be good
			continue
		}
		failures = 0
		if digit, ok := s.takeDatagram(time.Now(), from, b[:n]); ok {
			s.tell(digit)
		}
	}
	s.log.Error("the RTP socket is broken: nothing more is heard in this call", "port", s.pair.port)
}

// takeDatagram takes what came by the RTP socket, and returns a digit if that brought one.
func (s *Stream) takeDatagram(now time.Time, from netip.AddrPort, datagram []byte) (Digit, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.params.Mux && isRTCP(datagram) {
		s.takeReport(now, from, datagram)
		return Digit{}, false
	}
	digit, ok := s.in.take(now, from, datagram)
	s.resolve(now)
	return digit, ok
}

// isRTCP tells the two apart on a common port. RFC 5761 §4: RTP payload types 64 to 95 are not used there, so that the second
// octet of RTCP is 192 to 223 and that of RTP is not.
func isRTCP(datagram []byte) bool {
	return len(datagram) > 1 && datagram[1] >= 192 && datagram[1] <= 223
}

// tell hands on a digit, or drops it if nobody takes any: the reader never waits.
func (s *Stream) tell(d Digit) {
	select {
	case s.digits <- d:
	default:
		s.log.Warn("a key was pressed that nobody waits for")
	}
}

// runRTCP takes what arrives on the RTCP socket until that is closed, and sends a report each time its deadline passes.
func (s *Stream) runRTCP() {
	defer s.readers.Done()
	b := make([]byte, maxDatagram)
	for failures := 0; failures < tooManyFailures; failures++ {
		n, from, err := s.pair.rtcp.ReadFromUDPAddrPort(b)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		now := time.Now()
		s.mu.Lock()
		var timeout net.Error
		if err == nil {
			failures = 0
			s.takeReport(now, from, b[:n])
		} else if errors.As(err, &timeout) && timeout.Timeout() && !s.closed {
			failures = 0
			s.sendReport(now, false)
			s.complain()
			s.pair.rtcp.SetReadDeadline(now.Add(interval(s.engine.random(), false)))
		}
		s.mu.Unlock()
	}
}

// complain says once that the two sides do not have the same keys, which nobody would guess from the silence.
func (s *Stream) complain() {
	if !s.warned && s.in.unauthentic > 0 && s.in.received == 0 {
		s.warned = true
		s.log.Warn("nothing that the peer sends fits the keys that were agreed on: it is not heard", "peer", s.params.Remote, "refused", s.in.unauthentic)
	}
}

// render fills dst with what the peer says in this period and reports whether there is a peer. It runs in the card's callback.
func (s *Stream) render(now time.Time, dst []int16) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plays = part{}
	if !s.started || s.closed {
		return false
	}
	s.player.Read(now, dst)
	s.plays = s.part
	return s.part.heard
}

// decode makes samples at the engine's rate of a payload.
func (s *Stream) decode(dst []int16, kind uint8, payload []byte) int {
	c, up := s.in.codecs[kind], s.up[kind]
	if up == nil {
		n := c.decode(dst, payload)
		s.keys.hear(dst[:n], c.rate, s.pressed)
		return n
	}
	sound := s.decoded[:c.decode(s.decoded, payload)]
	s.keys.hear(sound, c.rate, s.pressed)
	return up.Process(dst, sound)
}

// pressed hands on a key that was heard in the sound. It runs in the card's callback: a reader who does not keep up with
// the fingers of the peer misses some.
func (s *Stream) pressed(d Digit) {
	select {
	case s.digits <- d:
		s.in.digits++
	default:
	}
}

// murmur makes comfort noise at the engine's rate.
func (s *Stream) murmur(dst []int16) {
	if s.widen == nil {
		s.in.noise.Read(dst)
		return
	}
	for len(dst) > 0 {
		n := min(len(dst), s.engine.block)
		narrow := s.decoded[:n*clockRate/s.engine.rate]
		s.in.noise.Read(narrow)
		clear(dst[s.widen.Process(dst[:n], narrow):n])
		dst = dst[n:]
	}
}

// feed takes what the microphone heard in this period and sends the packets that it fills. It runs in the card's callback.
func (s *Stream) feed(now time.Time, samples []int16) {
	s.mu.Lock()
	if s.started && !s.closed {
		samples = s.prompted(samples)
		if s.down != nil {
			samples = s.lowered[:s.down.Process(s.lowered, samples)]
		}
		s.out.add(now, samples)
	}
	for s.sendNext(now) {
	}
	s.mu.Unlock()
}

// sendNext sends one packet, if there is one. A datagram that the kernel refuses is lost like one that the network loses.
func (s *Stream) sendNext(now time.Time) bool {
	if !s.started || s.closed {
		return false
	}
	packet, ok := s.out.next(s.packet[:0])
	if !ok {
		return false
	}
	if s.params.Keys.Protected() {
		var err error
		if packet, err = s.guard.ProtectRTP(now, s.sealed[:0], packet); err != nil {
			return true
		}
	}
	s.pair.rtp.WriteToUDPAddrPort(packet, s.params.Remote)
	return true
}
