package media

import (
	"math"

	"intercom/media/tone"
)

// fadeTime is how long a tone or prompt takes to come and go, in seconds: short enough to be crisp, too long to click.
const fadeTime = 0.005

// mixer adds up what the loudspeaker plays beside the calls: one signal, while those before it may still be fading out.
type mixer struct {
	rate    int
	gain    float32
	sources [6]sounding
	scratch []int16
	calls   float32 // what calls are multiplied by at the moment, less than 1 while a signal talks over them
}

// sounding is one tone or prompt that plays.
type sounding struct {
	on      bool
	ending  bool
	tone    *tone.Generator
	samples []int16 // what is left of a prompt
	again   []int16 // all of one that is repeated
	gain    float32 // of the fade, 0 to 1
	level   float32 // of the signal
	calls   float32 // what calls are multiplied by meanwhile
}

// start plays a tone or prompt in place of the one that plays.
func (m *mixer) start(s sounding) {
	m.stop()
	slot := &m.sources[0]
	for i := range m.sources {
		if !m.sources[i].on {
			slot = &m.sources[i]
			break
		}
	}
	s.on = true
	*slot = s
}

// stop lets the signal fade out.
func (m *mixer) stop() {
	for i := range m.sources {
		if s := &m.sources[i]; s.on {
			s.ending = true
		}
	}
}

// add mixes everything that plays into sum.
func (m *mixer) add(sum []int32) {
	step := float32(1 / (fadeTime * float64(m.rate)))
	for i := range m.sources {
		s := &m.sources[i]
		if !s.on {
			continue
		}
		n := s.read(m.scratch[:len(sum)])
		for j, v := range m.scratch[:n] {
			s.fade(step)
			sum[j] += int32(float32(v) * s.gain * s.level * m.gain)
		}
		if n < len(sum) || s.ending && s.gain == 0 {
			*s = sounding{}
		}
	}
}

// fade moves the gain one sample on.
func (s *sounding) fade(step float32) {
	if s.ending {
		s.gain = max(0, s.gain-step)
	} else {
		s.gain = min(1, s.gain+step)
	}
}

// read fills dst and returns how much there was; less than all at the end.
func (s *sounding) read(dst []int16) int {
	if s.tone != nil {
		return s.tone.Read(dst)
	}
	n := copy(dst, s.samples)
	for s.samples = s.samples[n:]; len(s.samples) == 0 && n < len(dst) && len(s.again) > 0; {
		more := copy(dst[n:], s.again)
		s.samples, n = s.again[more:], n+more
	}
	return n
}

// duckTime is how long calls take to become softer or louder by all that a signal can ask for, in seconds.
const duckTime = 0.050

// duck multiplies the sound of calls in one block so that a signal is heard over them.
func (m *mixer) duck(voice []int32) {
	target := float32(1)
	for i := range m.sources {
		if s := &m.sources[i]; s.on && !s.ending {
			target = min(target, s.calls)
		}
	}
	if target == 1 && m.calls == 1 {
		return
	}
	step := float32(1 / (duckTime * float64(m.rate)))
	for i, v := range voice {
		m.calls += min(max(target-m.calls, -step), step)
		voice[i] = int32(float32(v) * m.calls)
	}
}

// decibels is a gain as a factor.
func decibels(db float64) float32 { return float32(math.Pow(10, db/20)) }

// saturate writes sum to dst, limited to what 16 bits hold.
func saturate(dst []int16, sum []int32) {
	for i, v := range sum {
		dst[i] = int16(min(max(v, math.MinInt16), math.MaxInt16))
	}
}

// amplify multiplies x, limited to what 16 bits hold.
func amplify(x []int16, gain float32) {
	if gain == 1 {
		return
	}
	for i, v := range x {
		x[i] = int16(min(max(float32(v)*gain, math.MinInt16), math.MaxInt16))
	}
}
