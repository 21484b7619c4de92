package media

import (
	"encoding/binary"
	"time"

	"intercom/media/dtmf"
)

// event takes a telephone event. A press is told when it begins; RFC 4733 §2.5.2.2 has the timestamp tell one press from
// the next.
func (r *receiver) event(now time.Time) (Digit, bool) {
	h := &r.packet.Header
	r.noSound(now)
	e, news := r.events.Push(h.SequenceNumber, h.Timestamp, h.Marker, r.packet.Payload)
	if !news || !e.Began || !r.mayOpen(now, e) {
		return Digit{}, false
	}
	r.digits++
	return Digit{Rune: e.Digit, Source: "rfc4733", Duration: dtmf.Duration(e.Duration, clockRate)}, true
}

// noSound tells the jitter buffer of a packet that takes the place of sound.
func (r *receiver) noSound(now time.Time) {
	h, ticks := &r.packet.Header, 0
	if octets := r.packet.Payload; r.payloads[h.PayloadType].kind == payloadEvent && len(octets) >= dtmf.PayloadSize {
		ticks = int(binary.BigEndian.Uint16(octets[2:])) // RFC 4733 §2.3.5: the duration so far
	}
	r.buffer.Event(now, h.SequenceNumber, h.Timestamp, ticks)
}

// mayOpen reports whether an event is a press of its own, made since digits are wanted.
func (r *receiver) mayOpen(now time.Time, e dtmf.Event) bool {
	if !r.taken.add(r.source.ssrc, e.Timestamp) || r.barred && int32(e.Timestamp-r.barrier) <= 0 {
		return false
	}
	return dtmf.Duration(e.Duration, clockRate) <= now.Sub(r.digitsFrom)+headStart
}

// recentDigits remembers presses, so that none counts twice even if its source comes back after another, or starts its
// sequence anew: packets that are recorded and sent again are sequential and from the right address.
type recentDigits struct {
	seen [64]struct{ ssrc, timestamp uint32 }
	n    int
}

// add reports whether the press is a new one.
func (d *recentDigits) add(ssrc, timestamp uint32) bool {
	press := struct{ ssrc, timestamp uint32 }{ssrc, timestamp}
	for i := range min(d.n, len(d.seen)) {
		if d.seen[i] == press {
			return false
		}
	}
	d.seen[d.n%len(d.seen)] = press
	d.n++
	return true
}
