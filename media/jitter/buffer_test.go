package jitter

import (
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// story feeds a Player by hand and keeps what it played, as the letters that packets carry: '.' is 10 ms of silence, '~' 10 ms
// of concealment.
type story struct {
	buffer *Buffer
	player *Player
	now    time.Time
	ticks  int // in a packet
	told   strings.Builder
	log    []byte
}

func newStory(ptime time.Duration, c Config) *story {
	s := &story{buffer: NewBuffer(c), now: time.Unix(1000, 0), ticks: int(ptime * 8000 / time.Second)}
	s.player = NewPlayer(s.buffer, 8000, func(dst []int16, _ uint8, payload []byte) int {
		s.log = append(s.log, payload[0])
		clear(dst[:s.ticks])
		return s.ticks
	})
	return s
}

// arrive is packet n of the letter sequence, with offsets to its sequence number and timestamp.
func (s *story) arrive(n int, seqOffset uint16, tsOffset uint32) {
	s.buffer.Push(s.now, Packet{
		Seq: uint16(n) + seqOffset, Timestamp: uint32(n*s.ticks) + tsOffset, Ticks: s.ticks,
		Payload: append([]byte{'a' + byte(n%26)}, make([]byte, s.ticks-1)...),
	})
}

// pull lets 10 ms pass.
func (s *story) pull() {
	before := s.player.Heard
	s.log = s.log[:0]
	s.player.Read(s.now, make([]int16, 80))
	s.told.Write(s.log)
	if s.player.Heard.Concealed > before.Concealed {
		s.told.WriteByte('~')
	} else if s.player.Heard.Silent > before.Silent && len(s.log) == 0 {
		s.told.WriteByte('.')
	}
	s.now = s.now.Add(10 * time.Millisecond)
}

// packet passes the time of one packet.
func (s *story) packet() {
	for range s.ticks / 80 {
		s.pull()
	}
}

func (s *story) want(t *testing.T, why, want string) {
	t.Helper()
	if got := s.told.String(); got != want {
		t.Errorf("%s:\n got %s\nwant %s", why, got, want)
	}
}

func run(s *story, from, to int, seqOffset uint16, tsOffset uint32) {
	for n := from; n < to; n++ {
		s.arrive(n, seqOffset, tsOffset)
		s.packet()
	}
}

func TestInOrderFromTheFirstToTheLast(t *testing.T) {
	s := newStory(20*time.Millisecond, Config{MinDelay: 10 * time.Millisecond})
	run(s, 0, 10, 0, 0)
	s.packet()
	s.want(t, "ten packets and 60 ms of nothing", ".abcdefghij~")
}

// The counters wrap in the middle of a call without anybody noticing.
func TestCountersWrap(t *testing.T) {
	s := newStory(20*time.Millisecond, Config{MinDelay: 10 * time.Millisecond})
	run(s, 0, 26, 0xfff5, 0xfffffc00)
	s.want(t, "wrap after ten packets", ".abcdefghijklmnopqrstuvwxyz")
}

func TestReorderedAndDoubledPackets(t *testing.T) {
	s := newStory(20*time.Millisecond, Config{MinDelay: 40 * time.Millisecond})
	for _, n := range []int{0, 2, 1, 3, 4, 6, 5, 7} {
		s.arrive(n, 0, 0)
		if n == 4 || n == 5 {
			s.arrive(n, 0, 0)
		}
		s.packet()
	}
	s.packet()
	s.packet()
	if got := strings.Trim(s.told.String(), ".~"); got != "abcdefgh" {
		t.Errorf("out of order, some of them twice: got %q", s.told.String())
	}
	if s.buffer.Counts.Duplicates+s.buffer.Counts.Late != 2 {
		t.Errorf("two came twice: %+v", s.buffer.Counts)
	}
}

func TestLostPacketIsNotWaitedFor(t *testing.T) {
	s := newStory(20*time.Millisecond, Config{MinDelay: 30 * time.Millisecond})
	run(s, 0, 5, 0, 0)
	s.packet() // packet 5 is lost
	run(s, 6, 10, 0, 0)
	s.packet()
	s.want(t, "packet f is lost", "...abcde~~ghij")
	if delay := s.player.Delay(); delay > 60*time.Millisecond {
		t.Errorf("the delay has grown to %v", delay)
	}
}

// What is late is played late, and the delay has grown.
func TestLatePacketIsPlayedLate(t *testing.T) {
	s := newStory(20*time.Millisecond, Config{MinDelay: 10 * time.Millisecond})
	run(s, 0, 5, 0, 0)
	before := s.player.Delay()
	s.packet()
	s.packet()
	for n := 5; n < 8; n++ {
		s.arrive(n, 0, 0)
	}
	run(s, 8, 10, 0, 0)
	if got := s.told.String(); !strings.HasPrefix(got, ".abcde~~~fgh") {
		t.Errorf("a stall of 40 ms: got %s", got)
	}
	if grown := s.player.Delay() - before; grown < 20*time.Millisecond {
		t.Errorf("the delay grew by %v", grown)
	}
}

// RFC 3551 §4.1: a sender that suppresses silence goes on with its timestamps but not with its sequence numbers.
func TestSilenceSuppression(t *testing.T) {
	s := newStory(20*time.Millisecond, Config{MinDelay: 10 * time.Millisecond})
	run(s, 0, 5, 0, 0)
	for range 50 {
		s.packet()
	}
	concealed := s.player.Heard.Concealed
	if concealed > 8000*120/1000 {
		t.Errorf("%d samples are invented into the silence", concealed)
	}
	run(s, 5, 15, 0, 50*160)
	if got := strings.TrimLeft(s.told.String()[strings.LastIndexAny(s.told.String(), ".~"):], ".~"); got != "fghijklmno"[:len(got)] || len(got) < 9 {
		t.Errorf("after the silence: %s", s.told.String())
	}
	if s.buffer.Counts.Concealed != 0 {
		t.Errorf("the silence counts as %d ticks that were missing", s.buffer.Counts.Concealed)
	}
}

// The sender sets its clock anew in the middle of a call, with and without a new sequence.
func TestJumps(t *testing.T) {
	for name, c := range map[string]struct {
		seq uint16
		ts  uint32
	}{
		"timestamp far ahead":  {0, 1 << 30},
		"timestamp far behind": {0, 1<<32 - 1<<30},
		"a minute back":        {0, 1<<32 - 60*8000},
		"a second back":        {0, 1<<32 - 8000},
		"sequence far ahead":   {20000, 0},
		"sequence far behind":  {0xffff - 20000, 0},
		"both":                 {0x8765, 0x12345678},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(20*time.Millisecond, Config{MinDelay: 10 * time.Millisecond})
			run(s, 0, 52, 0, 0)
			played := s.buffer.Counts.Played
			run(s, 52, 152, c.seq, c.ts)
			if n := s.buffer.Counts.Played - played; n < 80 {
				t.Errorf("%d of 100 packets after the jump are played: %+v", n, s.buffer.Counts)
			}
			if d := s.player.Delay(); d < 0 || d > 100*time.Millisecond {
				t.Errorf("the delay is %v", d)
			}
		})
	}
}

