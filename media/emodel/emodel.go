// Package emodel estimates how a call sounds to the one who listens, from what the network did to it: the E-model's rating R and the
// mean opinion score (MOS) that follows from it (ITU-T G.107), for the VoIP metrics of RTCP extended reports (RFC 3611 §4.7).
//
// The rating is on the narrow-band scale that RFC 3611 asks for: 94 is toll quality, below 50 is unusable. What a wideband codec adds
// to it is not counted. All parameters that a station cannot know have G.107's default values.
package emodel

import (
	"math"
	"time"
)

// Codec is what a codec and its loss concealment do to speech.
type Codec struct {
	Ie  float64 // equipment impairment factor without loss
	Bpl float64 // packet-loss robustness factor
}

// Concealed is a codec that does no harm by itself, as G.711, with loss concealment in the manner of G.711 Appendix I (ITU-T
// G.113 Appendix I).
func Concealed() Codec { return Codec{Ie: 0, Bpl: 25.1} }

// Bare is the same without loss concealment.
func Bare() Codec { return Codec{Ie: 0, Bpl: 4.3} }

// Conditions are those under which one side of a call is heard.
type Conditions struct {
	Codec  Codec
	Loss   float64       // part of the packets that never came or came too late, 0 to 1
	BurstR float64       // burst ratio: mean length of a run of losses against that of random loss; below 1 counts as 1
	Delay  time.Duration // from mouth to ear, one way; 0 leaves conversation out of the rating
	TELR   float64       // talker echo loudness rating in dB, 0 for the default: how much softer one's own echo comes back
}

// Default values of G.107 table 2, and the basic signal-to-noise ratio Ro and the simultaneous impairment Is that they give.
const (
	defaultTELR = 65.0
	defaultWEPL = 110.0 // weighted echo path loss
	ro          = 94.77
	is          = 1.41
)

// mostBpl is the impairment at which speech is lost altogether.
const mostBpl = 95.0

// R is the transmission rating factor, 0 to 100: R = Ro - Is - Id - Ie-eff (G.107 §7.1, without advantage factor).
func (c Conditions) R() float64 {
	return min(max(ro-is-c.delayImpairment()-c.equipmentImpairment(), 0), 100)
}

// equipmentImpairment is Ie-eff (§7.5): Ie + (95 - Ie) × Ppl / (Ppl/BurstR + Bpl).
func (c Conditions) equipmentImpairment() float64 {
	percent := 100 * min(max(c.Loss, 0), 1)
	return c.Codec.Ie + (mostBpl-c.Codec.Ie)*percent/(percent/max(c.BurstR, 1)+c.Codec.Bpl)
}

// delayImpairment is Id = Idte + Idle + Idd (§7.4), with the echo's one-way delay T and the absolute delay Ta both the Delay.
func (c Conditions) delayImpairment() float64 {
	ms := max(0, c.Delay.Seconds()*1000)
	telr := c.TELR
	if telr == 0 {
		telr = defaultTELR
	}
	return talkerEcho(ms, telr) + listenerEcho(2*ms) + tooLong(ms)
}

// talkerEcho is Idte for a sidetone of default loudness.
func talkerEcho(ms, telr float64) float64 {
	terv := telr - 40*math.Log10((1+ms/10)/(1+ms/150)) + 6*math.Exp(-0.3*ms*ms)
	re := 80 + 2.5*(terv-14)
	half := (ro - re) / 2
	return (half + math.Sqrt(half*half+100) - 1) * (1 - math.Exp(-ms))
}

// listenerEcho is Idle for a round trip.
func listenerEcho(ms float64) float64 {
	rle := 10.5 * (defaultWEPL + 7) * math.Pow(ms+1, -0.25)
	half := (ro - rle) / 2
	return half + math.Sqrt(half*half+169)
}

// tooLong is Idd: what delay does to conversation even without echo.
func tooLong(ms float64) float64 {
	if ms <= 100 {
		return 0
	}
	x := math.Log2(ms / 100)
	root := func(v float64) float64 { return math.Pow(1+math.Pow(v, 6), 1.0/6) }
	return 25 * (root(x) - 3*root(x/3) + 2)
}

// MOS is the mean opinion score for a rating, 1 (bad) to 4.5 (G.107 Annex B).
func MOS(r float64) float64 {
	switch {
	case !(r > 0):
		return 1
	case r >= 100:
		return 4.5
	}
	// The cubic dips below 1 for ratings under 6.5.
	return max(1, 1+0.035*r+r*(r-60)*(100-r)*7e-6)
}
