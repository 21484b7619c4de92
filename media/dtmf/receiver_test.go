package dtmf

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// dial returns the packets of some digits, beginning at a timestamp and a sequence number.
func dial(t *testing.T, digits string, timestamp uint32, seq uint16) []sent {
	t.Helper()
	s := NewSender(Options{})
	press(t, s, digits)
	return run(s, timestamp, seq)
}

// hear pushes packets and returns the digits told.
func hear(r *Receiver, packets []sent) string {
	var heard []byte
	for _, p := range packets {
		if e, ok := r.Push(p.seq, p.Timestamp, p.Marker, p.Payload[:]); ok && e.Began {
			heard = append(heard, e.Digit)
		}
	}
	return string(heard)
}

func wantDigits(t *testing.T, why, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: heard %q, want %q", why, got, want)
	}
}

// without returns the packets for which drop is false; the index counts from the start of each digit.
func without(packets []sent, drop func(index int, p sent) bool) (kept []sent) {
	index, timestamp := 0, packets[0].Timestamp
	for _, p := range packets {
		if p.Timestamp != timestamp {
			index, timestamp = 0, p.Timestamp
		}
		if !drop(index, p) {
			kept = append(kept, p)
		}
		index++
	}
	return kept
}

func TestEveryDigitOnce(t *testing.T) {
	wantDigits(t, "all sixteen", hear(new(Receiver), dial(t, digits, 0, 0)), digits)
}

func TestRepeatedDigitIsANewTimestamp(t *testing.T) {
	wantDigits(t, "the same digit four times", hear(new(Receiver), dial(t, "1111", 0, 0)), "1111")
}

func TestCountersWrap(t *testing.T) {
	wantDigits(t, "timestamp wraps within a digit", hear(new(Receiver), dial(t, "1234", 0xFFFFFF00, 5)), "1234")
	wantDigits(t, "sequence wraps within a digit", hear(new(Receiver), dial(t, "1234", 0, 0xFFFD)), "1234")
	wantDigits(t, "both", hear(new(Receiver), dial(t, "55", 0xFFFFFFFF, 0xFFFF)), "55")
}

func TestMarkerMissing(t *testing.T) {
	packets := dial(t, "2580", 0, 0)
	for i := range packets {
		packets[i].Marker = false
	}
	wantDigits(t, "no marker at all", hear(new(Receiver), packets), "2580")
	for i := range packets {
		packets[i].Marker = true
	}
	wantDigits(t, "a marker on every packet", hear(new(Receiver), packets), "2580")
}

func TestOnlyOnePacketLeft(t *testing.T) {
	packets := dial(t, "147*", 0, 0)
	for keep := range 7 {
		one := without(packets, func(i int, _ sent) bool { return i != keep })
		wantDigits(t, "one packet of each digit", hear(new(Receiver), one), "147*")
	}
}

// An end packet alone tells the beginning and the end at once.
func TestOnlyAnEndPacket(t *testing.T) {
	var r Receiver
	e, ok := r.Push(9, 4000, false, []byte{11, 0x8A, 0x03, 0x20})
	if want := (Event{'#', true, true, 4000, 800, 10}); !ok || e != want {
		t.Errorf("got %+v, %v; want %+v", e, ok, want)
	}
}

func TestThreeEndsAreOneDigit(t *testing.T) {
	var r Receiver
	ends := 0
	for _, p := range dial(t, "3", 0, 0) {
		if e, ok := r.Push(p.seq, p.Timestamp, p.Marker, p.Payload[:]); ok && e.Ended {
			ends++
			if e.Duration != 800 {
				t.Errorf("it ends after %d units, want 800", e.Duration)
			}
		}
	}
	if ends != 1 {
		t.Errorf("the end was told %d times", ends)
	}
}

