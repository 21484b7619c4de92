package dtmf

import (
	"strings"
	"testing"
	"time"
)

const frame = 160 // 20 ms at 8 kHz

// sent is a packet with the frame in which it went out and the sequence number that a stream would give it.
type sent struct {
	Packet
	seq   uint16
	frame int
}

// run steps the sender over frames of audio from a timestamp on, until it is idle, and returns its packets.
func run(s *Sender, timestamp uint32, seq uint16) (packets []sent) {
	for n := 0; s.Busy(); n++ {
		p, ok := s.Next(timestamp, frame)
		if ok {
			packets = append(packets, sent{p, seq, n})
		}
		seq++ // the frame went out as speech otherwise
		timestamp += frame
	}
	return packets
}

func press(t *testing.T, s *Sender, digits string) {
	t.Helper()
	if err := s.Push(digits); err != nil {
		t.Fatal(err)
	}
}

// A digit of 100 ms in frames of 20 ms: five packets of growing duration, the last with the E bit and sent three times.
func TestOneDigitOnTheWire(t *testing.T) {
	s := NewSender(Options{})
	press(t, s, "5")
	packets := run(s, 1000, 7)
	want := []struct {
		marker   bool
		end      bool
		duration uint16
	}{{true, false, 160}, {false, false, 320}, {false, false, 480}, {false, false, 640}, {false, true, 800}, {false, true, 800}, {false, true, 800}}
	if len(packets) != len(want) {
		t.Fatalf("%d packets, want %d", len(packets), len(want))
	}
	for i, p := range packets {
		got, _ := decode(p.Payload[:])
		if p.frame != i || p.Timestamp != 1000 || p.Marker != want[i].marker || got != (payload{5, want[i].end, 10, want[i].duration}) {
			t.Errorf("packet %d in frame %d: %+v %+v, want %+v with timestamp 1000", i, p.frame, p.Packet, got, want[i])
		}
	}
}

func TestPayloadOctets(t *testing.T) {
	// RFC 4733 §2.3: event, E bit, reserved bit, volume, duration.
	if got := (payload{11, true, 7, 0x1234}).encode(); got != [4]byte{11, 0x87, 0x12, 0x34} {
		t.Errorf("payload is % x", got)
	}
	if got, ok := decode([]byte{3, 0xFF, 0x01, 0x02, 0xEE}); !ok || got != (payload{3, true, 63, 0x0102}) {
		t.Errorf("decoded %+v, %v; want the reserved bit and what follows ignored", got, ok)
	}
}

// Digits follow one another after the gap, each with its own timestamp, even where the same digit comes twice.
func TestGapBetweenDigits(t *testing.T) {
	s := NewSender(Options{})
	press(t, s, "77#")
	starts := map[uint32]uint8{}
	var order []uint32
	for _, p := range run(s, 0, 0) {
		if p.Marker {
			order = append(order, p.Timestamp)
		}
		starts[p.Timestamp] = p.Payload[0]
	}
	// 100 ms of tone and 60 ms of pause are 1280 timestamp units.
	if len(order) != 3 || order[0] != 0 || order[1] != 1280 || order[2] != 2560 || len(starts) != 3 {
		t.Fatalf("digits begin at %v, want 0, 1280, 2560", order)
	}
	if starts[0] != 7 || starts[1280] != 7 || starts[2560] != 11 {
		t.Errorf("events are %v", starts)
	}
}

func TestLongerTonesGapsAndVolume(t *testing.T) {
	s := NewSender(Options{Tone: 250 * time.Millisecond, Gap: 200 * time.Millisecond, Volume: 20, ClockRate: 16000})
	press(t, s, "AD")
	packets := run(s, 0, 0)
	last, _ := decode(packets[len(packets)-1].Payload[:])
	// 250 ms are 4000 units, 200 ms 3200 more: 7200 exactly.
	if start := packets[len(packets)-1].Timestamp; start != 7200 || last != (payload{15, true, 20, 4000}) {
		t.Errorf("the second digit begins at %d with %+v", start, last)
	}
}

