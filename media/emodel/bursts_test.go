package emodel

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// Packets are drawn: . arrived, x lost.
func TestBurstsAndGaps(t *testing.T) {
	quiet := strings.Repeat(".", 16)
	for _, c := range []struct {
		name, packets string
		want          Figures
	}{
		{"no packet", "", Figures{BurstR: 1}},
		{"no loss", strings.Repeat(".", 50), Figures{BurstR: 1, GapDuration: time.Second}},
		{"single losses are of the gap", quiet + "x" + quiet + "x" + quiet, Figures{Loss: 2.0 / 50, BurstR: 1, GapDensity: 2.0 / 50, GapDuration: time.Second}},
		{"two near one another are a burst", quiet + "x..x" + quiet, Figures{Loss: 2.0 / 36, BurstR: 1, BurstDensity: 0.5, BurstDuration: 80 * ms, GapDuration: 320 * ms}},
		{"15 that arrive do not end it", "x" + quiet[1:] + "x" + quiet, Figures{Loss: 2.0 / 33, BurstR: 1, BurstDensity: 2.0 / 17, BurstDuration: 340 * ms, GapDuration: 320 * ms}},
		{"16 do", "x" + quiet + "x" + quiet, Figures{Loss: 2.0 / 34, BurstR: 1, GapDensity: 2.0 / 34, GapDuration: 680 * ms}},
		{"two bursts and a loss between", "xx" + quiet + "x" + quiet + "xxxx" + quiet,
			Figures{Loss: 7.0 / 55, BurstR: 7.0 / 3 * 48 / 55, BurstDensity: 1, GapDensity: 1.0 / 49, BurstDuration: 60 * ms, GapDuration: 490 * ms}},
		{"it ends in a burst", quiet + "xx.", Figures{Loss: 2.0 / 19, BurstR: 2 * 17.0 / 19, BurstDensity: 1, BurstDuration: 40 * ms, GapDuration: 170 * ms}},
		{"all lost", "xxxxx", Figures{Loss: 1, BurstR: 1, BurstDensity: 1, BurstDuration: 100 * ms}},
	} {
		if got := count(c.packets).Figures(20 * ms); !near(got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// Asking in between changes nothing.
func TestFiguresMayBeAskedAtAnyTime(t *testing.T) {
	packets := "x..x.................x....xx..................x"
	var asked Bursts
	for i := range len(packets) {
		asked.Packet(packets[i] == 'x')
		asked.Figures(20 * ms)
	}
	if got, want := asked.Figures(20*ms), count(packets).Figures(20*ms); got != want {
		t.Errorf("%+v, but asked once %+v", got, want)
	}
}

func TestRandomLossHasABurstRatioOfOne(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	var plain, sticky Bursts
	bad := false
	for range 100000 {
		plain.Packet(random.Float64() < 0.1)
		if bad { // losses last for four packets on average
			bad = random.Float64() < 0.75
		} else {
			bad = random.Float64() < 0.02
		}
		sticky.Packet(bad)
	}
	if got := plain.Figures(20 * ms).BurstR; math.Abs(got-1) > 0.03 {
		t.Errorf("random loss: BurstR %.3f, want 1", got)
	}
	if got := sticky.Figures(20 * ms); math.Abs(got.BurstR-1/(0.25+0.02)) > 0.15 {
		t.Errorf("bursts: BurstR %.3f, want 3.70 as G.107 has it for such a chain", got.BurstR)
	}
}

func TestReport(t *testing.T) {
	b := count(strings.Repeat(".", 980) + "xx..............xx.x")
	got := b.Report(Conditions{Codec: Concealed(), Delay: 150 * ms}, 20*ms, 0.002)
	want := Metrics{LossRate: 0, DiscardRate: 0, BurstDensity: 64, GapDensity: 0, BurstDuration: 400, GapDuration: 19600, Gmin: 16, RFactor: 88, MOSLQ: 44, MOSCQ: 43}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	all := count(strings.Repeat("x", 5000)).Report(Conditions{Codec: Concealed(), Delay: time.Second}, 20*ms, 0)
	if all.LossRate != 255 || all.BurstDensity != 255 || all.BurstDuration != math.MaxUint16 || all.MOSCQ != 10 || all.RFactor != 0 {
		t.Errorf("a call of which nothing came: %+v", all)
	}
	half := count(strings.Repeat("x.", 500)).Report(Conditions{Codec: Concealed()}, 20*ms, 0.25)
	if half.LossRate != 64 || half.DiscardRate != 64 {
		t.Errorf("half of what is missing came late: %+v", half)
	}
}

func TestNothingIsAllocated(t *testing.T) {
	var b Bursts
	if n := testing.AllocsPerRun(100, func() { b.Packet(true); b.Report(Conditions{Codec: Bare()}, 20*ms, 0) }); n != 0 {
		t.Errorf("%v allocations a packet, want none", n)
	}
}

// Whatever is lost, all packets are counted once, and all figures are what they may be.
func FuzzBursts(f *testing.F) {
	f.Add([]byte{0x01, 0, 0, 0xFF, 0x80, 0, 0})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, bits []byte) {
		var b Bursts
		lost := 0
		for _, octet := range bits {
			for i := range 8 {
				if octet>>i&1 == 1 {
					lost++
				}
				b.Packet(octet>>i&1 == 1)
			}
		}
		g := b.Figures(20 * ms)
		if len(bits) > 0 && math.Abs(g.Loss-float64(lost)/float64(8*len(bits))) > 1e-12 {
			t.Fatalf("a loss of %v, want %d of %d", g.Loss, lost, 8*len(bits))
		}
		if g.BurstDensity < 0 || g.BurstDensity > 1 || g.GapDensity < 0 || g.GapDensity > 1 || g.BurstR < 1 || g.BurstDuration < 0 || g.GapDuration < 0 {
			t.Fatalf("%+v", g)
		}
	})
}

func count(packets string) *Bursts {
	var b Bursts
	for i := range len(packets) {
		b.Packet(packets[i] == 'x')
	}
	return &b
}

func near(a, b Figures) bool {
	same := func(x, y float64) bool { return math.Abs(x-y) < 1e-9 }
	return same(a.Loss, b.Loss) && same(a.BurstR, b.BurstR) && same(a.BurstDensity, b.BurstDensity) && same(a.GapDensity, b.GapDensity) &&
		(a.BurstDuration-b.BurstDuration).Abs() < time.Microsecond && (a.GapDuration-b.GapDuration).Abs() < time.Microsecond
}
