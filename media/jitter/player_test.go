package jitter

import (
	"testing"
	"time"
)

const fiveMinutes = 5 * 60 * 50

var atLeastTenMilliseconds = Config{MinDelay: 10 * time.Millisecond}

// Five minutes over each kind of network. The limits are what well-known buffers do on traces of the same kind: no more
// concealed than speexdsp, whose figures the comments give, and no more than 0.6 of the delay of baresip's default.
func TestDelayAndConcealmentByNetwork(t *testing.T) {
	for _, c := range []struct {
		trace     trace
		delay     float64 // ms
		concealed float64 // per cent more than was lost
	}{
		{lan(fiveMinutes), 20, 0},             // 10 ms, 0.06 %
		{wifi(fiveMinutes), 67, 1.00},         // 45 ms, 1.68 %
		{lte(fiveMinutes), 82, 0.60},          // 49 ms, 1.40 %
		{randomLoss(fiveMinutes), 30, 0.06},   // 21 ms, 0.06 %
		{spikes(fiveMinutes), 80, 1.90},       // 15 ms, 2.36 %
		{drift(fiveMinutes, 200), 25, 0},      // 15 ms, 0.11 %
		{drift(fiveMinutes, -200), 25, 0},     //
		{drift(fiveMinutes, 1000), 25, 0.005}, // a very bad oscillator
	} {
		t.Run(c.trace.name, func(t *testing.T) {
			o := listen(c.trace, atLeastTenMilliseconds)
			concealed := (o.concealed - o.lost) * 100
			t.Logf("delay %.1f ms, concealed %.2f %% (lost %.2f %%), stretched %d ms, cut %d ms; 60 ms fixed would miss %.2f %%",
				o.delay*1e3, o.concealed*100, o.lost*100, o.heard.Stretched/8, o.heard.Cut/8, c.trace.fixed(0.060)*100)
			if o.delay*1e3 > c.delay {
				t.Errorf("the delay is %.1f ms, more than %.0f", o.delay*1e3, c.delay)
			}
			if concealed > c.concealed {
				t.Errorf("%.2f %% were concealed beside what was lost, more than %.2f", concealed, c.concealed)
			}
			if o.unplayed > 0 {
				t.Errorf("%d packets arrived in vain", o.unplayed)
			}
		})
	}
}

func TestAnHourOfDriftKeepsItsDelay(t *testing.T) {
	if testing.Short() {
		t.Skip("left out by -short: an hour of sound takes seconds")
	}
	for _, ppm := range []float64{200, -200} {
		early, hour := listen(drift(1000, ppm), atLeastTenMilliseconds), listen(drift(12*fiveMinutes, ppm), atLeastTenMilliseconds)
		t.Logf("%+.0f ppm: %.1f ms after 20 s, %.1f ms after an hour, %.1f ms on average", ppm, early.last*1e3, hour.last*1e3, hour.delay*1e3)
		if hour.counts.Concealed > 0 {
			t.Errorf("%+.0f ppm: %d ticks were concealed", ppm, hour.counts.Concealed)
		}
		if d := hour.last - hour.delay; d < -0.008 || d > 0.008 {
			t.Errorf("%+.0f ppm: the delay moved by %.1f ms", ppm, d*1e3)
		}
	}
}

// A card may ask for several periods at once, and be late with it.
func TestCardThatPullsInBursts(t *testing.T) {
	for _, burst := range []int{2, 3, 5} {
		tr := lan(fiveMinutes)
		tr.burst = burst
		o := listen(tr, atLeastTenMilliseconds)
		t.Logf("%d periods at once: delay %.1f ms, concealed %.2f %%", burst, o.delay*1e3, o.concealed*100)
		if o.concealed > 0.0005 || o.unplayed > 0 {
			t.Errorf("%d periods at once: %.2f %% concealed, %d unplayed", burst, o.concealed*100, o.unplayed)
		}
		if limit := float64(burst)*0.010 + 0.030; o.delay > limit {
			t.Errorf("%d periods at once: a delay of %.1f ms", burst, o.delay*1e3)
		}
	}
}

// A network that stalls has what is held last longer, before anything is invented.
func TestStalledNetworkIsOutwaited(t *testing.T) {
	b := NewBuffer(Config{MinDelay: 80 * time.Millisecond})
	p := NewPlayer(b, 8000, func(dst []int16, _ uint8, payload []byte) int {
		speak(dst[:160], int(payload[0]))
		return 160
	})
	now, block := time.Unix(1000, 0), make([]int16, 80)
	for i := range 100 {
		b.Push(now, Packet{Seq: uint16(i), Timestamp: uint32(160 * i), Ticks: 160, Payload: []byte{byte(i)}})
		p.Read(now, block)
		p.Read(now.Add(10*time.Millisecond), block)
		now = now.Add(20 * time.Millisecond)
	}
	if p.Heard.Concealed+p.Heard.Stretched > 0 {
		t.Fatalf("before anything stalled: %+v", p.Heard)
	}
	stalled := now
	for p.Heard.Concealed == 0 {
		p.Read(now, block)
		now = now.Add(10 * time.Millisecond)
	}
	if p.Heard.Stretched < 80 {
		t.Errorf("80 ms of sound lasted %v, with %d samples stretched; want at least 80", now.Sub(stalled), p.Heard.Stretched)
	}
}
