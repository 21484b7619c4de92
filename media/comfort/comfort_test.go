package comfort

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name    string
		payload []byte
		level   float64
		k       []float64
	}{
		{"level alone", []byte{60}, -60, nil},
		{"the loudest", []byte{0}, 0, nil},
		{"the unused bit", []byte{0x80 | 45}, -45, nil},
		{"a spectrum", []byte{70, 0, 127, 254, 128}, -70, []float64{-258 * 127.0 / 32768, 0, 258 * 127.0 / 32768, 258.0 / 32768}},
		{"a reserved index", []byte{70, 100, 255, 200}, -70, []float64{-258 * 27.0 / 32768}},
		{"more than are kept", append([]byte{50}, bytes.Repeat([]byte{137}, 40)...), -50, []float64{2580.0 / 32768, 2580.0 / 32768, 2580.0 / 32768,
			2580.0 / 32768, 2580.0 / 32768, 2580.0 / 32768, 2580.0 / 32768, 2580.0 / 32768, 2580.0 / 32768, 2580.0 / 32768, 2580.0 / 32768, 2580.0 / 32768}},
	} {
		n, err := Parse(c.payload)
		if err != nil || n.Level != c.level || n.Order != len(c.k) {
			t.Errorf("%s: %+v, %v; want level %v and %d coefficients", c.name, n, err, c.level, len(c.k))
			continue
		}
		for i, k := range c.k {
			if n.Reflection[i] != k {
				t.Errorf("%s: coefficient %d is %v, want %v", c.name, i+1, n.Reflection[i], k)
			}
		}
	}
	if _, err := Parse(nil); err == nil {
		t.Error("an empty payload is taken")
	}
}

func TestAppendHoldsToWhatCanBeTold(t *testing.T) {
	n := Noise{Level: -200, Order: 3, Reflection: [MaxOrder]float64{-2, 2, 0.5}}
	if got, want := n.Append([]byte{9}), []byte{9, 127, 0, 254, 191}; !bytes.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := (Noise{Level: 3, Order: 99}).Append(nil); len(got) != 1+MaxOrder || got[0] != 0 {
		t.Errorf("%v, want level 0 and %d coefficients", got, MaxOrder)
	}
}

// What is made has the level and the spectrum that were asked for.
func TestMadeAsDescribed(t *testing.T) {
	for _, want := range []Noise{
		{Level: -40},
		{Level: -65},
		{Level: -50, Order: 1, Reflection: [MaxOrder]float64{-0.8}},
		{Level: -50, Order: 1, Reflection: [MaxOrder]float64{0.6}},
		{Level: -45, Order: 4, Reflection: [MaxOrder]float64{-0.7, 0.5, -0.2, 0.3}},
		{Level: -55, Order: 12, Reflection: [MaxOrder]float64{-0.9, 0.4, 0.3, -0.2, 0.1, 0.2, -0.1, 0.1, 0.2, -0.3, 0.1, 0.2}},
	} {
		g := Generator{Seed: 5}
		g.Set(want)
		sound := make([]int16, 80000)
		g.Read(sound)
		got := Measure(sound, MaxOrder)
		if math.Abs(got.Level-want.Level) > 0.5 {
			t.Errorf("%+v has level %.2f", want, got.Level)
		}
		for i, k := range want.Reflection {
			if math.Abs(got.Reflection[i]-k) > 0.05 {
				t.Errorf("%+v: coefficient %d is %.3f", want, i+1, got.Reflection[i])
			}
		}
	}
}

