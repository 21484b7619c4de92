package mixer

import (
	"encoding/binary"
	"math"
	"testing"
)

func words(all ...int32) []uint32 {
	w := make([]uint32, len(all))
	for i, v := range all {
		w[i] = uint32(v)
	}
	return w
}

// How loud levels are, as drivers tell it.
func TestDecibels(t *testing.T) {
	silent := math.Inf(-1)
	for name, c := range map[string]struct {
		tlv       []uint32
		low, high int
		want      map[int]float64
	}{
		"WM8960's speaker":           {steps(-12100, 100, true), 0, 127, map[int]float64{0: silent, 48: -73, 109: -12, 121: 0, 127: 6}},
		"WM8960's capture":           {steps(-1725, 75, false), 0, 63, map[int]float64{0: -17.25, 39: 12, 63: 30}},
		"a CM108 by its ends":        {words(tlvMinMax, 8, -3700, 0), 0, 37, map[int]float64{0: -37, 36: -1, 37: 0}},
		"ends with silence":          {words(tlvMinMaxMute, 8, -2837, -6), 0, 151, map[int]float64{0: silent, 151: -0.06}},
		"linear from silence":        {words(tlvLinear, 8, tlvSilence, 0), 0, 100, map[int]float64{0: silent, 50: -6.02, 100: 0}},
		"linear":                     {words(tlvLinear, 8, -2000, 0), 0, 9, map[int]float64{0: -20, 9: 0, 1: -13.98}},
		"ranges":                     {words(tlvRange, 48, 0, 1, tlvScale, 8, -600, 600, 2, 7, tlvScale, 8, 600, 600), 0, 7, map[int]float64{0: -6, 1: 0, 2: 6, 7: 36}},
		"in a container":             {words(tlvContainer, 32, 0x101, 8, 3, 4, tlvScale, 8, -600, 600), 0, 7, map[int]float64{0: -6, 7: 36}},
		"behind what is no decibels": {words(0x101, 8, 3, 4, tlvScale, 8, -600, 600), 0, 7, map[int]float64{0: -6}},
		"one level":                  {words(tlvMinMax, 8, -100, 0), 3, 3, map[int]float64{3: -1}},
	} {
		s, err := parseScale(append(c.tlv, 0, 0, 0, 0), c.low, c.high)
		if err != nil || s == nil {
			t.Errorf("%s: %v, %v", name, s, err)
			continue
		}
		for level, want := range c.want {
			if got := s.decibels(level); got != want && !(math.Abs(got-want) < 0.01) {
				t.Errorf("%s: level %d is %v dB, want %v", name, level, got, want)
			}
			if got, err := s.level(want, c.low, c.high); err != nil || got != level {
				t.Errorf("%s: %v dB is level %d, %v; want %d", name, want, got, err, level)
			}
		}
	}
}

// Between two levels the nearer one is taken, and what is far out of the range is refused.
func TestNearestLevel(t *testing.T) {
	s, err := parseScale(steps(-1200, 300, false), 0, 4)
	if err != nil {
		t.Fatal(err)
	}
	for want, level := range map[float64]int{-12.4: 0, -10.6: 0, -10.4: 1, 0.4: 4} {
		if got, err := s.level(want, 0, 4); err != nil || got != level {
			t.Errorf("%v dB is level %d, %v; want %d", want, got, err, level)
		}
	}
	for _, far := range []float64{-13, 6, math.Inf(1)} {
		if got, err := s.level(far, 0, 4); err == nil {
			t.Errorf("%v dB is level %d", far, got)
		}
	}
}

// What is no decibels is none; what is broken is told.
func TestBrokenTLV(t *testing.T) {
	for name, tlv := range map[string][]uint32{"nothing": nil, "noughts": make([]uint32, 64), "a channel map": words(0x101, 8, 3, 4)} {
		if s, err := parseScale(tlv, 0, 9); s != nil || err != nil {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
	for name, tlv := range map[string][]uint32{
		"longer than it is":       words(tlvScale, 80, 0, 0),
		"too short":               words(tlvScale, 4, 0),
		"louder than all sounds":  words(tlvLinear, 8, -8882500, 815792127),
		"upside down":             words(tlvMinMax, 8, 0, -600),
		"a range within a range":  words(tlvRange, 40, 0, 7, tlvRange, 24, 0, 7, tlvScale, 8, 0, 100),
		"a range that goes back":  words(tlvRange, 48, 0, 4, tlvScale, 8, 0, 100, 3, 7, tlvScale, 8, 500, 100),
		"a range that gets lower": words(tlvRange, 48, 0, 4, tlvScale, 8, 0, 100, 5, 7, tlvScale, 8, 0, 100),
	} {
		if s, err := parseScale(tlv, 0, 9); err == nil {
			t.Errorf("%s: %v", name, s)
		}
	}
}

func FuzzScale(f *testing.F) {
	for _, tlv := range [][]uint32{steps(-12100, 100, true), words(tlvRange, 48, 0, 1, tlvScale, 8, -600, 600, 2, 7, tlvScale, 8, 600, 600),
		words(tlvContainer, 16, tlvLinear, 8, tlvSilence, 0)} {
		var b []byte
		for _, w := range tlv {
			b = binary.LittleEndian.AppendUint32(b, w)
		}
		f.Add(b, int32(0), int32(127), -6.0)
	}
	f.Fuzz(func(t *testing.T, b []byte, low, high int32, wanted float64) {
		var tlv []uint32
		for ; len(b) >= 4; b = b[4:] {
			tlv = append(tlv, binary.LittleEndian.Uint32(b))
		}
		s, err := parseScale(tlv, int(low), int(high))
		if err != nil || s == nil {
			return
		}
		before := math.Inf(-1)
		for _, level := range []int{int(low), int((int64(low) + int64(high)) >> 1), int(high)} {
			got := s.decibels(level)
			if math.IsNaN(got) || got < before-0.02*float64(len(s)) {
				t.Fatalf("level %d is %v dB, the one below it %v", level, got, before)
			}
			before = got
		}
		if level, err := s.level(wanted, int(low), int(high)); err == nil && (level < int(low) || level > int(high)) {
			t.Fatalf("%v dB is level %d of %d to %d", wanted, level, low, high)
		}
	})
}
