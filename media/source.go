package media

import (
	"time"

	"github.com/pion/rtp"

	"intercom/media/jitter"
)

const (
	maxDropout    = 3000 // RFC 3550 §A.1
	maxMisorder   = 100
	minSequential = 2

	// activeFor is how long after its last packet a source cannot be displaced by another one, or by a sequence that starts
	// anew: whoever can only add packets to a conversation never gets a hearing in it.
	activeFor = 200 * time.Millisecond
)

// source is the per-source state of RFC 3550 §A.1, with the interarrival jitter of §A.8.
type source struct {
	ssrc     uint32
	port     uint16 // UDP port that it sends from
	valid    bool
	maxSeq   uint16
	cycles   uint32
	baseSeq  uint16
	badSeq   uint32 // the sequence number that would confirm a jump
	received uint32

	expectedPrior, receivedPrior uint32

	lastHeard time.Time
	newest    uint32 // highest timestamp

	transit  int64
	jittered bool
	jitter   float64 // ticks
}

const noSeq = 1 << 16 // a badSeq that no sequence number is

// begin makes seq the first of a sequence.
func (s *source) begin(seq uint16) {
	s.baseSeq, s.maxSeq, s.badSeq = seq, seq, noSeq
	s.cycles, s.received, s.expectedPrior, s.receivedPrior = 0, 0, 0, 0
	s.jittered = false
}

// update takes a sequence number and reports whether the packet belongs to the sequence, and whether that starts anew.
func (s *source) update(now time.Time, seq uint16) (ok, anew bool) {
	delta := seq - s.maxSeq
	switch {
	case delta < maxDropout: // in order, with permissible gap
		if seq < s.maxSeq {
			s.cycles += 1 << 16
		}
		s.maxSeq = seq
	case uint32(delta) <= 1<<16-maxMisorder: // the sequence number made a very large jump
		// RFC 3550 §A.1: "Two sequential packets -- assume that the other side restarted without telling us so just re-sync".
		// Only when the old sequence has ended: replayed packets are sequential too.
		if uint32(seq) != s.badSeq || now.Sub(s.lastHeard) < activeFor {
			s.badSeq = uint32(seq + 1)
			return false, false
		}
		s.begin(seq)
		anew = true
	default: // duplicate or reordered packet
	}
	s.received++
	s.lastHeard = now
	return true, anew
}

// clock notes a packet's timestamp and arrival for the interarrival jitter.
func (s *source) clock(arrival int64, timestamp uint32) {
	transit := arrival - int64(timestamp)
	if s.jittered {
		d := int32(transit - s.transit) // modulo 2^32, as timestamps are
		s.jitter += (float64(max(d, -d)) - s.jitter) / 16
	}
	s.transit, s.jittered = transit, true
}

// advance notes the highest timestamp.
func (s *source) advance(timestamp uint32) {
	if int32(timestamp-s.newest) > 0 || s.received <= 1 {
		s.newest = timestamp
	}
}

// extended is the highest sequence number with its cycles.
func (s *source) extended() uint32 { return s.cycles + uint32(s.maxSeq) }

func (s *source) expected() uint32 { return s.extended() - uint32(s.baseSeq) + 1 }

// lost is the cumulative number of packets lost, negative if duplicates outnumber them.
func (s *source) lost() int64 {
	if !s.valid {
		return 0
	}
	return int64(s.expected()) - int64(s.received)
}

// fraction is the part lost since the last call, in 1/256 (RFC 3550 §A.3).
func (s *source) fraction() uint8 {
	expected, received := s.expected()-s.expectedPrior, s.received-s.receivedPrior
	s.expectedPrior, s.receivedPrior = s.expected(), s.received
	if expected == 0 || received >= expected {
		return 0
	}
	return uint8(min((expected-received)<<8/expected, 255))
}

// probation is a source that has not shown yet that it is one.
type probation struct {
	ssrc   uint32
	port   uint16
	next   uint16
	needed int
}

// passed takes a packet of an unknown source and reports whether it has shown minSequential packets in sequence.
func (p *probation) passed(ssrc uint32, port, seq uint16) bool {
	if p.needed == 0 || ssrc != p.ssrc || port != p.port || seq != p.next {
		*p = probation{ssrc: ssrc, port: port, needed: minSequential}
	}
	p.next = seq + 1
	p.needed--
	if p.needed > 0 {
		return false
	}
	p.needed = 1 // it stays proven as long as it goes on in sequence
	return true
}

// heldPacket is a packet on probation.
type heldPacket struct {
	at        time.Time
	ssrc      uint32
	seq       uint16
	timestamp uint32
	pt        uint8
	size      int
	payload   [jitter.MaxPayload]byte
}

func (f *heldPacket) keep(now time.Time, p *rtp.Packet) {
	f.at, f.ssrc, f.seq, f.timestamp, f.pt = now, p.SSRC, p.SequenceNumber, p.Timestamp, p.PayloadType
	f.size = copy(f.payload[:], p.Payload)
}
