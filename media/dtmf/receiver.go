package dtmf

// Event is what a packet brought that was not known before.
type Event struct {
	Digit     byte   // 0-9 * # A-D
	Began     bool   // a new digit: exactly one Event of every digit has it
	Ended     bool   // the digit is over and Duration final
	Timestamp uint32 // RTP timestamp of the start
	Duration  uint32 // timestamp units so far
	Volume    uint8  // dBm0 with its sign dropped
}

// Receiver turns the telephone-event packets of one SSRC into digits, in the order in which they come. A digit is an RTP
// timestamp, not a packet (RFC 4733 §2.2.1): however many of its packets are lost, doubled or late, it is told
// once, by whichever arrives first. The marker bit is not needed, and what is older than the newest digit is
// never one, so packets sent again later yield nothing. The zero value is ready; a new SSRC needs a new Receiver.
type Receiver struct {
	some    bool   // any digit yet
	open    bool   // the newest has not ended
	seq     uint16 // of the packet that began the newest
	segment uint32 // timestamp of its newest segment
	event   uint8
	newest  Event
}

// Push takes a packet's sequence number, timestamp, marker bit and payload, and reports whether it brought news.
func (r *Receiver) Push(seq uint16, timestamp uint32, marker bool, b []byte) (Event, bool) {
	p, ok := decode(b)
	// §3.2: events 0 to 15 are DTMF; all others, hook flash among them, are no digits.
	if !ok || int(p.event) >= len(digits) {
		return Event{}, false
	}
	switch {
	case r.some && timestamp == r.segment:
		return r.update(p)
	case r.continues(timestamp, marker, p):
		r.segment = timestamp
		return r.update(p)
	case r.isNew(seq, timestamp):
		return r.begin(seq, timestamp, p), true
	}
	return Event{}, false
}

// continues tells a further segment of a long event from a new one: §2.5.1.3 and §2.5.2.3, segments are
// contiguous, each but the last of the longest duration, and only the first has the marker bit.
func (r *Receiver) continues(timestamp uint32, marker bool, p payload) bool {
	ahead := timestamp - r.segment
	return r.open && !marker && p.event == r.event && ahead%maxDuration == 0 && ahead/maxDuration <= maxLost
}

// maxLost is how many whole segments (8 s each) of a held key may be lost before what follows counts as a new press.
const maxLost = 2

// lap is a time, in timestamp units, in which the sequence number cannot come round to where it looks older than it is: 131 s at
// 8 kHz, where half its range takes 163 s even at 5 ms a packet.
const lap = 1 << 20

// isNew holds where the timestamp went forward since the newest digit began, in serial arithmetic, and the sequence number
// does not say otherwise: where they disagree, the packet is not what it says.
func (r *Receiver) isNew(seq uint16, timestamp uint32) bool {
	ahead := int32(timestamp - r.segment)
	return !r.some || ahead > lap || ahead > 0 && int16(seq-r.seq) > 0
}

func (r *Receiver) begin(seq uint16, timestamp uint32, p payload) Event {
	r.some, r.open = true, !p.end
	r.seq, r.segment, r.event = seq, timestamp, p.event
	r.newest = Event{digits[p.event], true, p.end, timestamp, uint32(p.duration), p.volume}
	return r.newest
}

// update takes a further packet of the newest digit: news only where it is the first with the E bit.
func (r *Receiver) update(p payload) (Event, bool) {
	if p.event != r.event || !r.open {
		return Event{}, false
	}
	r.newest.Began, r.newest.Ended = false, p.end
	r.newest.Duration = max(r.newest.Duration, r.segment-r.newest.Timestamp+uint32(p.duration))
	r.open = !p.end
	return r.newest, p.end
}
