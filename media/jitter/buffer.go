package jitter

import "time"

const (
	// MaxPayload is the longest payload in octets that a Buffer takes: 60 ms of 64 kbit/s, and some.
	MaxPayload = 640

	slots = 128 // packets that are held at most; a power of two

	// A transit time that differs by more than this from all others is not delay but a sender that set its clock anew.
	jumpSeconds = 2
	// So many packets in a row behind the place that is playing are a sender that set its clock back a little.
	lateRun = 16
)

// Config bounds a Buffer.
type Config struct {
	Clock    int           // RTP clock in Hz; 8000 if zero
	MinDelay time.Duration // least delay aimed at
	MaxDelay time.Duration // most sound held; 500 ms if zero

	// Fate is told of each packet in sequence, when its turn has come or gone, whether it was missing; nil is nobody.
	Fate func(missing bool)
}

// Packet is what a Buffer needs to know of an RTP packet.
type Packet struct {
	Seq       uint16
	Timestamp uint32
	Ticks     int    // length of the sound in it
	Type      uint8  // payload type
	Payload   []byte // copied
}

// Kind says what a Frame is.
type Kind uint8

const (
	Play    Kind = iota // decode the payload
	Conceal             // invent sound: a packet is missing
	Silence             // nothing is being said
	Noise               // nothing is being said, and the sender has told how that sounds
)

// Frame is the next piece of sound. Payload is valid until the next Push.
type Frame struct {
	Kind    Kind
	Type    uint8
	Payload []byte
	Ticks   int
}

// Counts are the events of a Buffer's life.
type Counts struct {
	Played     uint64 // packets
	Late       uint64 // packets that came when their place had been played, or that did not fit
	Duplicates uint64
	Jumps      uint64 // times that the sender's clock was taken up anew
	Concealed  uint64 // ticks that had to be filled because packets were missing or late
}

// Buffer orders packets and decides what is played next.
type Buffer struct {
	Counts Counts

	clock, least, most int64
	fate               func(missing bool)
	epoch              time.Time

	live    bool  // a first packet has come
	fresh   bool  // no packet of this clock has been played
	resume  bool  // nothing is being said: the next packet starts at the delay aimed at
	highest int64 // extended sequence number, the newest
	newest  int64 // its timestamp, extended
	last    int64 // extended sequence number of the packet played last
	next    int64 // extended timestamp of what is to be played
	waited  int64 // ticks played since the last packet ended
	missed  int64 // those of them that were not silence, as far as is known
	length  int64 // of the packet played last, in ticks
	behind  int   // packets in a row that were late

	events   [slots]int64 // extended sequence numbers that carried telephone events, or no sound for another reason
	event    int64        // the newest of them
	eventEnd int64        // extended timestamp up to which they reach
	quiet    int64        // extended sequence number of the newest description of a silence

	strange     bool // a packet did not fit; if one more agrees with it they are right
	strangeSeq  uint16
	strangeTime int64

	transit, pulls floor
	pulled         int64 // ticks pulled so far
	pulledAt       int64 // when the card asked last
	delays         histogram

	delaySum   float64
	delayCount uint64

	ring [slots]slot
}

type slot struct {
	full    bool
	seq, ts int64
	ticks   int
	kind    uint8
	size    int
	payload [MaxPayload]byte
}

// NewBuffer returns an empty Buffer.
func NewBuffer(c Config) *Buffer {
	if c.Clock == 0 {
		c.Clock = 8000
	}
	if c.MaxDelay == 0 {
		c.MaxDelay = 500 * time.Millisecond
	}
	b := &Buffer{clock: int64(c.Clock)}
	if b.fate = c.Fate; b.fate == nil {
		b.fate = func(bool) {}
	}
	b.least, b.most = b.ticks(c.MinDelay), b.ticks(c.MaxDelay)
	b.transit, b.pulls = newFloor(4*b.clock), newFloor(b.clock)
	b.delays = newHistogram(c.Clock)
	return b
}

// Reset forgets the packets and the sender's clock, for a new source. What was learnt of the network stays.
func (b *Buffer) Reset() {
	for i := range b.ring {
		b.ring[i].full = false
	}
	b.live, b.strange, b.behind = false, false, 0
	b.transit.reset()
}

