package media

import (
	"time"

	"intercom/media/comfort"
)

const (
	// aboveFloor is by how much speech is louder than the noise of the place, dB.
	aboveFloor = 6
	// quietestFloor and loudestNoise bound what is taken for that noise, dBov: a street that is louder is worth hearing.
	quietestFloor, loudestNoise = -75, -40
	// floorRise is how fast the noise may become louder, dB a second.
	floorRise = 3
	// hangover is for how long noise must be all there is: the ends of words are quiet.
	hangover = 400 * time.Millisecond
	// describeAgain is how often the noise is described. What hears nothing else from us knows by it that we are there.
	describeAgain = time.Second
	// noiseOrder is how many coefficients the description has.
	noiseOrder = 8
)

// silence finds the frames in which there is nothing but the noise of the place, so that a few octets can be sent in place of
// many (RFC 3389). It is pure.
type silence struct {
	floor float64 // dBov, of the quietest frames so far
	known bool
	quiet time.Duration // how long there has been nothing but noise
	since time.Duration // since the noise was described
}

// hear takes a frame by its level in dBov, and reports whether it can be left out and whether the noise is to be described.
func (s *silence) hear(level float64, frame time.Duration) (left, describe bool) {
	level = max(level, quietestFloor)
	if s.floor += floorRise * frame.Seconds(); !s.known || level < s.floor {
		s.floor, s.known = level, true
	}
	if level > s.floor+aboveFloor || level > loudestNoise {
		s.quiet = 0
		return false, false
	}
	before := s.quiet >= hangover
	s.quiet += frame
	switch left = s.quiet >= hangover; {
	case left && !before, left && s.since+frame >= describeAgain:
		s.since = 0
		return true, true
	}
	s.since += frame
	return left, false
}

// suppress reports whether the frame at the front is not to be sent, and appends the description of its noise to body if that
// is due.
func (s *sender) suppress(body []byte) ([]byte, bool) {
	if s.noisePT == 0 {
		return body, false
	}
	noise := comfort.Measure(s.narrowed(), noiseOrder)
	left, describe := s.silence.hear(noise.Level, time.Duration(s.ticks)*time.Second/clockRate)
	if describe {
		body = noise.Append(body)
	}
	s.resumed = s.resumed || left
	return body, left
}

// narrowed is the frame at the front at the clock of comfort noise, near enough to tell its spectrum.
func (s *sender) narrowed() []int16 {
	frame := s.pending[:s.frame]
	step := max(s.codec.rate/clockRate, 1)
	if step == 1 {
		return frame
	}
	for i := range s.ticks {
		sum := 0
		for _, v := range frame[i*step : (i+1)*step] {
			sum += int(v)
		}
		s.narrow[i] = int16(sum / step)
	}
	return s.narrow[:s.ticks]
}
