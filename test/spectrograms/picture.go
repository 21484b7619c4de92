package main

import (
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"

	"intercom/media/spectrum"
)

// The sizes of a picture, in pixels. Each sound is a waveform with its spectrogram below; grey lines lie at every second and
// at every kHz.
const (
	width    = 1000
	waveform = 90
	spectral = 200
	gap      = 8
	block    = 512 // samples of one spectrum
	floor    = 75  // dB below the loudest that are shown
	steps    = 40  // colours
)

var (
	paper = color.RGBA{250, 250, 248, 255}
	ink   = color.RGBA{38, 70, 110, 255}
	rule  = color.RGBA{128, 128, 128, 255}
)

// save draws sounds one above the other.
func save(file string, rate int, sounds ...[]int16) (err error) {
	img := image.NewRGBA(image.Rect(0, 0, width, len(sounds)*(waveform+spectral+2*gap)-gap))
	for y := range img.Rect.Dy() {
		for x := range width {
			img.SetRGBA(x, y, paper)
		}
	}
	for i, s := range sounds {
		top := i * (waveform + spectral + 2*gap)
		drawWaveform(img, top, s)
		drawSpectrogram(img, top+waveform+gap/2, s, rate)
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return png.Encode(f, img)
}

func drawWaveform(img *image.RGBA, top int, s []int16) {
	middle := top + waveform/2
	for x := range width {
		low, high := int16(0), int16(0)
		for _, v := range s[x*len(s)/width : (x+1)*len(s)/width] {
			low, high = min(low, v), max(high, v)
		}
		for y := middle - int(high)*waveform/2/32768; y <= middle-int(low)*waveform/2/32768; y++ {
			img.SetRGBA(x, y, ink)
		}
	}
}

func drawSpectrogram(img *image.RGBA, top int, s []int16, rate int) {
	columns, loudest := spectra(s)
	for x, column := range columns {
		for y := range spectral {
			k := (spectral - 1 - y) * (len(column) - 1) / (spectral - 1)
			level := 1 + (column[k]-loudest)/floor
			img.SetRGBA(x, top+y, heat(level))
		}
	}
	for second := 1; second*rate < len(s); second++ {
		for y := range 5 {
			img.SetRGBA(second*rate*width/len(s), top+spectral-1-y, rule)
		}
	}
	for kHz := 1; kHz*1000 < rate/2; kHz++ {
		for x := range 8 {
			img.SetRGBA(x, top+spectral-1-kHz*1000*spectral*2/rate, rule)
		}
	}
}

// spectra has one spectrum in dB for each column of pixels, and the loudest of all its values.
func spectra(s []int16) (columns [width][]float64, loudest float64) {
	fft := spectrum.NewFFT(block)
	in, bins := make([]float32, block), make([]complex64, fft.Bins())
	for x := range columns {
		at := x * max(0, len(s)-block) / width
		for i := range in {
			in[i] = 0
			if at+i < len(s) {
				in[i] = float32(s[at+i]) * float32(0.5-0.5*math.Cos(2*math.Pi*float64(i)/block))
			}
		}
		fft.Forward(bins, in)
		columns[x] = make([]float64, len(bins))
		for k, b := range bins {
			power := float64(real(b))*float64(real(b)) + float64(imag(b))*float64(imag(b))
			columns[x][k] = 10 * math.Log10(power+1)
			loudest = max(loudest, columns[x][k])
		}
	}
	return columns, loudest
}

// heat is dark for 0 and bright for 1, evenly to the eye.
func heat(level float64) color.RGBA {
	stops := [...][3]float64{{12, 8, 38}, {74, 12, 107}, {165, 44, 96}, {237, 105, 37}, {251, 180, 26}, {252, 255, 164}}
	level = math.Round(level*steps) / steps // few colours make small files
	at := min(max(level, 0), 0.9999) * float64(len(stops)-1)
	i := int(at)
	f := at - float64(i)
	mix := func(c int) uint8 { return uint8(stops[i][c]*(1-f) + stops[i+1][c]*f) }
	return color.RGBA{mix(0), mix(1), mix(2), 255}
}
