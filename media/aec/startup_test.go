package aec

import (
	"math"
	"testing"
	"time"

	"intercom/media/align"
)

// fromTheStart is a call in which both talk from its first moment. It returns what the near talker said and what is heard of him; the echo
// has a gain in dB, −Inf is none.
func fromTheStart(s scene, echoGain float64) (said, heard []int16) {
	far := s.far[:len(s.near)]
	microphone := make([]float64, len(far))
	if !math.IsInf(echoGain, -1) {
		microphone = s.room(0.128, echoGain).echo(far, s.rate)
	}
	_, heard = s.call(far, with(microphone, s.near, 0))
	return rounded(s.near), heard
}

// A headset or a wire makes no echo. Until that is known nothing of the near talker may be lost either.
func TestNothingIsLostWhereThereIsNoEcho(t *testing.T) {
	noEcho := math.Inf(-1)
	good, want := atLeast(15)
	measure(t, "SDR in dB, no echo, both from the start", func(s scene) float64 {
		said, heard := fromTheStart(s, noEcho)
		sdr, _ := align.Projection(said, heard, s.rate)
		return sdr
	}, good, want)
	good, want = atMost(0.5)
	measure(t, "change of level in dB, no echo, both from the start", func(s scene) float64 {
		said, heard := fromTheStart(s, noEcho)
		_, loud := align.Projection(said, heard, s.rate)
		return math.Abs(loud)
	}, good, want)
	good, want = atMost(0.04)
	measure(t, "longest gap in s, no echo, both from the start", func(s scene) float64 {
		said, heard := fromTheStart(s, noEcho)
		return align.Align(said, heard, s.rate).LongestGap().Seconds()
	}, good, want)
}

func TestBothAreHeardFromTheStart(t *testing.T) {
	for _, c := range []struct {
		name     string
		echo     float64 // dB
		from, to time.Duration
		want     float64
	}{
		{"first second", 0, 0, time.Second, 5},
		{"from 2 s on", 0, 2 * time.Second, 5 * time.Second, 14},
		{"first second, echo 12 dB softer", -12, 0, time.Second, 10},
		{"from 2 s on, echo 12 dB softer", -12, 2 * time.Second, 5 * time.Second, 16},
	} {
		good, want := atLeast(c.want)
		measure(t, "SDR in dB, double talk from the start, "+c.name, func(s scene) float64 {
			said, heard := fromTheStart(s, c.echo)
			from, to := s.after(c.from.Seconds()), s.after(c.to.Seconds())
			sdr, _ := align.Projection(said[from:to], heard[from:to], s.rate)
			return sdr
		}, good, want)
	}
}
