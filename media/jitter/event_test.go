package jitter

import (
	"strings"
	"testing"
	"time"
)

// press is a key pressed from packet n of the letter sequence on, in packets of their own, of which those in lost never come.
// The last three say the same (RFC 4733 §2.5.1.4).
func (s *story) press(n, packets int, lost ...int) {
	for i := range packets {
		gone := false
		for _, l := range lost {
			gone = gone || l == i
		}
		if !gone {
			s.buffer.Event(s.now, uint16(n+i), uint32(n*s.ticks), min(i+1, packets-2)*s.ticks)
		}
		s.packet()
	}
}

func keyStory() *story { return newStory(20*time.Millisecond, Config{MinDelay: 10 * time.Millisecond}) }

func silence(n int) string { return strings.Repeat(".", n) }

func (s *story) wantConcealed(t *testing.T, why string, want time.Duration) {
	t.Helper()
	if got := s.buffer.duration(int64(s.buffer.Counts.Concealed)); got != want {
		t.Errorf("%s: %v concealed, want %v", why, got, want)
	}
}

// A key takes the place of sound: nothing is missing meanwhile, and afterwards the sound goes on with the delay that it had.
func TestKeyIsNoMissingSound(t *testing.T) {
	for name, packets := range map[string]int{"160 ms": 8, "held for 3 s": 150} {
		t.Run(name, func(t *testing.T) {
			s := keyStory()
			run(s, 0, 5, 0, 0)
			before := s.player.Delay()
			s.press(5, packets)
			run(s, 5+packets, 10+packets, 0, 0)
			told := s.told.String()
			if got := strings.Count(told, "."); got != 1+2*packets || strings.Contains(told, "~") || len(told) != 1+5+2*packets+5 {
				t.Errorf("five packets, a key, five packets: %s", told)
			}
			if after := s.player.Delay(); after != before {
				t.Errorf("the delay was %v before the key and is %v after it", before, after)
			}
			s.wantConcealed(t, "a key", 0)
		})
	}
}

func TestKeysInARow(t *testing.T) {
	s := keyStory()
	run(s, 0, 5, 0, 0)
	s.press(5, 8)
	s.press(13, 8)
	run(s, 21, 23, 0, 0)
	s.press(23, 8)
	run(s, 31, 33, 0, 0)
	s.want(t, "two keys and one more", ".abcde"+silence(32)+"vw"+silence(16)+"fg")
	s.wantConcealed(t, "three keys", 0)
}

// What was lost beside a key is concealed, one packet of sound for each that did not come, and not the key.
func TestLossBesideAKey(t *testing.T) {
	s := keyStory()
	run(s, 0, 5, 0, 0)
	s.packet() // packet 5, of sound
	s.press(6, 8)
	run(s, 14, 16, 0, 0)
	s.want(t, "the sound before the key", ".abcde~~"+silence(16)+"op")
	s.wantConcealed(t, "the sound before the key", 20*time.Millisecond)

	s = keyStory()
	run(s, 0, 5, 0, 0)
	s.press(5, 8, 0, 1)
	run(s, 13, 15, 0, 0)
	s.want(t, "the beginning of the key", ".abcde~~~~"+silence(12)+"no")
	s.wantConcealed(t, "the beginning of the key", 40*time.Millisecond)

	s = keyStory()
	run(s, 0, 5, 0, 0)
	s.press(5, 8, 7)
	run(s, 13, 15, 0, 0)
	if told := s.told.String(); !strings.HasSuffix(told, "no") {
		t.Errorf("the end of the key: %s", told)
	}
	s.wantConcealed(t, "the end of the key", 0)
}

// The network fails while a key is pressed: what does not come is missing again.
func TestNothingAfterAKey(t *testing.T) {
	s := keyStory()
	run(s, 0, 5, 0, 0)
	s.press(5, 3)
	for range 15 {
		s.packet()
	}
	run(s, 23, 25, 0, 0)
	if told := s.told.String(); !strings.HasSuffix(told, "xy") {
		t.Errorf("sound after the network came back: %s", told)
	}
	// 390 ms without sound, of which the key is known to have had 60 and is given 120 more.
	s.wantConcealed(t, "the network failed", 210*time.Millisecond)
}

// Some senders go on with their sound beside the events, in the same sequence.
func TestSoundBesideAKey(t *testing.T) {
	s := keyStory()
	run(s, 0, 5, 0, 0)
	seq := uint16(5)
	for n := 5; n < 13; n++ {
		s.arrive(n, seq-uint16(n), 0)
		s.buffer.Event(s.now, seq+1, 5*160, (n-4)*160)
		seq += 2
		s.packet()
	}
	run(s, 13, 15, seq-13, 0)
	s.want(t, "sound and a key", ".abcdefghijklmno")
	s.wantConcealed(t, "sound and a key", 0)
}

