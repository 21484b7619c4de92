package tone

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

const rate = 8000

// every yields all tones of all countries and the station's signals, with a name to report by.
func every(t *testing.T, visit func(name string, tone Tone)) {
	t.Helper()
	for _, code := range Countries() {
		set, err := ForCountry(code)
		if err != nil {
			t.Fatal(err)
		}
		for _, tone := range []Tone{set.RingBack, set.Busy, set.Congestion, set.CallWaiting} {
			visit(code+" "+tone.Name, tone)
		}
	}
	for _, tone := range append(Signals(), AlertTone()) {
		visit(tone.Name, tone)
	}
}

// Every part of every tone has its frequencies at their levels, nothing else of weight, its exact length in samples,
// and no sound in its pauses.
func TestSpectrumLevelAndCadence(t *testing.T) {
	every(t, func(name string, tone Tone) {
		cycle := play(NewGenerator(tone, rate), samples(tone.cycle(), rate))
		for i, p := range tone.Parts {
			n := samples(p.For, rate)
			sound := cycle[:n]
			cycle = cycle[n:]
			if len(p.Sines) == 0 {
				wantSilence(t, name, i, sound)
				continue
			}
			if sound[1] == 0 || sound[len(sound)-2] == 0 {
				t.Errorf("%s, part %d: the sound does not fill its %v", name, i, p.For)
			}
			wantSines(t, name, i, sound, p.Sines)
		}
	})
}

func wantSilence(t *testing.T, name string, part int, pause []int16) {
	t.Helper()
	for i, s := range pause {
		if s != 0 {
			t.Fatalf("%s, part %d: sample %d of a pause is %d", name, part, i, s)
		}
	}
}

func wantSines(t *testing.T, name string, part int, sound []int16, sines []Sine) {
	t.Helper()
	edge := samples(ramp, rate)
	steady := sound[edge : len(sound)-edge]
	residue := toFloat(steady)
	for _, s := range sines {
		// The frequency is where the level is greatest.
		at := level(steady, s.Hz)
		for _, beside := range []float64{-10, 10} {
			if level(steady, s.Hz+beside) >= at && len(steady) > 1000 {
				t.Errorf("%s, part %d: %v Hz is weaker than %v Hz", name, part, s.Hz, s.Hz+beside)
			}
		}
	}
	for range 6 { // take the sines out one after another, since they are not orthogonal within a short part
		for _, s := range sines {
			remove(residue, s.Hz)
		}
	}
	power, left := 0.0, energy(residue)/float64(len(residue))
	for _, s := range sines {
		power += s.peak() * s.peak() / 2
	}
	got := energy(toFloat(steady)) / float64(len(steady))
	if off := 10 * math.Log10(got/power); math.Abs(off) > 0.3 {
		t.Errorf("%s, part %d: the level is off by %.2f dB", name, part, off)
	}
	if ratio := 10 * math.Log10(left/power); ratio > -50 {
		t.Errorf("%s, part %d: what is neither of its frequencies lies only %.1f dB below", name, part, -ratio)
	}
}

// 0 dBm0 is 3.14 dB below full scale: the digital milliwatt of A-law.
func TestLevelIsReferredToFullScale(t *testing.T) {
	for _, c := range []struct{ dBm0, peak float64 }{{3.14, 32767}, {0, 22827}, {-10, 7218}, {-20, 2283}} {
		got := 0
		for _, s := range play(NewGenerator(once("", on(1000, c.dBm0, 450)), rate), rate) {
			got = max(got, int(s))
		}
		if math.Abs(float64(got)-c.peak) > c.peak*0.001+1 {
			t.Errorf("%v dBm0 peaks at %d, want %v", c.dBm0, got, c.peak)
		}
	}
}

// A step from one sample to the next never exceeds that of the steady sine: no clicks where a sound begins, ends or repeats.
func TestNoClicks(t *testing.T) {
	every(t, func(name string, tone Tone) {
		n := 2 * samples(tone.cycle(), rate)
		sound := append(append([]int16{0}, play(NewGenerator(tone, rate), n)...), 0)
		steepest := 0.0
		for _, p := range tone.Parts {
			slope := 0.0
			for _, s := range p.Sines {
				slope += 2 * s.peak() * math.Sin(math.Pi*s.Hz/rate)
			}
			steepest = max(steepest, slope)
		}
		for i := 1; i < len(sound); i++ {
			if step := math.Abs(float64(sound[i]) - float64(sound[i-1])); step > steepest+2 {
				t.Fatalf("%s: sample %d leaps by %v, more than its sines' %.0f", name, i, step, steepest)
			}
		}
	})
}

// However the reads are cut, the samples are the same; and an endless tone repeats itself exactly, without drift.
func TestReadsJoinSeamlessly(t *testing.T) {
	for _, rate := range []int{8000, 44100} {
		every(t, func(name string, tone Tone) {
			n := min(2*samples(tone.cycle(), rate), rate)
			whole, pieces := play(NewGenerator(tone, rate), n), NewGenerator(tone, rate)
			for at, size := 0, 1; at < len(whole); size = size*3%997 + 1 {
				piece := play(pieces, min(size, len(whole)-at))
				for i, s := range piece {
					if s != whole[at+i] {
						t.Fatalf("%s at %d Hz: sample %d is %d, but %d if read at once", name, rate, at+i, s, whole[at+i])
					}
				}
				at += len(piece)
			}
		})
	}
}

