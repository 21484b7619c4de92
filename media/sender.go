package media

import (
	"time"

	"github.com/pion/rtp"

	"intercom/media/dtmf"
)

// sender is the way out: from the microphone's samples to RTP packets. It is pure. Its RTP clock runs whether or not packets
// go out, so that a hold is a gap in time for the peer and not a jump.
type sender struct {
	header rtp.Header // version, SSRC, next sequence number; timestamp of the next frame

	codec  codec
	pt     uint8
	frame  int // samples in a packet, at the codec's rate
	ticks  int // the same in ticks of the RTP clock
	wanted bool

	pending []int16 // samples that have not filled a frame yet
	queued  int
	resumed bool // the next packet is the first after a pause

	silence silence
	noisePT uint8 // to describe silences with; 0 sends them as sound
	narrow  [maxFrameTicks]int16

	digits   *dtmf.Sender
	digitsPT uint8

	encoded [2 * maxFrameTicks]byte
	clockAt time.Time // when pending got its last sample

	packets  uint32
	octets   uint64
	keys     uint64
	reported uint32   // packets at the time of the last sender report
	before   struct { // what was sent under another SSRC
		packets uint32
		octets  uint64
	}
}

// maxFrameTicks is the longest packet: 60 ms.
const maxFrameTicks = 60 * clockRate / 1000

// negotiate takes what changes with an offer and answer; the RTP clock, the sequence and the source stay.
func (s *sender) negotiate(p Params) {
	c, known := codecByName(p.Codec)
	if known && c.name != s.codec.name { // the same one goes on with what it remembers
		if c.rate != s.codec.rate {
			s.queued = 0
		}
		s.codec = c
	}
	s.pt = p.PayloadType
	s.ticks = int(p.Ptime.Milliseconds()) * clockRate / 1000
	s.frame = s.ticks * s.codec.rate / clockRate
	s.digitsPT, s.noisePT = p.DTMF, p.Noise
	wanted := known && p.Send && p.Remote.IsValid() && !p.Remote.Addr().IsUnspecified()
	if wanted && !s.wanted {
		s.resumed = true
	}
	s.wanted = wanted
}

// add takes samples at the codec's rate.
func (s *sender) add(now time.Time, samples []int16) {
	if s.queued+len(samples) > len(s.pending) {
		s.drop(s.queued) // nobody took the packets
	}
	s.queued += copy(s.pending[s.queued:], samples)
	s.clockAt = now
}

// drop forgets the first n samples.
func (s *sender) drop(n int) {
	s.queued = copy(s.pending, s.pending[n:s.queued])
}

// next appends the next packet to dst and reports whether there was one.
func (s *sender) next(dst []byte) ([]byte, bool) {
	for s.frame > 0 && s.queued >= s.frame {
		packet, ok := s.packet(dst)
		s.drop(s.frame)
		s.header.Timestamp += uint32(s.ticks)
		if ok {
			return packet, true
		}
	}
	return dst, false
}

// packet makes a packet of the frame at the front, or of the digit that is being sent in its place.
func (s *sender) packet(dst []byte) ([]byte, bool) {
	if !s.wanted {
		return dst, false
	}
	h := s.header
	body := s.encoded[:0]
	if event, ok := s.event(); ok {
		h.PayloadType, h.Marker, h.Timestamp = s.digitsPT, event.Marker, event.Timestamp
		body = append(body, event.Payload[:]...)
	} else if noise, left := s.suppress(body); left {
		if len(noise) == 0 {
			return dst, false
		}
		h.PayloadType, body = s.noisePT, noise
	} else {
		// RFC 3551 §4.1: "the first packet of a talkspurt ... SHOULD be distinguished by setting the marker bit".
		h.PayloadType, h.Marker = s.pt, s.resumed
		s.resumed = false
		body = s.encoded[:s.codec.encode(s.encoded[:], s.pending[:s.frame])]
	}
	s.header.SequenceNumber++
	s.packets++
	s.octets += uint64(len(body))
	return appendPacket(dst, h, body), true
}

func (s *sender) event() (dtmf.Packet, bool) {
	if s.digitsPT == 0 {
		return dtmf.Packet{}, false
	}
	return s.digits.Next(s.header.Timestamp, uint32(s.ticks))
}

// now is the RTP timestamp of the sample that the microphone hears at a time.
func (s *sender) now(at time.Time) uint32 {
	since := at.Sub(s.clockAt).Microseconds() * clockRate / 1_000_000
	return s.header.Timestamp + uint32(s.queued*clockRate/max(s.codec.rate, 1)) + uint32(since)
}

func appendPacket(dst []byte, h rtp.Header, body []byte) []byte {
	n := len(dst)
	dst = append(dst, make([]byte, 12)...)
	size, err := h.MarshalTo(dst[n:])
	if err != nil { // not with a header of fixed size
		return dst[:n]
	}
	return append(dst[:n+size], body...)
}
