package jitter

import (
	"math"
	"math/rand/v2"
	"time"
)

// trace is when packets of 20 ms arrive, in seconds after the first was sent; lost ones never do.
type trace struct {
	name    string
	arrives []float64
	skew    float64 // by how much the sender's clock is fast
	burst   int     // periods that the card asks for at once; 0 is 1
}

const packetTime = 0.020

func (t trace) sent(i int) float64 { return float64(i) * packetTime / (1 + t.skew) }

var never = math.Inf(1)

// newTrace makes n packets arrive after the delay that late gives each, in order, as through one queue.
func newTrace(name string, n int, skew float64, late func(i int) float64) trace {
	t := trace{name: name, skew: skew}
	queue := 0.0
	for i := range n {
		at := t.sent(i) + late(i)
		if !math.IsInf(at, 1) {
			queue = max(queue, at)
			at = queue
		}
		t.arrives = append(t.arrives, at)
	}
	return t
}

func lan(n int) trace {
	r := rand.New(rand.NewPCG(1, 1))
	return newTrace("LAN", n, 0, func(int) float64 { return 0.0005 + 0.001*r.Float64() })
}

// wifi has contention for the air, now and then a burst of retransmissions that stops everything for a while, and losses in
// runs.
func wifi(n int) trace {
	r := rand.New(rand.NewPCG(2, 1))
	stalled, losing := 0.0, false
	return newTrace("bursty Wi-Fi", n, 0, func(i int) float64 {
		if stalled -= packetTime; stalled < 0 {
			stalled = 0
			if r.Float64() < 0.011 {
				stalled = 0.02 + 0.03*r.ExpFloat64()
			}
		}
		if losing = r.Float64() < 0.0022 || losing && r.Float64() < 0.6; losing {
			return never
		}
		return 0.002 + 0.004*r.ExpFloat64() + stalled
	})
}

// lte has a base delay that wanders, scheduling in steps of 10 ms, and handovers.
func lte(n int) trace {
	r := rand.New(rand.NewPCG(3, 1))
	handover := 0.0
	return newTrace("LTE", n, 0, func(i int) float64 {
		if handover -= packetTime; handover < 0 {
			handover = 0
			if r.Float64() < 0.0009 {
				handover = 0.06 + 0.06*r.Float64()
			}
		}
		if r.Float64() < 0.0028 {
			return never
		}
		base := 0.045 + 0.012*math.Sin(2*math.Pi*float64(i)*packetTime/37)
		return base + 0.010*float64(r.IntN(2)) + 0.003*r.ExpFloat64() + handover
	})
}

func randomLoss(n int) trace {
	r := rand.New(rand.NewPCG(4, 1))
	return newTrace("10 % random loss", n, 0, func(int) float64 {
		if r.Float64() < 0.1 {
			return never
		}
		return 0.001 + 0.002*r.Float64()
	})
}

// spikes stops everything for 200 ms about every eight seconds.
func spikes(n int) trace {
	r := rand.New(rand.NewPCG(5, 1))
	left := 0.0
	return newTrace("200 ms spikes", n, 0, func(int) float64 {
		if left -= packetTime; left < 0 {
			left = 0
			if r.Float64() < 1/400.0 {
				left = 0.2
			}
		}
		return 0.001 + 0.001*r.Float64() + left
	})
}

func drift(n int, ppm float64) trace {
	r := rand.New(rand.NewPCG(6, 1))
	return newTrace("drift", n, ppm*1e-6, func(int) float64 { return 0.0005 + 0.001*r.Float64() })
}

// outcome is what a trace sounded like.
type outcome struct {
	delay     float64 // s, mean over packets played, compared to the fastest packet of the trace
	last      float64 // s, of the last packet
	concealed float64 // part of the time
	lost      float64 // part of the packets that never arrived
	unplayed  int     // packets that arrived in vain
	heard     Heard
	counts    Counts
}

// listen plays a trace through a Player pulled every 10 ms.
func listen(t trace, c Config) outcome {
	const rate = 8000
	var o outcome
	start := time.Unix(1000, 0)
	fastest := math.Inf(1)
	for i, at := range t.arrives {
		fastest = min(fastest, at-t.sent(i))
		if math.IsInf(at, 1) {
			o.lost++
		}
	}
	var now float64
	var p *Player
	sum, played := 0.0, make([]bool, len(t.arrives))
	b := NewBuffer(c)
	p = NewPlayer(b, rate, func(dst []int16, _ uint8, payload []byte) int {
		i := int(payload[0])<<16 | int(payload[1])<<8 | int(payload[2])
		played[i] = true
		o.last = now + float64(p.ahead())/rate - t.sent(i) - fastest
		sum += o.last
		speak(dst[:160], i)
		return 160
	})
	next, block := 0, make([]int16, 80)
	payload := make([]byte, 160)
	for tick := 0; ; tick++ {
		now = float64(tick-tick%max(t.burst, 1))*0.010 + 0.0037
		for ; next < len(t.arrives) && (math.IsInf(t.arrives[next], 1) || t.arrives[next] <= now); next++ {
			if !math.IsInf(t.arrives[next], 1) {
				payload[0], payload[1], payload[2] = byte(next>>16), byte(next>>8), byte(next)
				at := start.Add(time.Duration(t.arrives[next] * 1e9))
				b.Push(at, Packet{Seq: uint16(next + 65000), Timestamp: uint32(next*160 - 5000), Ticks: 160, Payload: payload})
			}
		}
		if next == len(t.arrives) {
			break
		}
		p.Read(start.Add(time.Duration(now*1e9)), block)
	}
	n := 0
	for i, ok := range played[:len(played)-50] {
		if ok {
			n++
		} else if !math.IsInf(t.arrives[i], 1) {
			o.unplayed++
		}
	}
	o.heard, o.counts = p.Heard, b.Counts
	o.delay = sum / float64(b.Counts.Played)
	o.concealed = float64(b.Counts.Concealed) / float64(p.Heard.Played+b.Counts.Concealed)
	o.lost /= float64(len(t.arrives))
	return o
}

// fixed is what a buffer of constant delay would do with a trace: the part of its packets that is lost or late.
func (t trace) fixed(delay float64) float64 {
	fastest, gone := math.Inf(1), 0
	for i, at := range t.arrives {
		fastest = min(fastest, at-t.sent(i))
	}
	for i, at := range t.arrives {
		if at-t.sent(i) > fastest+delay {
			gone++
		}
	}
	return float64(gone) / float64(len(t.arrives))
}

// hum is 8 s of somebody humming with pauses: a gliding pitch with harmonics, 3 s of voice, 1 s of silence.
var hum = func() []int16 {
	x := make([]int16, 8*8000)
	for i := range x {
		at := float64(i) / 8000
		if math.Mod(at, 4) < 3 {
			phase := 2 * math.Pi * (130*at + 20*math.Sin(at))
			x[i] = int16(5000*math.Sin(phase) + 2500*math.Sin(2*phase+1) + 1500*math.Sin(5*phase+2))
		}
	}
	return x
}()

// speak is packet i of the hum.
func speak(dst []int16, i int) { copy(dst, hum[i*len(dst)%len(hum):]) }
