// Package voice is a talker that needs no files: deterministic speech-like sound for demonstrations and tests. It says nothing,
// but it has what speech has and what codecs, jitter buffers and detectors react to: a voice with a moving pitch, vowels with
// formants that glide, hisses, syllables, phrases and pauses.
//
// It is a source-filter model (G. Fant, Acoustic Theory of Speech Production, 1960): glottal pulses or noise through a chain of
// resonators.
package voice

import (
	"math"
	"math/rand/v2"
)

// Level is the talker's level while speaking, pauses left out, in dB below a full-scale sine's RMS value.
const Level = -20.0

// Talker speaks; it goes on where it left off. Talkers of the same seed and pitch say the same, others something else.
type Talker struct {
	seed  uint64
	pitch float64
}

// New returns a talker with a mean pitch in Hz; 80 to 150 is like a man's, 160 to 260 like a woman's.
func New(seed uint64, pitch float64) Talker { return Talker{seed, pitch} }

// Speak returns so many seconds of speech at a rate in Hz, from the beginning of what this talker has to say: the same every time.
func (t Talker) Speak(seconds float64, rate int) []int16 {
	m := newMouth(rand.New(rand.NewPCG(t.seed, 0)), t.pitch, rate)
	n := int(seconds * float64(rate))
	out := make([]float64, 0, n)
	for len(out) < n {
		out = m.phrase(out)
	}
	return quantise(out[:n])
}

// quantise brings the loud parts to Level and rounds; peaks are bent rather than cut off.
func quantise(x []float64) []int16 {
	gain := math.MaxInt16 / math.Sqrt2 * math.Pow(10, Level/20) / activeRMS(x)
	out := make([]int16, len(x))
	for i, v := range x {
		out[i] = int16(math.Round(bend(v * gain)))
	}
	return out
}

// activeRMS is the RMS value over the samples at which there is sound.
func activeRMS(x []float64) float64 {
	sum, n := 0.0, 1
	for _, v := range x {
		if v != 0 {
			sum += v * v
			n++
		}
	}
	return math.Sqrt(max(sum, 1) / float64(n))
}

// bend is straight up to half of full scale and never reaches it.
func bend(v float64) float64 {
	const half = math.MaxInt16 / 2
	if over := math.Abs(v) - half; over > 0 {
		return math.Copysign(half+half*math.Tanh(over/half), v)
	}
	return v
}