// Real noise is measured, told in a payload and made again: the listener hears the same level and colour.
func TestFromMicrophoneToListener(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	street, last := make([]int16, 16000), 0.0
	for i := range street {
		last = 0.9*last + random.NormFloat64()*100
		street[i] = int16(last)
	}
	n, err := Parse(Measure(street, 8).Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	var g Generator
	g.Set(n)
	made := make([]int16, 16000)
	g.Read(made)
	a, b := Measure(street, 1), Measure(made, 1)
	if math.Abs(a.Level-b.Level) > 1 || math.Abs(a.Reflection[0]-b.Reflection[0]) > 0.03 {
		t.Errorf("level %.1f and k1 %.3f became %.1f and %.3f", a.Level, a.Reflection[0], b.Level, b.Reflection[0])
	}
}

func TestChangesAreGradual(t *testing.T) {
	var g Generator
	g.Set(Noise{Level: -70})
	sound := make([]int16, 8000)
	g.Read(sound)
	g.Set(Noise{Level: -40, Order: 1, Reflection: [MaxOrder]float64{-0.9}})
	g.Read(sound)
	first, last := Measure(sound[:80], 0).Level, Measure(sound[4000:], 0).Level
	if first > -50 || math.Abs(last+40) > 1 {
		t.Errorf("from -70 to -40 dBov it begins at %.1f and arrives at %.1f", first, last)
	}
	g.Reset()
	if g.Read(sound); Measure(sound, 0).Level != quietest {
		t.Error("there is noise after Reset")
	}
	g.Set(Noise{Level: -60})
	if g.Read(sound[:800]); math.Abs(Measure(sound[:800], 0).Level+60) > 2 {
		t.Error("the first noise after Reset does not begin at its level")
	}
}

func TestSeedsDiffer(t *testing.T) {
	a, b := Generator{Seed: 1}, Generator{Seed: 2}
	x, y := make([]int16, 100), make([]int16, 100)
	a.Set(Noise{Level: -30})
	b.Set(Noise{Level: -30})
	a.Read(x)
	b.Read(y)
	same := 0
	for i := range x {
		if x[i] == y[i] {
			same++
		}
	}
	if same > 10 {
		t.Errorf("%d of 100 samples are the same", same)
	}
}

func TestSilenceAndTonesAreMeasured(t *testing.T) {
	if n := Measure(make([]int16, 160), 8); n.Level != quietest || n.Order != 0 {
		t.Errorf("silence is %+v", n)
	}
	if n := Measure(nil, 8); n.Level != quietest {
		t.Errorf("nothing is %+v", n)
	}
	stuck := make([]int16, 160)
	for i := range stuck {
		stuck[i] = math.MinInt16
	}
	for _, k := range Measure(stuck, MaxOrder).Reflection {
		if !(k > -1 && k < 1) {
			t.Errorf("full scale yields the coefficient %v", k)
		}
	}
}

func TestNothingIsAllocated(t *testing.T) {
	var g Generator
	frame, payload := make([]int16, 160), make([]byte, 0, 16)
	if n := testing.AllocsPerRun(100, func() {
		noise, _ := Parse(Measure(frame, 8).Append(payload))
		g.Set(noise)
		g.Read(frame)
	}); n != 0 {
		t.Errorf("%v allocations a frame, want none", n)
	}
}

// Whatever payload comes, the noise is not louder than it says but for chance, and the payload made of it reads the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte{60})
	f.Add([]byte{0, 0, 254, 0, 254})
	f.Add([]byte{127, 255})
	f.Add(append([]byte{40}, bytes.Repeat([]byte{0}, 20)...))
	f.Fuzz(func(t *testing.T, payload []byte) {
		n, err := Parse(payload)
		if err != nil {
			return
		}
		if again, err := Parse(n.Append(nil)); err != nil || again != n {
			t.Fatalf("%+v reads %+v after Append", n, again)
		}
		var g Generator
		g.Set(n)
		sound := make([]int16, 1600)
		g.Read(sound)
		if got := Measure(sound, 0).Level; got > n.Level+15 && got > -80 {
			t.Fatalf("%+v is made at %.1f dBov", n, got)
		}
	})
}

func BenchmarkFrame(b *testing.B) { // 20 ms
	n := Noise{Level: -50, Order: 8, Reflection: [MaxOrder]float64{-0.7, 0.5, -0.2, 0.3}}
	var g Generator
	g.Set(n)
	frame := make([]int16, 160)
	b.Run("Generate", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			g.Read(frame)
		}
	})
	b.Run("Measure", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Measure(frame, 8)
		}
	})
}
