package main

import (
	"intercom/media/aec"
	"intercom/media/agc"
	"intercom/media/denoise"
	"intercom/media/dtmf/inband"
	"intercom/media/g711"
	"intercom/media/g722"
	"intercom/media/resample"
	"intercom/media/tone"
)

const (
	rate    = 8000
	seconds = 6
	block   = rate / 100
)

// noise is the same on every processor: a linear congruential generator, shaped into syllables by a counter.
func noise(seed uint32, n int) []int16 {
	x := make([]int16, n)
	low := int32(0)
	for i := range x {
		seed = seed*1664525 + 1013904223
		low += (int32(seed)>>16 - low) / 4
		x[i] = int16(low * int32(i%4000) / 8000)
	}
	return x
}

func results() []Result {
	house, visitor := noise(1, rate*seconds), noise(2, rate*seconds)
	return []Result{
		{"G.711 A-law", exact, law(house, g711.EncodeA, g711.DecodeA)},
		{"G.711 µ-law", exact, law(house, g711.EncodeU, g711.DecodeU)},
		{"G.722", exact, wide(house)},
		{"tones", floating, tones()},
		{"keys", floating, keys()},
		{"resampler up", floating, converted(house, rate, 48000)},
		{"resampler odd", floating, converted(house, 44100, rate)},
		{"echo canceller", adaptive, cancelled(house, visitor)},
		{"noise suppression", floating, inPlace(visitor, denoise.New(rate).Process)},
		{"automatic gain", floating, inPlace(visitor, agc.New(rate).Process)},
	}
}

func law(x []int16, encode func([]byte, []int16), decode func([]int16, []byte)) []int16 {
	octets, out := make([]byte, len(x)), make([]int16, len(x))
	encode(octets, x)
	decode(out, octets)
	return append(out, values(octets)...)
}

func values(octets []byte) []int16 {
	out := make([]int16, len(octets))
	for i, o := range octets {
		out[i] = int16(o)
	}
	return out
}

func wide(x []int16) []int16 {
	var e g722.Encoder
	var d g722.Decoder
	octets, out := make([]byte, len(x)/2), make([]int16, len(x))
	e.Encode(octets, x)
	d.Decode(out, octets)
	return append(out, values(octets)...)
}

func tones() (out []int16) {
	for _, t := range tone.Signals() {
		g := tone.NewGenerator(t, rate)
		b := make([]int16, rate)
		out = append(out, b[:g.Read(b)]...)
	}
	return out
}

// keys makes keys and hears them again.
func keys() []int16 {
	g, err := inband.NewGenerator(rate, inband.Options{})
	if err == nil {
		err = g.Push("0123456789*#ABCD")
	}
	d, err2 := inband.NewDetector(rate)
	if err != nil || err2 != nil {
		panic("keys cannot be made or heard at 8000 Hz")
	}
	out := make([]int16, 3*rate)
	g.Read(out)
	for _, k := range d.Process(nil, out) {
		out = append(out, 256*int16(k.Digit)) // another key is far out of any bound
	}
	return out
}

func converted(x []int16, from, to int) []int16 {
	r, err := resample.New(from, to)
	if err != nil {
		panic(err)
	}
	out := make([]int16, r.Len(len(x)))
	return out[:r.Process(out, x)]
}

func cancelled(house, visitor []int16) []int16 {
	near := make([]int16, len(house))
	for i := range near {
		near[i] = visitor[i] / 4
		if i >= 200 {
			near[i] += house[i-200] / 2
		}
	}
	c := aec.New(rate)
	for at := 0; at < len(near); at += block {
		c.Process(near[at:at+block], house[at:at+block])
	}
	return near
}

// inPlace works on a microphone while nobody else speaks.
func inPlace(x []int16, process func(near, far []int16)) []int16 {
	out, far := append([]int16(nil), x...), make([]int16, block)
	for at := 0; at < len(out); at += block {
		process(out[at:at+block], far)
	}
	return out
}