// Where the frame does not divide the tone, the tone is longer, never shorter.
func TestToneIsNeverShorterThanAsked(t *testing.T) {
	s := NewSender(Options{})
	press(t, s, "1")
	longest := uint16(0)
	for timestamp := uint32(0); s.Busy(); timestamp += 240 { // 30 ms
		if p, ok := s.Next(timestamp, 240); ok {
			got, _ := decode(p.Payload[:])
			longest = max(longest, got.duration)
		}
	}
	if longest != 960 {
		t.Errorf("the tone lasts %d units, want 960", longest)
	}
}

// RFC 4733 §2.5.1.3: an event beyond 0xFFFF is cut into contiguous segments; the marker is on the first, the E bit on the last.
func TestLongEventIsSegmented(t *testing.T) {
	s := NewSender(Options{})
	s.Hold()
	press(t, s, "9")
	var packets []sent
	timestamp, seq := uint32(0xFFFF0000), uint16(0xFFF0) // both wrap on the way
	for n := range 1000 {
		if n == 950 { // 19 s
			s.Release()
		}
		if p, ok := s.Next(timestamp, frame); ok {
			packets = append(packets, sent{p, seq, n})
		}
		timestamp, seq = timestamp+frame, seq+1
	}
	wantSegments(t, packets)

	var r Receiver
	var events []Event
	for _, p := range packets {
		if e, ok := r.Push(p.seq, p.Timestamp, p.Marker, p.Payload[:]); ok {
			events = append(events, e)
		}
	}
	if len(events) != 2 || !events[0].Began || !events[1].Ended || events[1].Began || events[1].Duration != 951*frame {
		t.Errorf("the receiver makes of it %+v, want one digit of %d units", events, 951*frame)
	}
}

func wantSegments(t *testing.T, packets []sent) {
	t.Helper()
	full, ends, markers := map[uint32]int{}, 0, 0
	for _, p := range packets {
		got, _ := decode(p.Payload[:])
		if offset := p.Timestamp - 0xFFFF0000; offset%maxDuration != 0 {
			t.Fatalf("a segment begins %d units after the event, no multiple of 0xFFFF", offset)
		}
		if got.duration == maxDuration {
			full[p.Timestamp]++
		}
		if got.end {
			ends++
			if p.Timestamp-0xFFFF0000 != 2*maxDuration {
				t.Errorf("E bit in the segment at %#x", p.Timestamp)
			}
		}
		if p.Marker {
			markers++
		}
	}
	if len(full) != 2 || ends != 3 || markers != 1 {
		t.Errorf("%d full segments, %d packets with E, %d markers; want 2, 3, 1", len(full), ends, markers)
	}
	for at, n := range full {
		if n != finals {
			t.Errorf("the last packet of the segment at %#x was sent %d times, want %d", at, n, finals)
		}
	}
}

func TestPushRefusesWhatIsNoDigit(t *testing.T) {
	s := NewSender(Options{})
	for _, bad := range []string{"12x", " ", "1\x00", "é", strings.Repeat("1", 65)} {
		if err := s.Push(bad); err == nil || s.Busy() {
			t.Errorf("Push(%q): error %v, busy %v; want an error and nothing queued", bad, err, s.Busy())
		}
	}
	press(t, s, "abcd")
	if p, _ := s.Next(0, frame); p.Payload[0] != 12 {
		t.Errorf("a is event %d, want 12", p.Payload[0])
	}
}

func TestNextAllocatesNothing(t *testing.T) {
	s := NewSender(Options{})
	timestamp := uint32(0)
	if n := testing.AllocsPerRun(1000, func() {
		if !s.Busy() {
			_ = s.Push("0123456789*#")
		}
		s.Next(timestamp, frame)
		timestamp += frame
	}); n != 0 {
		t.Errorf("%v allocations a frame, want none", n)
	}
}
