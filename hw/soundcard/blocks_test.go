package soundcard

import (
	"math/rand/v2"
	"testing"
)

// loop is a driver with blocks that play back what they hear, each sample numbered.
func loop(t *testing.T, period int, counts []int) (delay int) {
	t.Helper()
	b := newBlocks(period, func(play, capture []int16) {
		if len(play) != period || len(capture) != period {
			t.Fatalf("a block of %d and %d samples, want %d", len(play), len(capture), period)
		}
		copy(play, capture)
	})
	next, played := int16(1), []int16{}
	for _, n := range counts {
		capture, play := make([]int16, n), make([]int16, n)
		for i := range capture {
			capture[i] = next
			next++
		}
		b.run(play, capture)
		played = append(played, play...)
	}
	for delay < len(played) && played[delay] == 0 {
		delay++
	}
	for i, s := range played[delay:] {
		if s != int16(i+1) {
			t.Fatalf("counts %v: sample %d after the delay is %d, want %d", counts, i, s, i+1)
		}
	}
	return delay
}

func TestWholePeriodsPassWithoutDelay(t *testing.T) {
	for _, counts := range [][]int{{80, 80, 80}, {160, 80, 240}, {0, 80}} {
		if d := loop(t, 80, counts); d != 0 {
			t.Errorf("counts %v are delayed by %d samples", counts, d)
		}
	}
}

func TestOddCountsAreDelayedByAPeriod(t *testing.T) {
	for seed := range uint64(50) {
		rnd := rand.New(rand.NewPCG(seed, 0))
		counts := []int{1 + rnd.IntN(79)}
		for range 40 {
			counts = append(counts, rnd.IntN(300))
		}
		if d := loop(t, 80, counts); d != 80 {
			t.Errorf("counts %v are delayed by %d samples, want 80", counts, d)
		}
	}
}

// A driver that changes its mind delays from then on; nothing that was heard is lost.
func TestFromWholeToOdd(t *testing.T) {
	var heard []int16
	b := newBlocks(4, func(_, capture []int16) { heard = append(heard, capture...) })
	for i, n := range []int{4, 8, 3, 4, 1} {
		c := make([]int16, n)
		for j := range c {
			c[j] = int16(10*i + j)
		}
		b.run(make([]int16, n), c)
	}
	want := []int16{0, 1, 2, 3, 10, 11, 12, 13, 14, 15, 16, 17, 20, 21, 22, 30, 31, 32, 33, 40}
	if len(heard) != len(want) {
		t.Fatalf("heard %v, want %v", heard, want)
	}
	for i := range want {
		if heard[i] != want[i] {
			t.Fatalf("heard %v, want %v", heard, want)
		}
	}
}

func TestBlocksDoNotAllocate(t *testing.T) {
	for _, n := range []int{480, 441, 1024} {
		b := newBlocks(480, func(play, capture []int16) { copy(play, capture) })
		play, capture := make([]int16, n), make([]int16, n)
		if a := testing.AllocsPerRun(100, func() { b.run(play, capture) }); a != 0 {
			t.Errorf("%v allocations for %d samples", a, n)
		}
	}
}

func BenchmarkBlocks(b *testing.B) {
	for name, n := range map[string]int{"whole": 480, "odd": 1024} {
		b.Run(name, func(b *testing.B) {
			k := newBlocks(480, func(play, capture []int16) { copy(play, capture) })
			play, capture := make([]int16, n), make([]int16, n)
			b.ReportAllocs()
			for b.Loop() {
				k.run(play, capture)
			}
		})
	}
}
