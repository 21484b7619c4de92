package inband

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"intercom/media/g711"
)

func TestBeginningEndAndDuration(t *testing.T) {
	for _, ms := range []float64{40, 60, 100, 500} {
		d := newDetector(t, 8000)
		got := d.Process(nil, keypress{ms: ms}.sound('5', 8000, rand.New(rand.NewPCG(1, uint64(ms)))))
		if len(got) != 2 || got[0].Ended || !got[1].Ended || got[0].Digit != '5' || got[1].Digit != '5' {
			t.Fatalf("%v ms: %+v, want a 5 that begins and ends", ms, got)
		}
		if off := got[1].Duration.Seconds()*1000 - ms; math.Abs(off) > 10 {
			t.Errorf("%v ms are reported as %v", ms, got[1].Duration)
		}
	}
}

// A digit is told within 45 ms of its first sample: the caller hears the door's answer at once.
func TestDigitsAreToldSoon(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	for i := range keys {
		sound := keypress{ms: 200}.sound(keys[i], 8000, random)
		d := newDetector(t, 8000)
		at := 0
		for len(d.listen(sound[at:at+1])) == 0 {
			at++
		}
		if after := time.Duration(at-160) * time.Second / 8000; after > 45*time.Millisecond || after < 25*time.Millisecond {
			t.Errorf("%c is told after %v", keys[i], after)
		}
	}
}

func TestRepeatedDigitsAreAsManyDigits(t *testing.T) {
	g := newGenerator(t, 8000, Options{Tone: 45 * time.Millisecond, Gap: 40 * time.Millisecond})
	if err := g.Push("1111112222"); err != nil {
		t.Fatal(err)
	}
	if got := string(newDetector(t, 8000).listen(play(g, 160))); got != "1111112222" {
		t.Errorf("heard %q", got)
	}
}

func TestADigitRightAfterAnotherEndsIt(t *testing.T) {
	g := newGenerator(t, 8000, Options{Tone: 100 * time.Millisecond, Gap: time.Nanosecond})
	if err := g.Push("19"); err != nil {
		t.Fatal(err)
	}
	got := newDetector(t, 8000).Process(nil, play(g, 160))
	if len(got) != 3 || got[0].Digit != '1' || !got[1].Ended || got[1].Digit != '1' || got[2].Digit != '9' {
		t.Errorf("%+v, want 1, its end and 9", got)
	}
}

// One tone alone, three at once, or the two of one group are no digit.
func TestOtherTonesAreNoDigits(t *testing.T) {
	for _, hz := range [][]float64{{697}, {1209}, {697, 770}, {1209, 1477}, {697, 1209, 1477}, {697, 852, 1336}, {425}, {440, 480}, {350, 440}, {1100}, {2100}, {1400, 2060, 2450, 2600}} {
		sound := make([]int16, 8000)
		for i := range sound {
			for _, f := range hz {
				sound[i] += int16(sine{peak(-12), 2 * math.Pi * f / 8000, f}.at(i))
			}
		}
		if got := newDetector(t, 8000).listen(sound); len(got) != 0 {
			t.Errorf("%v Hz are heard as %q", hz, got)
		}
	}
}

func TestSilenceNoiseAndFullScaleAreNoDigits(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	noise, square, stuck := make([]int16, 80000), make([]int16, 8000), make([]int16, 8000)
	for i := range noise {
		noise[i] = int16(random.IntN(1 << 16))
	}
	for i := range square {
		square[i], stuck[i] = math.MaxInt16, math.MinInt16
		if i/5%2 == 0 {
			square[i] = math.MinInt16
		}
	}
	for _, sound := range [][]int16{make([]int16, 8000), noise, square, stuck} {
		if got := newDetector(t, 8000).listen(sound); len(got) != 0 {
			t.Errorf("heard %q", got)
		}
	}
}