// Others let their clock stand still during a key, or jump: they are heard all the same.
func TestClockOfASenderDuringAKey(t *testing.T) {
	for name, offset := range map[string]uint32{
		"stands still":     1<<32 - 8*160,
		"is 100 ms ahead":  800,
		"is 1.5 s ahead":   12000,
		"is 3 s ahead":     24000,
		"is 100 ms behind": 1<<32 - 800,
	} {
		t.Run(name, func(t *testing.T) {
			s := keyStory()
			run(s, 0, 5, 0, 0)
			s.press(5, 8)
			played := s.buffer.Counts.Played
			run(s, 13, 63, 0, offset)
			if n := s.buffer.Counts.Played - played; n < 45 {
				t.Errorf("%d of 50 packets after the key are played: %+v", n, s.buffer.Counts)
			}
			s.wantConcealed(t, "no loss", 0)
		})
	}
}

// Events that cannot be of this sender's clock change nothing.
func TestEventsThatCannotBe(t *testing.T) {
	s := keyStory()
	s.buffer.Event(s.now, 7, 7, 7)
	run(s, 0, 5, 0, 0)
	s.buffer.Event(s.now, 5, 1<<31, 160)
	s.buffer.Event(s.now, 20000, 3<<30, 65535)
	s.packet()
	run(s, 6, 8, 0, 0)
	s.want(t, "packet f is lost", ".abcde~~gh")
	s.wantConcealed(t, "packet f is lost", 20*time.Millisecond)
}

// Sound that stops for a key or begins after it does so without a click.
func TestKeyMakesNoClick(t *testing.T) {
	s := keyStory()
	s.player.decode = func(dst []int16, _ uint8, _ []byte) int {
		for i := range dst[:160] {
			dst[i] = hum[(int(s.buffer.Counts.Played)*160+i)%8000]
		}
		return 160
	}
	var heard []int16
	pull := func() {
		block := make([]int16, 80)
		s.player.Read(s.now, block)
		heard = append(heard, block...)
		s.now = s.now.Add(10 * time.Millisecond)
	}
	for n := range 40 {
		if n >= 20 && n < 28 {
			s.buffer.Event(s.now, uint16(n), 20*160, (n-19)*160)
		} else {
			s.arrive(n, 0, 0)
		}
		pull()
		pull()
	}
	limit, step := 0, 0
	for i := 1; i < len(heard); i++ {
		step = max(step, int(abs(int64(heard[i])-int64(heard[i-1]))))
	}
	for i := 1; i < 8000; i++ {
		limit = max(limit, int(abs(int64(hum[i])-int64(hum[i-1]))))
	}
	if step > limit*5/4 {
		t.Errorf("a step of %d samples; the steepest of the sound itself is %d", step, limit)
	}
	if level := rms(heard[22*160 : 27*160]); level > 1 { // root gives 1 for nothing
		t.Error("there is sound during the key")
	}
}

// describe is a packet that describes the silence that follows; its sequence number is that of packet n.
func (s *story) describe(n int) {
	s.buffer.Describe(uint16(n))
	s.packet()
}

// A silence that is described is no missing sound from its beginning on, and is filled as it was described.
func TestDescribedSilence(t *testing.T) {
	s := keyStory()
	noisy := 0
	s.player.Describe(func(dst []int16) { noisy += len(dst) })
	run(s, 0, 5, 0, 0)
	s.describe(5)
	for range 99 {
		s.packet()
	}
	s.describe(6)
	run(s, 7, 10, 0, 100*160)
	s.want(t, "two seconds of described silence", ".abcde"+silence(202)+"hij")
	s.wantConcealed(t, "two seconds of described silence", 0)
	if noisy != 202*80 {
		t.Errorf("%d samples of noise, want %d", noisy, 202*80)
	}
	// The same with the last sound before it, and a description in it, lost.
	s = keyStory()
	run(s, 0, 5, 0, 0)
	s.packet()
	s.describe(6)
	for range 50 {
		s.packet()
	}
	run(s, 8, 10, 0, 50*160)
	s.want(t, "sound lost before the silence", ".abcde~~"+silence(102)+"ij")
	s.wantConcealed(t, "sound lost before the silence", 20*time.Millisecond)
}

// What becomes of each packet is told once and in sequence: lost ones are missing, keys are not.
func TestFates(t *testing.T) {
	var fates []byte
	s := newStory(20*time.Millisecond, Config{MinDelay: 10 * time.Millisecond, Fate: func(missing bool) {
		fates = append(fates, map[bool]byte{false: '-', true: 'x'}[missing])
	}})
	run(s, 0, 5, 0, 0)
	s.packet() // 5 is lost
	s.packet() // 6 too
	s.arrive(8, 0, 0)
	s.packet()
	s.packet()
	s.arrive(7, 0, 0) // too late for its place
	run(s, 9, 11, 0, 0)
	s.press(11, 8, 3)
	run(s, 19, 21, 0, 0)
	s.packet()
	if want := "-----xxx-" + "--" + "---x----" + "--"; string(fates) != want {
		t.Errorf("the packets' fates are %s, want %s", fates, want)
	}
}