// One packet with mad counters does not disturb the others.
func TestOneMadPacket(t *testing.T) {
	s := newStory(20*time.Millisecond, Config{MinDelay: 10 * time.Millisecond})
	run(s, 0, 10, 0, 0)
	s.arrive(10, 0, 1<<31)
	s.arrive(10, 40000, 77)
	run(s, 10, 20, 0, 0)
	s.want(t, "two mad packets in the middle", ".abcdefghijklmnopqrst")
}

const letters = "abcdefghijklmnopqrstuvwxyz"

func TestEveryPacketLength(t *testing.T) {
	for ms := 10; ms <= 60; ms += 10 {
		s := newStory(time.Duration(ms)*time.Millisecond, Config{MinDelay: 10 * time.Millisecond})
		run(s, 0, 26, 0, 0)
		// What is held at the end is delay.
		if got := s.told.String(); len(got) < 25 || !strings.HasPrefix("."+letters, got) {
			t.Errorf("packets of %d ms: got %s", ms, got)
		}
	}
}

// A flood of sound is cut to what may be held, not kept as delay.
func TestNoMoreIsHeldThanMayBe(t *testing.T) {
	s := newStory(20*time.Millisecond, Config{MinDelay: 10 * time.Millisecond, MaxDelay: 300 * time.Millisecond})
	run(s, 0, 5, 0, 0)
	for range 50 {
		s.packet()
	}
	for n := 5; n < 55; n++ {
		s.arrive(n, 0, 0)
	}
	s.packet()
	if held := s.buffer.Held(); held > 300*8 {
		t.Errorf("%d ms are held", held/8)
	}
	if s.buffer.Counts.Late < 30 {
		t.Errorf("%d packets were skipped", s.buffer.Counts.Late)
	}
}

