package media

import (
	"fmt"

	"intercom/media/tone"
)

// Signal is something that the loudspeaker plays beside the calls: a tone, or a prompt if it has samples.
type Signal struct {
	Tone    tone.Tone
	Samples []int16
	Rate    int     // of the samples, Hz
	Repeat  bool    // a prompt begins anew until Stop
	Gain    float64 // dB
	Duck    float64 // by how many dB calls are softer meanwhile; 0 for a signal under the conversation
}

// Play plays a signal on the loudspeaker in place of the one that is playing. A prompt whose rate cannot be is an error.
func (e *Engine) Play(s Signal) error {
	play, err := e.sounding(s)
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.mixer.start(play)
	return nil
}

// sounding makes a signal ready to be mixed at the engine's rate.
func (e *Engine) sounding(s Signal) (sounding, error) {
	play := sounding{level: decibels(s.Gain), calls: decibels(-s.Duck)}
	if s.Samples == nil {
		play.tone = tone.NewGenerator(s.Tone, e.rate)
		return play, nil
	}
	samples, err := prompt(s.Samples, s.Rate, e.rate)
	if err != nil {
		return play, fmt.Errorf("a prompt cannot be played: %w", err)
	}
	if play.samples = samples; s.Repeat {
		play.again = samples
	}
	return play, nil
}

// Stop ends the signal that is playing.
func (e *Engine) Stop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.mixer.stop()
}
