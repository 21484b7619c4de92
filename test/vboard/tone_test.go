package vboard_test

import (
	"encoding/binary"
	"math"
	"time"
)

// toneWAV is a WAV file, mono, 16 bit, with a tone of a quarter of full scale.
func toneWAV(rate int, frequency float64, length time.Duration) []byte {
	n := int(length.Seconds() * float64(rate))
	b := []byte("RIFF....WAVEfmt ")
	for _, v := range []any{uint32(16), uint16(1), uint16(1), uint32(rate), uint32(2 * rate), uint16(2), uint16(16)} {
		b, _ = binary.Append(b, binary.LittleEndian, v) // of fixed size
	}
	b = binary.LittleEndian.AppendUint32(append(b, "data"...), uint32(2*n))
	for i := range n {
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(8192*math.Sin(2*math.Pi*frequency*float64(i)/float64(rate)))))
	}
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
	return b
}

// heard is what a tone was like where it arrived.
type heard struct {
	length time.Duration // from the first sample that is not silent to the last
	level  float64       // of its loudest sample
	breaks int           // places where it does not go on as a tone does, its ends among them
}

// listen measures a tone of a frequency in samples. A tone is where each sample follows from the two before it.
func listen(samples []int16, rate int, frequency float64) (h heard) {
	const silent, off = 100, 0.06 // of the level
	first, last := -1, -1
	for i, s := range samples {
		if h.level = math.Max(h.level, math.Abs(float64(s))); s > silent || s < -silent {
			last = i
			if first < 0 {
				first = i
			}
		}
	}
	if first < 0 {
		return h
	}
	h.length = time.Duration(last-first+1) * time.Second / time.Duration(rate)
	k, broken := 2*math.Cos(2*math.Pi*frequency/float64(rate)), -rate
	for i := max(first, 2); i <= min(last+2, len(samples)-1); i++ {
		if math.Abs(float64(samples[i])-k*float64(samples[i-1])+float64(samples[i-2])) > off*h.level {
			if i-broken > rate/200 {
				h.breaks++
			}
			broken = i
		}
	}
	return h
}