func TestDuplicatesAndReordering(t *testing.T) {
	packets := dial(t, "7395", 0xFFFFF000, 0xFFF0)
	var doubled []sent
	for _, p := range packets {
		doubled = append(doubled, p, p)
	}
	wantDigits(t, "every packet twice", hear(new(Receiver), doubled), "7395")

	backwards := slices.Clone(packets)
	for i := 0; i < len(backwards); i += 7 { // each digit has seven packets
		slices.Reverse(backwards[i : i+7])
	}
	wantDigits(t, "every digit backwards", hear(new(Receiver), backwards), "7395")

	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		mixed := slices.Clone(packets)
		for i := range len(mixed) - 1 { // neighbours change places, across digits too
			if random.IntN(2) == 0 {
				mixed[i], mixed[i+1] = mixed[i+1], mixed[i]
			}
		}
		if random.IntN(2) == 0 {
			mixed = append(mixed, mixed[random.IntN(len(mixed))])
		}
		mixed = without(mixed, func(i int, _ sent) bool { return i > 0 && random.IntN(3) == 0 })
		heard := hear(new(Receiver), mixed)
		wantSubsequence(t, heard, "7395")
	}
}

// wantSubsequence: a digit may be lost where its neighbour overtook it, but none is told twice, invented or out of order.
func wantSubsequence(t *testing.T, heard, dialled string) {
	t.Helper()
	for i := range len(heard) {
		at := slices.Index([]byte(dialled), heard[i])
		if at < 0 {
			t.Fatalf("heard %q of %q", heard, dialled)
		}
		dialled = dialled[at+1:]
	}
	if len(heard) < 3 {
		t.Errorf("heard only %q", heard)
	}
}

// Loss of a third of the packets at random costs no digit of this sender: seven would have to go.
func TestRandomLoss(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	code := "0123456789*#ABCD"
	for range 100 {
		packets := without(dial(t, code, random.Uint32(), uint16(random.Uint32())), func(i int, _ sent) bool {
			return i != 3 && random.IntN(3) == 0
		})
		wantDigits(t, "a third lost", hear(new(Receiver), packets), code)
	}
}

// What was recorded is worth nothing later: the door code of a minute ago, sent again, yields no digit.
func TestReplayYieldsNothing(t *testing.T) {
	var r Receiver
	code := dial(t, "2580", 50000, 100)
	wantDigits(t, "the code", hear(&r, code), "2580")
	wantDigits(t, "the same packets again", hear(&r, code), "")

	fresh := slices.Clone(code)
	for i := range fresh {
		fresh[i].seq += 3000
	}
	wantDigits(t, "with new sequence numbers", hear(&r, fresh), "")

	for i := range fresh {
		fresh[i].seq, fresh[i].Timestamp = code[i].seq, code[i].Timestamp+100000
	}
	wantDigits(t, "the older digits with new timestamps", hear(&r, fresh[:3*7]), "")

	for i := range fresh {
		fresh[i].seq, fresh[i].Timestamp, fresh[i].Marker = code[i].seq+1, code[len(code)-1].Timestamp-1, true
	}
	wantDigits(t, "just before the last digit", hear(&r, fresh), "")
	wantDigits(t, "the next digit", hear(&r, dial(t, "6", 60000, 200)), "6")
}

// Between two digits the sequence number may have gone round by any amount; the second is heard all the same.
func TestLongSilenceBetweenDigits(t *testing.T) {
	for _, frames := range []uint32{1, 100, 10_000, 30_000, 32_767, 32_768, 40_000, 65_535, 65_536, 100_000, 500_000} {
		var r Receiver
		wantDigits(t, "the first", hear(&r, dial(t, "1", 0, 9)), "1")
		later := frames + 8
		wantDigits(t, "the second, much later", hear(&r, dial(t, "2", later*frame, uint16(9+later))), "2")
	}
}

