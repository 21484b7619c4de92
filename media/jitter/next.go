package jitter

import "time"

// Next decides what follows the ahead ticks of sound that have been taken already but not heard; at most want ticks of
// concealment or silence are given at once.
func (b *Buffer) Next(ahead, want int) Frame {
	if !b.live {
		return Frame{Kind: Silence, Ticks: want}
	}
	b.shed()
	b.passEvents()
	s := b.first()
	if s == nil {
		return b.wait(int64(want))
	}
	if gap := s.ts - b.next; gap > 0 || b.resume {
		if f, ok := b.bridge(s, gap, int64(want)); ok {
			return f
		}
	}
	return b.play(s, int64(ahead))
}

// wait passes time while nothing is there to be played.
func (b *Buffer) wait(want int64) Frame {
	switch {
	case b.described():
		return b.hush(want, b.soundMissing(b.quiet))
	case b.pressing():
		return b.hush(want, b.soundMissing(b.event))
	}
	b.waited += want
	if !b.fresh {
		b.missed += want
	}
	if b.resume || b.waited > b.hangover() {
		b.resume = b.resume || b.waited > b.clock
		return Frame{Kind: Silence, Ticks: int(want)}
	}
	return Frame{Kind: Conceal, Ticks: int(want)}
}

// hangover is how long missing sound is concealed before it is taken for silence: 120 ms, when concealment has faded out.
func (b *Buffer) hangover() int64 { return b.clock * 120 / 1000 }

// bridge fills the gap before s, or nothing if s is due.
func (b *Buffer) bridge(s *slot, gap, want int64) (Frame, bool) {
	left := gap - b.waited
	switch {
	case b.described():
		if b.age(s.ts) >= b.target() {
			return Frame{}, false
		}
		return b.hush(want, b.soundMissing(s.seq)), true
	case b.resume || s.seq == b.last+1 && !b.keyed():
		b.missed = 0
		// RFC 3550 §5.1: "timestamps ... increase by one for each sampling period" also while the sender is silent: no packet
		// is missing, so the sender said nothing. What comes now starts at the delay aimed at.
		if b.age(s.ts) >= b.target() {
			return Frame{}, false
		}
		b.waited += want
		return Frame{Kind: Silence, Ticks: int(want)}, true
	case left <= 0:
		return Frame{}, false
	case b.keyed():
		// The sound goes on when it did for the sender, at the delay that it had, unless its clock went on by itself meanwhile.
		if b.age(s.ts) >= b.target()+int64(s.ticks) {
			return Frame{}, false
		}
		return b.hush(min(left, want), b.soundMissing(s.seq)), true
	}
	b.waited += min(left, want)
	b.missed += min(left, want)
	if b.waited > b.hangover() {
		return Frame{Kind: Silence, Ticks: int(min(left, want))}, true
	}
	return Frame{Kind: Conceal, Ticks: int(min(left, want))}, true
}

func (b *Buffer) play(s *slot, ahead int64) Frame {
	s.full = false
	if b.keyed() || b.described() {
		b.missed = min(b.missed, b.soundMissing(s.seq))
	}
	b.settle(s.seq, false)
	b.next = s.ts + int64(s.ticks)
	b.Counts.Concealed += uint64(b.missed)
	b.waited, b.missed, b.length, b.fresh, b.resume = 0, 0, int64(s.ticks), false, false
	b.Counts.Played++
	b.delaySum += float64(b.age(s.ts) + ahead)
	b.delayCount++
	return Frame{Kind: Play, Type: s.kind, Payload: s.payload[:s.size], Ticks: s.ticks}
}

// settle makes packet seq the one that was played last, or was dropped, and tells what became of it and of those before it.
func (b *Buffer) settle(seq int64, dropped bool) {
	for n := max(b.last+1, seq-slots+1); n < seq && !b.fresh; n++ {
		b.fate(b.events[n&(slots-1)] != n)
	}
	b.fate(dropped)
	b.last = seq
}

// first is the packet that comes next in order, nil if there is none.
func (b *Buffer) first() *slot {
	for seq := max(b.last, b.highest-slots) + 1; seq <= b.highest; seq++ {
		if s := &b.ring[seq&(slots-1)]; s.full && s.seq == seq {
			return s
		}
	}
	return nil
}

// shed lets go of the oldest packets if more sound is held than may be.
func (b *Buffer) shed() {
	if b.Held() <= b.most {
		return
	}
	for s := b.first(); s != nil && b.Held() > b.most/2; s = b.first() {
		s.full = false
		b.settle(s.seq, true)
		b.next = s.ts + int64(s.ticks)
		b.Counts.Late++
	}
}

// Held is the length of the sound that waits, in ticks.
func (b *Buffer) Held() int64 {
	if s := b.first(); s != nil {
		return b.newest + int64(b.ring[b.highest&(slots-1)].ticks) - s.ts
	}
	return 0
}

// Ready reports whether the next packet is there and follows without a gap.
func (b *Buffer) Ready() bool {
	s := b.first()
	return s != nil && s.ts == b.next && !b.resume
}

// Pulled notes that the card asks for sound at now, which measures its clock.
func (b *Buffer) Pulled(now time.Time) {
	t := b.at(now)
	b.pulls.add(t, t-b.pulled)
	b.pulledAt = t
}

// Stalled reports whether the packet after the newest is later than most, and the one after that too, so that it is no single one that is
// lost: what is held had better last longer.
func (b *Buffer) Stalled() bool {
	if !b.live || b.described() || b.keyed() {
		return false
	}
	follows := b.newest + 2*int64(b.ring[b.highest&(slots-1)].ticks)
	return b.pulledAt-b.transit.minimum-follows > b.delays.within(usual)
}

// Took counts ticks that were taken to be heard.
func (b *Buffer) Took(n int) { b.pulled += int64(n) }

// playing is when the next tick that is taken will be heard, by the card's clock: a pull that comes late changes nothing, the
// earliest pulls of the last second are those that packets must be there for.
func (b *Buffer) playing() int64 { return b.pulls.minimum + b.pulled }

// age is how long ago the fastest packet with this timestamp would have arrived.
func (b *Buffer) age(ts int64) int64 { return b.playing() - b.transit.minimum - ts }

// Excess is by how many ticks the packet just given, n ticks long, could have come later without being missed, beside the
// delay aimed at; negative if it came too close.
func (b *Buffer) Excess(n int) int64 { return b.age(b.next-int64(n)) - b.target() }

// Target is the delay aimed at.
func (b *Buffer) Target() time.Duration { return b.duration(b.target()) }

// target is the delay that most packets meet. Some more that come late are waited for as long as nobody notices in a conversation.
func (b *Buffer) target() int64 {
	patient := min(b.delays.within(patience), b.clock*unnoticed/1000)
	return max(b.delays.within(quantile), patient, b.least)
}

// Delay is how long the sound that ends what was taken is held back, compared to the fastest packet.
func (b *Buffer) Delay(ahead int) time.Duration {
	if !b.live {
		return 0
	}
	return b.duration(b.age(b.next) + int64(ahead))
}

// MeanDelay is the average of Delay over all packets played.
func (b *Buffer) MeanDelay() time.Duration {
	if b.delayCount == 0 {
		return 0
	}
	return b.duration(int64(b.delaySum / float64(b.delayCount)))
}
