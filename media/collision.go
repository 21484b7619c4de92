package media

import (
	"encoding/binary"
	"io"
	"time"
)

// resolve ends a collision of SSRCs. RFC 3550 §8.2: "If a source discovers at any time that another source is using the same SSRC
// identifier as its own, it MUST send an RTCP BYE packet for the old identifier and choose another random one." A peer that
// collides again sends back what it gets, an echo test for example: that is a loop, which no other identifier would end.
func (s *Stream) resolve(now time.Time) {
	if !s.in.collided {
		return
	}
	s.in.collided = false
	peer := s.params.Remote.Addr()
	var random [4]byte
	if s.looped == peer {
		return
	}
	if _, err := io.ReadFull(s.engine.rand, random[:]); err != nil {
		return
	}
	s.looped = peer
	s.sendReport(now, true)
	s.out.rename(binary.BigEndian.Uint32(random[:]))
	s.in.ours = s.out.header.SSRC
	s.rtcp.lastSRAt = time.Time{}
	s.log.Warn("the peer has chosen our RTP source identifier: we have taken another", "peer", s.params.Remote)
}

// rename gives what is sent another SSRC. RFC 3550 §6.4.1 has the counts start anew with it.
func (s *sender) rename(ssrc uint32) {
	s.header.SSRC = ssrc
	s.before.packets, s.before.octets = s.packets, s.octets
	s.reported = s.packets
}