// One timestamp is one digit: another event code under it changes nothing.
func TestOtherEventUnderTheSameTimestamp(t *testing.T) {
	var r Receiver
	if e, ok := r.Push(1, 800, true, []byte{1, 10, 0, 160}); !ok || e.Digit != '1' {
		t.Fatalf("got %+v, %v", e, ok)
	}
	if e, ok := r.Push(2, 800, false, []byte{2, 0x8A, 1, 64}); ok {
		t.Errorf("a second event at the same timestamp: %+v", e)
	}
	if e, ok := r.Push(3, 800, false, []byte{1, 0x8A, 1, 64}); !ok || !e.Ended || e.Duration != 320 {
		t.Errorf("the end of the first: %+v, %v", e, ok)
	}
}

func TestWhatIsNoDigitIsIgnored(t *testing.T) {
	for _, b := range [][]byte{nil, {}, {5}, {5, 0x8A, 0}, {16, 0x8A, 1, 0}, {17, 10, 1, 0}, {255, 0x8A, 1, 0}} {
		var r Receiver
		if e, ok := r.Push(1, 100, true, b); ok {
			t.Errorf("payload % x yields %+v", b, e)
		}
		if e, ok := r.Push(0, 50, true, []byte{5, 10, 0, 160}); !ok || e.Digit != '5' {
			t.Errorf("after payload % x a digit with older counters is not heard", b)
		}
	}
}

// Whole segments of a held key may be lost: what goes on is not pressed again.
func TestLostSegmentIsNoNewDigit(t *testing.T) {
	for _, c := range []struct {
		why       string
		timestamp uint32
		marker    bool
		event     byte
		want      string
	}{
		{"next segment", maxDuration, false, 4, "4"},
		{"the one after it", 2 * maxDuration, false, 4, "4"},
		{"far later", 3 * maxDuration, false, 4, "44"},
		{"a marker", maxDuration, true, 4, "44"},
		{"another key", maxDuration, false, 5, "45"},
		{"not contiguous", maxDuration + 1, false, 4, "44"},
	} {
		var r Receiver
		heard := hear(&r, []sent{
			{Packet{0, true, [4]byte{4, 10, 0xFF, 0xFF}}, 1, 0},
			{Packet{c.timestamp, c.marker, [4]byte{c.event, 10, 0, 160}}, 500, 0},
		})
		wantDigits(t, c.why, heard, c.want)
	}
}

func TestPushAllocatesNothing(t *testing.T) {
	packets := dial(t, "123", 0, 0)
	if n := testing.AllocsPerRun(100, func() {
		var r Receiver
		for i := range packets {
			r.Push(packets[i].seq, packets[i].Timestamp, packets[i].Marker, packets[i].Payload[:])
		}
	}); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

// However the packets look, a digit begins at most once per timestamp and timestamps only go forward.
func FuzzReceiver(f *testing.F) {
	f.Add([]byte("\x00\x01\x00\x00\x00\xa0\x01\x05\x8a\x03\x20"))
	f.Add([]byte("\x00\x01\xff\xff\xff\xf0\x01\x05\x0a\xff\xff\x00\x02\x00\x00\xff\xef\x00\x05\x8a\x00\xa0"))
	f.Add([]byte("\x00\x01\x00\x00\x00\x00\x01\x10\x8a\x03\x20\xff\xff\x80\x00\x00\x00\x00\x01\x0a\x03\x20"))
	f.Fuzz(func(t *testing.T, in []byte) {
		var r Receiver
		newest, some := uint32(0), false
		for ; len(in) >= 11; in = in[11:] {
			seq := uint16(in[0])<<8 | uint16(in[1])
			timestamp := uint32(in[2])<<24 | uint32(in[3])<<16 | uint32(in[4])<<8 | uint32(in[5])
			e, ok := r.Push(seq, timestamp, in[6]&1 != 0, in[7:11])
			if !ok {
				continue
			}
			if !e.Began && !e.Ended || !slices.Contains([]byte(digits), e.Digit) {
				t.Fatalf("no news or no digit: %+v", e)
			}
			if e.Began && some && int32(e.Timestamp-newest) <= 0 {
				t.Fatalf("a digit at %d after one at %d", e.Timestamp, newest)
			}
			newest, some = e.Timestamp, true
		}
	})
}