func TestEndlessTonesRepeatExactly(t *testing.T) {
	set, _ := ForCountry("uk")
	g := NewGenerator(set.RingBack, 44100)
	n := 44100 * 3
	first := play(g, n)
	for range 20 {
		again := play(g, n)
		for i := range first {
			if first[i] != again[i] {
				t.Fatalf("sample %d of a later ring is %d, not %d", i, again[i], first[i])
			}
		}
	}
}

func TestFiniteTonesEnd(t *testing.T) {
	for _, tone := range Signals() {
		g, want := NewGenerator(tone, rate), samples(tone.Length(), rate)
		dst := make([]int16, 10*rate)
		if got := g.Read(dst); got != want || !g.Done() {
			t.Errorf("%s: %d samples, done=%v; want %d, done", tone.Name, got, g.Done(), want)
		}
		if got := g.Read(dst); got != 0 {
			t.Errorf("%s: %d samples more after its end", tone.Name, got)
		}
		g.Reset()
		if got := g.Read(dst); got != want {
			t.Errorf("%s: %d samples after Reset, want %d", tone.Name, got, want)
		}
		if tone.Length() > 2*time.Second {
			t.Errorf("%s lasts %v, longer than somebody at a door would listen", tone.Name, tone.Length())
		}
	}
}

// A tone without time in it ends at once instead of spinning.
func TestEmptyTonesEndAtOnce(t *testing.T) {
	for _, tone := range []Tone{{}, {Parts: []Part{{}}}, {Parts: []Part{on(0, 0, 425), off(0)}}, {Parts: []Part{{For: time.Microsecond}}}} {
		if n := NewGenerator(tone, rate).Read(make([]int16, 100)); n != 0 {
			t.Errorf("%+v yields %d samples", tone, n)
		}
	}
}

func TestPublishedCadences(t *testing.T) {
	for _, c := range []struct{ country, name, want string }{
		{"DE", RingBack, "425 1s, 4s"},
		{"DE", Busy, "425 480ms, 480ms"},
		{"DE", Congestion, "425 240ms, 240ms"},
		{"EU", RingBack, "425 1s, 4s"},
		{"EU", Busy, "425 500ms, 500ms"},
		{"GB", RingBack, "400+450 400ms, 200ms, 400+450 400ms, 2s"},
		{"uk", Busy, "400 375ms, 375ms"},
		{"GB", Congestion, "400 400ms, 350ms, 400 225ms, 525ms"},
		{"US", RingBack, "440+480 2s, 4s"},
		{"us", Busy, "480+620 500ms, 500ms"},
		{"US", Congestion, "480+620 250ms, 250ms"},
		{"US", CallWaiting, "440 300ms, 10s"},
		{"FR", RingBack, "440 1.5s, 3.5s"},
		{"FR", Busy, "440 500ms, 500ms"},
		{"IT", RingBack, "425 1s, 4s"},
		{"IT", Congestion, "425 200ms, 200ms"},
	} {
		set, err := ForCountry(c.country)
		if err != nil {
			t.Fatal(err)
		}
		tone, err := set.Named(c.name)
		if err != nil {
			t.Fatal(err)
		}
		if got := describe(tone); got != c.want || tone.Length() != 0 {
			t.Errorf("%s %s is %q, lasting %v; want %q without end", c.country, c.name, got, tone.Length(), c.want)
		}
	}
}

func TestUnknownNamesAreSaid(t *testing.T) {
	_, err := ForCountry("XX")
	wantError(t, err, `"XX"`, "DE, EU, FR, GB, IT, US")
	set, _ := ForCountry("DE")
	for _, name := range []string{DoorOpen, WrongCode, LockedOut, LimitWarning, Ready, NetworkLost, Error, Confirm} {
		if tone, err := set.Named(name); err != nil || tone.Name != name || tone.Length() == 0 {
			t.Errorf("signal %q: %+v, %v", name, tone, err)
		}
	}
	if tone, err := set.Named(Alert); err != nil || tone.Length() != 0 {
		t.Errorf("alert: %+v, %v; want it without end", tone, err)
	}
	_, err = set.Named("fanfare")
	wantError(t, err, `"fanfare"`, "ringback", "door-open")
}

func TestReadAllocatesNothing(t *testing.T) {
	set, _ := ForCountry("US")
	g, dst := NewGenerator(set.Congestion, rate), make([]int16, 800)
	if n := testing.AllocsPerRun(100, func() { g.Read(dst) }); n != 0 {
		t.Errorf("%v allocations a read, want none", n)
	}
}

func BenchmarkRead(b *testing.B) {
	set, _ := ForCountry("US")
	g, dst := NewGenerator(Tone{Parts: set.RingBack.Parts[:1]}, rate), make([]int16, 160) // 20 ms of two frequencies
	b.ReportAllocs()
	for b.Loop() {
		g.Read(dst)
	}
}

func play(g *Generator, n int) []int16 {
	dst := make([]int16, n)
	return dst[:g.Read(dst)]
}

func describe(t Tone) string {
	var parts []string
	for _, p := range t.Parts {
		var hz []string
		for _, s := range p.Sines {
			hz = append(hz, fmt.Sprint(s.Hz))
		}
		parts = append(parts, strings.TrimSpace(strings.Join(hz, "+")+" "+p.For.String()))
	}
	return strings.Join(parts, ", ")
}

func wantError(t *testing.T, err error, words ...string) {
	t.Helper()
	for _, w := range words {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("error is %v, want it to name %s", err, w)
		}
	}
}
