package media

import "time"

// part is what a stream has of the conversation.
type part struct {
	heard bool // at the loudspeaker and by the other streams
	hears bool // the microphone and the other streams
}

// Join says what the stream has of the conversation at the engine: whether its peer is heard at the loudspeaker and by the
// other streams, and whether he hears the microphone and them. A stream that is not told has all of it. One that hears
// nothing is sent silence, and what Play says to it.
func (s *Stream) Join(heard, hears bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.part = part{heard, hears}
}

// Play says a tone or prompt to the peer of this stream alone, in place of what it was told before, until Stop.
func (s *Stream) Play(signal Signal) error {
	play, err := s.engine.sounding(signal)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.prompt == nil {
		s.prompt = &mixer{rate: s.engine.rate, gain: 1, calls: 1, scratch: make([]int16, s.engine.block)}
	}
	s.prompt.start(play)
	return nil
}

// Stop ends what Play began.
func (s *Stream) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.prompt != nil {
		s.prompt.stop()
	}
}

// prompted adds what is said to this peer alone.
func (s *Stream) prompted(samples []int16) []int16 {
	if s.prompt == nil {
		return samples
	}
	e := s.engine // whose callback this is
	for i, v := range samples {
		e.sum[i] = int32(v)
	}
	s.prompt.add(e.sum)
	saturate(e.mixed, e.sum)
	return e.mixed
}

// share gives each stream what it is to hear: the microphone and everybody else who talks, but not its own peer.
func (e *Engine) share(now time.Time, streams []*Stream) {
	talkers := 0
	for _, s := range streams {
		if s.plays.heard {
			talkers++
		}
	}
	for _, s := range streams {
		others := talkers
		if s.plays.heard {
			others--
		}
		switch {
		case !s.plays.hears:
			clear(e.mixed)
			s.feed(now, e.mixed)
		case others == 0:
			s.feed(now, e.speech)
		default:
			e.mixFor(s, streams)
			s.feed(now, e.mixed)
		}
	}
}

// mixFor mixes the microphone and all voices but a stream's own.
func (e *Engine) mixFor(s *Stream, streams []*Stream) {
	for i, v := range e.speech {
		e.sum[i] = int32(v)
	}
	for _, other := range streams {
		if other == s || !other.plays.heard {
			continue
		}
		for i, v := range other.voice {
			e.sum[i] += int32(v)
		}
	}
	saturate(e.mixed, e.sum)
}