func TestPacketsThatCannotBe(t *testing.T) {
	s := newStory(20*time.Millisecond, Config{})
	s.buffer.Push(s.now, Packet{Ticks: 0, Payload: []byte{1}})
	s.buffer.Push(s.now, Packet{Ticks: 9000, Payload: []byte{1}})
	s.buffer.Push(s.now, Packet{Ticks: 160, Payload: make([]byte, MaxPayload+1)})
	s.packet()
	s.want(t, "nothing that can be played", "..")
}

// Whatever comes, the Player goes on, holds no more than it may, and plays sound again when packets are sane.
func FuzzBuffer(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 2))
	wild := make([]byte, 200)
	for i := range wild {
		wild[i] = byte(r.Uint32())
	}
	f.Add(wild)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		s := newStory(20*time.Millisecond, Config{MinDelay: 10 * time.Millisecond})
		run(s, 0, 5, 0, 0)
		for ; len(b) >= 8; b = b[8:] {
			s.buffer.Push(s.now, Packet{
				Seq: binary.BigEndian.Uint16(b), Timestamp: binary.BigEndian.Uint32(b[2:]), Ticks: int(b[6]) * 8,
				Payload: make([]byte, int(b[6])+1),
			})
			switch b[7] & 14 {
			case 2:
				s.buffer.Event(s.now, binary.BigEndian.Uint16(b), binary.BigEndian.Uint32(b[2:]), int(b[6])*256)
			case 4:
				s.buffer.Describe(binary.BigEndian.Uint16(b))
			case 6: // events that fit
				s.buffer.Event(s.now, uint16(s.buffer.highest)+uint16(b[0]&7), uint32(s.buffer.newest), int(b[6])*16)
			}
			if b[7]&1 != 0 {
				s.pull()
			}
			s.now = s.now.Add(time.Duration(b[7]>>4) * 10 * time.Millisecond)
		}
		s.now = s.now.Add(time.Second)
		played := s.buffer.Counts.Played
		run(s, 0, 100, 12345, 54321)
		if n := s.buffer.Counts.Played - played; n < 70 {
			t.Errorf("%d of 100 sane packets are played afterwards: %+v", n, s.buffer.Counts)
		}
	})
}

func BenchmarkBuffer(b *testing.B) {
	s := newStory(20*time.Millisecond, Config{MinDelay: 10 * time.Millisecond})
	s.player.decode = func(dst []int16, _ uint8, _ []byte) int { return 160 }
	block, payload, n := make([]int16, 80), make([]byte, 160), 0
	b.ReportAllocs()
	for b.Loop() { // one packet and the two periods that play it
		s.buffer.Push(s.now, Packet{Seq: uint16(n), Timestamp: uint32(n * 160), Ticks: 160, Payload: payload})
		n++
		for range 2 {
			s.player.Read(s.now, block)
			s.now = s.now.Add(10 * time.Millisecond)
		}
	}
}
