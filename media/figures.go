package media

import (
	"net/netip"
	"time"

	"intercom/media/emodel"
)

// Stats returns the figures up to now, or up to the end of a closed stream.
func (s *Stream) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return s.final
	}
	return s.figures()
}

func (s *Stream) figures() Stats {
	b, h := s.in.buffer, s.player.Heard
	samples := func(n uint64) time.Duration { return time.Duration(n) * time.Second / time.Duration(s.engine.rate) }
	ticks := func(n float64) time.Duration { return time.Duration(n * float64(time.Second) / clockRate) }
	f := Stats{
		Codec:          s.out.codec.name,
		Sent:           uint64(s.out.packets),
		SentBytes:      s.out.octets,
		Received:       s.in.received,
		ReceivedBytes:  s.in.octets,
		Lost:           max(0, s.in.lost()+int64(b.Counts.Duplicates)), // RFC 3550 §A.3 counts duplicates as received
		Late:           b.Counts.Late,
		Duplicates:     b.Counts.Duplicates,
		Rejected:       s.in.rejected,
		Unauthentic:    s.in.unauthentic,
		Jitter:         ticks(s.in.source.jitter),
		Delay:          s.player.Delay(),
		MeanDelay:      b.MeanDelay(),
		Played:         samples(h.Played),
		Concealed:      ticks(float64(b.Counts.Concealed)),
		Stretched:      samples(h.Stretched),
		Cut:            samples(h.Cut),
		RemoteLost:     s.rtcp.lost,
		RemoteFraction: s.rtcp.fraction,
		RemoteJitter:   ticks(float64(s.rtcp.jitter)),
		RoundTrip:      s.rtcp.roundTrip,
		RemoteMOS:      s.rtcp.mos,
		Reports:        s.rtcp.reports,
		DigitsSent:     s.out.keys,
		DigitsReceived: s.in.digits,
	}
	if s.in.ticks > 0 {
		f.R = s.rating().R()
		f.MOS = emodel.MOS(f.R)
	}
	return f
}

// takeReport reads RTCP, if it is from the negotiated address.
func (s *Stream) takeReport(now time.Time, from netip.AddrPort, datagram []byte) {
	to := s.params.reports()
	if !s.started || from.Port() != to.Port() || from.Addr().Unmap() != to.Addr().Unmap() {
		s.in.rejected++
		return
	}
	if s.params.Keys.Protected() {
		plain, err := s.guard.UnprotectRTCP(now, nil, datagram)
		if err != nil {
			s.in.rejected++
			s.in.unauthentic++
			return
		}
		datagram = plain
	}
	if !s.rtcp.take(now, s.out.header.SSRC, datagram) {
		s.in.rejected++
	}
	s.in.collided = s.in.collided || s.rtcp.peer == s.in.ours && !s.rtcp.lastSRAt.IsZero()
	s.resolve(now)
}

// sendReport sends RTCP, with a BYE at the end. What cannot be sent is lost like any datagram.
func (s *Stream) sendReport(now time.Time, bye bool) {
	to, conn := s.params.reports(), s.pair.rtcp
	if !s.started || !to.IsValid() {
		return
	}
	if s.params.Mux {
		conn = s.pair.rtp
	}
	packet, err := s.rtcp.compound(now, &s.out, &s.in.source, s.metrics(), bye)
	if err != nil {
		s.log.Warn("no RTCP report", "err", err)
		return
	}
	if s.params.Keys.Protected() {
		if packet, err = s.guard.ProtectRTCP(now, nil, packet); err != nil {
			return
		}
	}
	conn.WriteToUDPAddrPort(packet, to)
}
