package voice

import (
	"math"
	"math/rand/v2"
)

// vowel holds the first three formants in Hz (G. Peterson and H. Barney, Control Methods Used in a Study of the Vowels, 1952,
// means of the men, rounded).
type vowel [3]float64

var vowels = [...]vowel{
	{270, 2290, 3010}, {390, 1990, 2550}, {530, 1840, 2480}, {660, 1720, 2410}, {730, 1090, 2440},
	{570, 840, 2410}, {440, 1020, 2240}, {300, 870, 2240}, {640, 1190, 2390}, {490, 1350, 1690},
}

// bandwidths of the formants in Hz.
var bandwidths = vowel{70, 100, 140}

// mouth is the vocal tract with the state that lasts from syllable to syllable.
type mouth struct {
	rand  *rand.Rand
	rate  float64
	pitch float64 // mean, Hz
	scale float64 // of the formants: a smaller tract has higher ones

	phase    float64 // of the glottis, 0 to 1
	period   float64 // Hz of the current cycle, with its jitter
	last     vowel
	formants [3]resonator
	hiss     resonator
}

func newMouth(r *rand.Rand, pitch float64, rate int) *mouth {
	m := &mouth{rand: r, rate: float64(rate), pitch: pitch, period: pitch}
	m.scale = math.Pow(pitch/120, 0.25) * m.between(0.94, 1.06)
	m.last = m.vowel()
	return m
}

// phrase appends two to six syllables on a falling pitch, and a pause.
func (m *mouth) phrase(out []float64) []float64 {
	syllables := 2 + m.rand.IntN(5)
	top := m.pitch * m.between(1.05, 1.3)
	for i := range syllables {
		height := top * math.Pow(0.7, float64(i)/float64(syllables))
		out = m.syllable(out, height*m.between(0.9, 1.12))
	}
	return m.silence(out, m.between(0.15, 0.5))
}

// syllable appends a consonant and a vowel whose pitch and formants glide.
func (m *mouth) syllable(out []float64, pitch float64) []float64 {
	switch m.rand.IntN(4) {
	case 0:
		out = m.fricative(out, m.between(0.05, 0.11))
	case 1:
		out = m.silence(out, m.between(0.02, 0.05)) // the closure of a stop
		out = m.fricative(out, m.between(0.008, 0.015))
	}
	target := m.vowel()
	out = m.voiced(out, target, pitch, pitch*m.between(0.82, 1.2), m.between(0.11, 0.26), m.between(0.6, 1))
	m.last = target
	return out
}

// voiced appends a vowel: the glottis through the formants, which reach their target in the first part.
func (m *mouth) voiced(out []float64, target vowel, from, to, seconds, loud float64) []float64 {
	n := int(seconds * m.rate)
	for i := range n {
		x := float64(i) / float64(n)
		if i%32 == 0 {
			m.tune(target, min(1, x*2.5))
		}
		y := m.glottis(from + (to-from)*x)
		for f := range m.formants {
			y = m.formants[f].filter(y)
		}
		out = append(out, y*loud*envelope(x))
	}
	return out
}

// glottis is the next sample of the flow's derivative: a slow opening, a fast closure, and rest. Every cycle's length differs by
// a few per cent, as in a real voice.
func (m *mouth) glottis(pitch float64) float64 {
	if m.phase += m.period / m.rate; m.phase >= 1 {
		m.phase--
		m.period = pitch * m.between(0.97, 1.03)
	}
	breath := 0.02 * m.rand.NormFloat64()
	switch p := m.phase; {
	case p < 0.4:
		return math.Sin(math.Pi*p/0.4) + breath
	case p < 0.56:
		return -2.5*math.Sin(math.Pi*(p-0.4)/0.16) + breath
	}
	return breath
}

// fricative appends a hiss at a random place between 1.8 and 3.6 kHz.
func (m *mouth) fricative(out []float64, seconds float64) []float64 {
	m.hiss.tune(m.between(1800, 3600), 700, m.rate)
	n := int(seconds * m.rate)
	for i := range n {
		out = append(out, 0.6*m.hiss.filter(m.rand.NormFloat64())*envelope(float64(i)/float64(n)))
	}
	return out
}

func (m *mouth) silence(out []float64, seconds float64) []float64 {
	return append(out, make([]float64, int(seconds*m.rate))...)
}

func (m *mouth) tune(target vowel, share float64) {
	for f := range m.formants {
		hz := m.last[f] + (target[f]-m.last[f])*share
		m.formants[f].tune(hz*m.scale, bandwidths[f], m.rate)
	}
}

func (m *mouth) vowel() vowel { return vowels[m.rand.IntN(len(vowels))] }

func (m *mouth) between(low, high float64) float64 { return low + (high-low)*m.rand.Float64() }

// envelope rises within a tenth of a sound, and falls within its last quarter.
func envelope(x float64) float64 {
	edge := min(x/0.1, (1-x)/0.25, 1)
	return edge * edge * (3 - 2*edge)
}
