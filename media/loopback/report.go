package loopback

import (
	"fmt"
	"time"
)

// Report is what was found out. Levels are in dBFS, where 0 is a full-scale sine.
type Report struct {
	Rate    int     // Hz
	Noise   float64 // the microphone while nothing was played
	Heard   float64 // the microphone during the sweeps
	Offset  float64 // the mean of the microphone's samples, as a share of full scale
	Clipped float64 // share of samples, during the sweeps, at the end of the scale
	Dead    bool    // the microphone gave the same sample over and over

	Found      int           // sweeps that were heard; without one the figures below mean nothing
	Delay      time.Duration // from the card's taking a sample to play to its handing over the same sample as heard
	Spread     time.Duration // between the sweeps' longest and shortest delay
	Gain       float64       // of the way, dB: heard against played
	Ring       time.Duration // until the response has fallen by 30 dB
	Distortion float64       // second and third harmonic against the response, dB
	Clear      float64       // the response against what is heard beside it, dB
}

// What is still good, and what was found in houses to be the edge of trouble.
const (
	leastClear     = 15.0 // dB
	mostClipped    = 0.0005
	mostNoise      = -45.0 // dBFS
	mostGain       = 12.0  // dB
	leastHeard     = -50.0 // dBFS
	mostDistortion = -20.0 // dB: 10 %
	mostOffset     = 0.02
	mostSpread     = 2 * time.Millisecond
	mostDelay      = 180 * time.Millisecond
	mostRing       = 250 * time.Millisecond
)

// Faults says what is wrong and what to do about it, the worst first; nothing if all is well.
func (r Report) Faults() (all []string) {
	say := func(wrong bool, format string, args ...any) {
		if wrong {
			all = append(all, fmt.Sprintf(format, args...))
		}
	}
	if r.Dead {
		return append(all, "The microphone gives nothing, not even noise: it is muted or not connected, or the card is the wrong one.")
	}
	say(r.Clipped > mostClipped, "The microphone is overdriven (%.1f %% of the samples are at the end of the scale): lower its gain in the mixer by 10 dB and try again.", 100*r.Clipped)
	if r.Found == 0 {
		return append(all, fmt.Sprintf("The microphone works (noise at %.0f dBFS) but does not hear the loudspeaker: see whether that is connected, "+
			"switched on and turned up in the mixer.", r.Noise))
	}
	say(r.Found < Sweeps || r.Spread > mostSpread, "The delay is not steady (%d of %d sweeps heard, %v between the longest and the shortest): sound is lost on the way; "+
		"the computer is overloaded, or the card or its power supply is poor.", r.Found, Sweeps, r.Spread.Round(time.Millisecond))
	say(r.Heard < leastHeard, "The loudspeaker is hardly heard (%.0f dBFS): turn up the loudspeaker, or the microphone.", r.Heard)
	say(r.Gain > mostGain, "The microphone hears the loudspeaker %.0f dB louder than it is played: move them apart, or turn one of them down.", r.Gain)
	say(r.Noise > mostNoise, "There is noise at the microphone (%.0f dBFS in silence): hum of the power supply, wind, or too much gain.", r.Noise)
	say(r.Distortion > mostDistortion, "The loudspeaker distorts (harmonics at %.0f dB): turn it down.", r.Distortion)
	say(r.Offset > mostOffset || r.Offset < -mostOffset, "The microphone's samples lie %.0f %% off the middle: its input is damaged or wrongly wired.", 100*r.Offset)
	say(r.Delay > mostDelay, "Sound needs %v from the loudspeaker to the microphone: the card's buffers are too long for the echo canceller.", r.Delay.Round(time.Millisecond))
	say(r.Ring > mostRing, "The place rings for %v: the echo canceller will not reach all of it; something soft near the panel helps.", r.Ring.Round(10*time.Millisecond))
	return all
}