// The two laws of G.711 and a peer that is clipping leave every digit readable.
func TestCompandedAndClippedDigits(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	for _, level := range []float64{-25, -10, 3} {
		for i := range keys {
			sound := keypress{level: level}.sound(keys[i], 8000, random)
			codes := make([]byte, len(sound))
			g711.EncodeA(codes, sound)
			g711.DecodeA(sound, codes)
			g711.EncodeU(codes, sound)
			g711.DecodeU(sound, codes)
			if got := string(newDetector(t, 8000).listen(sound)); got != keys[i:i+1] {
				t.Errorf("%c at %v dBm0 is heard as %q", keys[i], level, got)
			}
		}
	}
}

func TestAnyChunking(t *testing.T) {
	g := newGenerator(t, 8000, Options{})
	if err := g.Push("0123456789*#"); err != nil {
		t.Fatal(err)
	}
	sound := play(g, 160)
	want := newDetector(t, 8000).Process(nil, sound)
	random := rand.New(rand.NewPCG(6, 6))
	d := newDetector(t, 8000)
	var got []Digit
	for len(sound) > 0 {
		n := min(len(sound), random.IntN(500))
		got = d.Process(got, sound[:n])
		sound = sound[n:]
	}
	if !slices.Equal(got, want) || len(want) != 24 {
		t.Errorf("%+v, but at once %+v", got, want)
	}
}

func TestNothingIsAllocated(t *testing.T) {
	g, d, frame := newGenerator(t, 8000, Options{}), newDetector(t, 8000), make([]int16, 160)
	if n := testing.AllocsPerRun(100, func() {
		g.queue = append(g.queue[:0], '7')
		g.Read(frame)
		d.Process(d.room, frame)
	}); n != 0 {
		t.Errorf("%v allocations a frame, want none", n)
	}
}

// Whatever is heard, digits begin and end in turn, and none lasts longer than the sound.
func FuzzProcess(f *testing.F) {
	g := newGenerator(f, 8000, Options{Tone: 50 * time.Millisecond})
	if err := g.Push("1*D"); err != nil {
		f.Fatal(err)
	}
	var seed []byte
	for _, s := range play(g, 160) {
		seed = binary.LittleEndian.AppendUint16(seed, uint16(s))
	}
	f.Add(seed)
	f.Add(seed[:700])
	f.Fuzz(func(t *testing.T, raw []byte) {
		sound := make([]int16, len(raw)/2)
		for i := range sound {
			sound[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
		}
		var open byte
		for _, got := range newDetector(t, 8000).Process(nil, sound) {
			if got.Ended != (open != 0) || got.Ended && got.Digit != open {
				t.Fatalf("%+v while %q is open", got, open)
			}
			if got.Duration <= 0 || got.Duration > time.Duration(len(sound))*time.Second/8000+10*time.Millisecond {
				t.Fatalf("%+v in %d samples", got, len(sound))
			}
			open = got.Digit
			if got.Ended {
				open = 0
			}
		}
	})
}

func BenchmarkFrame(b *testing.B) { // 20 ms
	g := newGenerator(b, 8000, Options{})
	if err := g.Push("8"); err != nil {
		b.Fatal(err)
	}
	digit, frame, at := play(g, 160), make([]int16, 160), 0 // eight frames, with the pause
	noise := make([]int16, 160)
	random := rand.New(rand.NewPCG(8, 8))
	for i := range noise {
		noise[i] = int16(random.NormFloat64() * 2000)
	}
	for _, c := range []struct {
		name string
		run  func(d *ear)
	}{
		{"Digit", func(d *ear) { d.Process(d.room, digit[at:at+160]); at = (at + 160) % len(digit) }},
		{"Noise", func(d *ear) { d.Process(d.room, noise) }},
		{"Generate", func(*ear) { g.queue = append(g.queue[:0], '8'); g.Read(frame) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			d := newDetector(b, 8000)
			b.ReportAllocs()
			for b.Loop() {
				c.run(d)
			}
		})
	}
}
