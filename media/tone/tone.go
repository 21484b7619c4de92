// Package tone describes and generates the tones of a door station: the supervisory tones that a caller knows from the
// telephone network of the country (ITU-T E.180 and its Supplement 2) and the station's own signals.
//
// A tone is data: parts with frequencies, levels and lengths. A [Generator] turns it into samples, part by part, at any
// sampling rate.
package tone

import (
	"math"
	"time"
)

// Tone is a cadence: its parts in order, played Times over; 0 means without end.
type Tone struct {
	Name  string
	Parts []Part
	Times int
}

// Part is one sound of a cadence, or a pause if it has no sines.
type Part struct {
	Sines []Sine
	For   time.Duration
}

// Sine is one frequency in Hz at a level in dBm0. Full scale is +3.14 dBm0 (G.711 §4, A-law).
type Sine struct {
	Hz    float64
	Level float64
}

// fullScale is the level in dBm0 of a sine whose peak is the largest sample.
const fullScale = 3.14

// DBFS is the level of s in dB below a full-scale sine.
func (s Sine) DBFS() float64 { return s.Level - fullScale }

// peak is the largest sample value that s reaches.
func (s Sine) peak() float64 { return math.MaxInt16 * math.Pow(10, s.DBFS()/20) }

// Length is the time that t plays for; 0 if it has no end.
func (t Tone) Length() time.Duration {
	return t.cycle() * time.Duration(t.Times)
}

func (t Tone) cycle() (d time.Duration) {
	for _, p := range t.Parts {
		d += p.For
	}
	return d
}

// on is a part with the given frequencies, all at the same level in dBm0.
func on(ms int, level float64, hz ...float64) Part {
	p := Part{For: time.Duration(ms) * time.Millisecond}
	for _, f := range hz {
		p.Sines = append(p.Sines, Sine{Hz: f, Level: level})
	}
	return p
}

func off(ms int) Part { return on(ms, 0) }
