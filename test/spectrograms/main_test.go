package main

import (
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// A tone is a line at its pitch, and silence is dark.
func TestAToneIsALineAtItsPitch(t *testing.T) {
	const rate = 16000
	sound := make([]int16, 4*rate)
	for i := range sound[:2*rate] {
		sound[i] = int16(10000 * math.Sin(2*math.Pi*2000*float64(i)/rate))
	}
	file := filepath.Join(t.TempDir(), "tone.png")
	if err := save(file, rate, sound); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	const top = waveform + gap/2
	brightest := func(x int) (y int) {
		for i := range spectral {
			if light(img.At(x, top+i)) > light(img.At(x, top+y)) {
				y = i
			}
		}
		return y
	}
	if y, want := brightest(width/4), spectral-spectral*2000*2/rate; y < want-2 || y > want+2 {
		t.Errorf("2 kHz is at line %d of %d, want %d", y, spectral, want)
	}
	if l := light(img.At(width*3/4, top+spectral/2)); l > 30000 {
		t.Errorf("silence has a brightness of %d", l)
	}
}

func light(c color.Color) uint32 {
	r, g, b, _ := c.RGBA()
	return r + g + b
}

func TestSoundsThatAreTooShort(t *testing.T) {
	if err := save(filepath.Join(t.TempDir(), "a.png"), 8000, nil, make([]int16, 10)); err != nil {
		t.Error(err)
	}
}