// Push takes a packet that arrived at now.
func (b *Buffer) Push(now time.Time, p Packet) {
	if len(p.Payload) > MaxPayload || p.Ticks <= 0 || int64(p.Ticks) > b.clock {
		b.Counts.Late++
		return
	}
	t := b.at(now)
	if !b.live {
		b.begin(t, p)
	}
	seq := b.highest + int64(int16(p.Seq-uint16(b.highest)))
	ts := b.newest + int64(int32(p.Timestamp-uint32(b.newest)))
	if b.transit.any && b.jumped(t, seq, ts, p) {
		return
	}
	if seq <= b.highest-slots {
		b.Counts.Late++
		return
	}
	s := &b.ring[seq&(slots-1)]
	if s.full && s.seq == seq {
		b.Counts.Duplicates++
		return
	}
	if b.passed(t, seq, ts, p) {
		return
	}
	b.observe(t, ts)
	b.makeRoom(seq)
	*s = slot{full: true, seq: seq, ts: ts, ticks: p.Ticks, kind: p.Type, size: len(p.Payload), payload: s.payload}
	copy(s.payload[:], p.Payload)
	if seq > b.highest {
		b.highest, b.newest = seq, ts
	}
}

// begin takes up the clock of a sender with its first packet.
func (b *Buffer) begin(t int64, p Packet) {
	for i := range b.ring {
		b.ring[i].full = false
	}
	b.transit.reset()
	b.live, b.fresh, b.resume, b.strange, b.behind = true, true, true, false, 0
	// Numbers begin high enough that going back never makes them negative.
	b.highest, b.newest = int64(p.Seq)+1<<32, int64(p.Timestamp)+1<<40
	b.last, b.next, b.waited, b.missed = b.highest-1, b.newest, 0, 0
	b.events, b.event, b.eventEnd, b.quiet = [slots]int64{}, b.last, b.newest, b.last-1
}

// jumped reports whether p cannot belong to the clock in use. The second packet of a new clock makes it the one in use.
func (b *Buffer) jumped(t, seq, ts int64, p Packet) bool {
	off := (t - ts) - b.transit.minimum
	if off < jumpSeconds*b.clock && off > -jumpSeconds*b.clock && seq > b.last-slots {
		b.strange = false
		return false
	}
	follows := b.strange && p.Seq == b.strangeSeq+1 && abs((t-int64(p.Timestamp))-b.strangeTime) < b.clock
	b.strange, b.strangeSeq, b.strangeTime = true, p.Seq, t-int64(p.Timestamp)
	if !follows {
		b.Counts.Late++
		return true
	}
	b.Counts.Jumps++
	b.begin(t, p)
	b.place(t, p)
	return true
}

// place stores the first packet of a clock.
func (b *Buffer) place(t int64, p Packet) {
	b.observe(t, b.newest)
	s := &b.ring[b.highest&(slots-1)]
	*s = slot{full: true, seq: b.highest, ts: b.newest, ticks: p.Ticks, kind: p.Type, size: len(p.Payload), payload: s.payload}
	copy(s.payload[:], p.Payload)
}

// passed reports whether the place of a packet has been played already.
func (b *Buffer) passed(t, seq, ts int64, p Packet) bool {
	if seq > b.last && ts+int64(p.Ticks) > b.next {
		b.behind = 0
		return false
	}
	if b.fresh { // the first packet was not the first
		b.last, b.next = min(b.last, seq-1), min(b.next, ts)
		return false
	}
	b.Counts.Late++
	if b.behind++; b.behind >= lateRun {
		b.Counts.Jumps++
		b.begin(t, p)
		b.place(t, p)
	}
	return true
}

func (b *Buffer) observe(t, ts int64) {
	b.transit.add(t, t-ts)
	b.delays.add(t - ts - b.transit.minimum)
}

// makeRoom lets go of packets that are a whole ring behind seq.
func (b *Buffer) makeRoom(seq int64) {
	for old := max(b.highest+1, seq-slots+1) - slots; old <= seq-slots; old++ {
		if s := &b.ring[old&(slots-1)]; s.full && s.seq == old {
			s.full = false
			b.Counts.Late++
		}
	}
	b.last = max(b.last, seq-slots)
}

// at is a time in ticks since the Buffer's first.
func (b *Buffer) at(now time.Time) int64 {
	if b.epoch.IsZero() {
		b.epoch = now
	}
	return b.ticks(now.Sub(b.epoch))
}

func (b *Buffer) ticks(d time.Duration) int64 {
	return d.Microseconds() * b.clock / 1_000_000
}

func (b *Buffer) duration(ticks int64) time.Duration {
	return time.Duration(ticks*1_000_000/b.clock) * time.Microsecond
}

func abs(x int64) int64 { return max(x, -x) }
