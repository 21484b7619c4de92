package jitter

import "time"

// Event notes that packet seq of the sequence carries a telephone event, or anything else that is no sound. The event began at
// timestamp and has lasted for ticks: RFC 4733 §2.5.1.2 has all packets of an event carry the time of its start, so that nothing about the
// network's delay can be learnt from them. What the sender does not say meanwhile is not missing.
func (b *Buffer) Event(now time.Time, seq uint16, timestamp uint32, ticks int) {
	if !b.live || !b.transit.any {
		return
	}
	n := b.highest + int64(int16(seq-uint16(b.highest)))
	end := b.newest + int64(int32(timestamp-uint32(b.newest))) + int64(ticks)
	if off := b.at(now) - end - b.transit.minimum; abs(off) > jumpSeconds*b.clock {
		return // not of the clock in use
	}
	if n > b.last {
		b.events[n&(slots-1)] = n
		b.event, b.eventEnd = max(b.event, n), max(b.eventEnd, end)
	}
}

// Describe notes that packet seq of the sequence describes the silence that follows (RFC 3389): the sender is quiet until its next
// sound, however long that takes.
func (b *Buffer) Describe(seq uint16) {
	if !b.live {
		return
	}
	n := b.highest + int64(int16(seq-uint16(b.highest)))
	if n > b.last && n < b.highest+slots {
		b.events[n&(slots-1)] = n
		b.quiet = max(b.quiet, n)
	}
}

// described reports whether the newest packet at the place that is playing described a silence.
func (b *Buffer) described() bool { return b.quiet >= b.last }

// passEvents goes past the events and descriptions that follow what was played last.
func (b *Buffer) passEvents() {
	for b.events[(b.last+1)&(slots-1)] == b.last+1 {
		b.settle(b.last+1, false)
	}
}

// keyed reports whether the sender has sent events in the time after what was played last. A sender whose sound goes on beside
// its events has not.
func (b *Buffer) keyed() bool { return b.eventEnd > b.next }

// pressing reports whether a key is still pressed, as far as is known, at the tick that is wanted now.
func (b *Buffer) pressing() bool { return b.keyed() && b.next+b.waited < b.eventEnd+b.hangover() }

// hush passes time in which nothing is said, after at most missing ticks of sound that did not come.
func (b *Buffer) hush(want, missing int64) Frame {
	if left := min(missing, b.hangover()) - b.waited; left > 0 {
		want = min(want, left)
		b.waited += want
		b.missed += want
		return Frame{Kind: Conceal, Ticks: int(want)}
	}
	b.waited += want
	b.missed = min(b.missed, missing)
	if b.described() {
		return Frame{Kind: Noise, Ticks: int(want)}
	}
	return Frame{Kind: Silence, Ticks: int(want)}
}

// soundMissing is the most sound that can be missing before packet seq, in ticks, if each packet that did not come had as much as
// the one played last.
func (b *Buffer) soundMissing(seq int64) int64 {
	missing := int64(0)
	for n := max(b.last+1, seq-slots+1); n < seq; n++ {
		if b.events[n&(slots-1)] != n {
			missing++
		}
	}
	return missing * b.length
}
