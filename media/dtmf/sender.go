package dtmf

import (
	"fmt"
	"time"
)

// Options of a [Sender]; zero fields take the defaults.
type Options struct {
	ClockRate int           // of the RTP stream in Hz; 8000
	Tone      time.Duration // least length of a digit; 100 ms
	Gap       time.Duration // least pause between digits; 60 ms
	Volume    uint8         // dBm0 with its sign dropped, 0 to 63; 10
}

// RFC 4733 §2.5.1.4: the final packet of an event or segment SHOULD be sent three times.
const finals = 3

// maxQueue bounds what Push accepts beyond what has been sent: longer than any number that a person dials.
const maxQueue = 64

// Packet is one telephone-event packet: the RTP header fields that the event decides, and the payload.
type Packet struct {
	Timestamp uint32
	Marker    bool
	Payload   [PayloadSize]byte
}

// Sender turns digits into packets, one a frame of audio. The zero value is not usable; see [NewSender].
type Sender struct {
	tone, gap uint32 // timestamp units
	volume    uint8

	queue []uint8

	state     sending
	event     uint8
	held      bool
	timestamp uint32 // of the event or of its current segment
	began     uint32 // where the event began
	final     Packet
	left      int    // repetitions of final still to send
	ended     bool   // final has the E bit: it closed the event, not only a segment
	until     uint32 // end of the gap
}

type sending uint8

const (
	idle sending = iota
	sounding
	repeating // the final packet of an event or segment
	pausing
)

// NewSender returns a sender with nothing to send.
func NewSender(o Options) *Sender {
	if o.ClockRate == 0 {
		o.ClockRate = 8000
	}
	if o.Tone == 0 {
		o.Tone = 100 * time.Millisecond
	}
	if o.Gap == 0 {
		o.Gap = 60 * time.Millisecond
	}
	if o.Volume == 0 {
		o.Volume = 10
	}
	units := func(d time.Duration) uint32 { return uint32(d * time.Duration(o.ClockRate) / time.Second) }
	return &Sender{tone: units(o.Tone), gap: units(o.Gap), volume: min(o.Volume, 63), queue: make([]uint8, 0, maxQueue)}
}

// Push queues digits. It queues all of them or, with an error, none.
func (s *Sender) Push(digits string) error {
	if len(s.queue)+len(digits) > maxQueue {
		return fmt.Errorf("dtmf: %d digits more are too many at once; %d of at most %d are waiting", len(digits), len(s.queue), maxQueue)
	}
	for i := range len(digits) {
		if _, err := eventOf(digits[i]); err != nil {
			return err
		}
	}
	for i := range len(digits) {
		event, _ := eventOf(digits[i])
		s.queue = append(s.queue, event)
	}
	return nil
}

// Busy reports whether there is anything left to send.
func (s *Sender) Busy() bool { return s.state != idle || len(s.queue) > 0 }

// Hold keeps the digit being sent, or the next one, sounding until Release.
func (s *Sender) Hold() { s.held = true }

// Release lets a held digit end.
func (s *Sender) Release() { s.held = false }

// Next is called once for every frame of audio, with the frame's RTP timestamp and its length in timestamp units. Where it
// returns true the packet goes out in place of the frame, with the stream's next sequence number.
func (s *Sender) Next(timestamp, length uint32) (Packet, bool) {
	// Serial arithmetic: timestamps wrap.
	if s.state == pausing && int32(timestamp-s.until) >= 0 {
		s.state = idle
	}
	switch s.state {
	case idle:
		if len(s.queue) == 0 {
			return Packet{}, false
		}
		s.begin(timestamp)
		return s.update(timestamp+length, true), true
	case sounding:
		return s.update(timestamp+length, false), true
	case repeating:
		return s.repeat(), true
	}
	return Packet{}, false
}

func (s *Sender) begin(timestamp uint32) {
	s.event = s.queue[0]
	s.queue = append(s.queue[:0], s.queue[1:]...)
	s.state, s.timestamp, s.began = sounding, timestamp, timestamp
}

// update reports the event as lasting until now. §2.5.1.2: the timestamp is that of the event's start in every packet, the
// duration grows; §2.2.2: the marker bit is set in the first packet of an event only.
func (s *Sender) update(now uint32, first bool) Packet {
	duration := now - s.timestamp
	end := !s.held && now-s.began >= s.tone
	// §2.5.1.3: an event that outlasts the duration field goes on as a further segment with its own timestamp; only the
	// last segment has the E bit.
	if duration > maxDuration {
		duration, end = maxDuration, false
	}
	p := Packet{Timestamp: s.timestamp, Marker: first,
		Payload: payload{s.event, end, s.volume, uint16(duration)}.encode()}
	if end || duration == maxDuration {
		s.finish(p, now, end)
	}
	return p
}

func (s *Sender) finish(p Packet, now uint32, end bool) {
	p.Marker = false
	s.final, s.left, s.ended = p, finals-1, end
	s.until = now + s.gap
	s.timestamp += maxDuration
	s.state = repeating
}

func (s *Sender) repeat() Packet {
	s.left--
	if s.left == 0 {
		s.state = sounding
		if s.ended {
			s.state = pausing
		}
	}
	return s.final
}
