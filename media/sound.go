package media

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"intercom/media/tone"
)

// Sound is the part of the [sound] table that is about what is heard, whatever the card.
type Sound struct {
	// Country chooses the ring-back and busy tones by ISO 3166 code, "DE" by default; "EU", "FR", "GB", "IT" and "US" are
	// the others.
	Country string `toml:"country"`

	// MicrophoneGain makes the visitor louder (or softer, below 0) for the house: −40 to 40 dB, 0 by default.
	MicrophoneGain float64 `toml:"microphone_gain"`

	// SpeakerGain does the same for the house's voice at the door: −40 to 40 dB, 0 by default.
	SpeakerGain float64 `toml:"speaker_gain"`

	// ToneGain does the same for tones and prompts at the door: −40 to 40 dB, 0 by default.
	ToneGain float64 `toml:"tone_gain"`

	// Volumes does the same for single tones and prompts by their names, on top of ToneGain: ringback = -6.0. Empty by default.
	Volumes map[string]float64 `toml:"volumes"`

	// Duck is by how much the house's voice at the door is softer while a tone or prompt plays over it: 0 to 40 dB, 10 by
	// default. With 0, and a volume below 0, a prompt plays under the conversation.
	Duck float64 `toml:"duck"`

	// EchoCanceller keeps the house from hearing itself by way of the door's loudspeaker and microphone. True by default;
	// false for a card that does it itself.
	EchoCanceller bool `toml:"echo_canceller"`

	// EchoDelay is how long sound is on its way from the loudspeaker to the microphone, buffers included, as "intercom sound
	// calibrate" prints it: 0 to 500 ms, 0 by default. The echo canceller finds it in any case, but then not before somebody
	// has spoken.
	EchoDelay time.Duration `toml:"echo_delay"`

	// NoiseSuppression turns down street and wind behind the visitor's voice. True by default.
	NoiseSuppression bool `toml:"noise_suppression"`

	// AutomaticGain brings visitors who stand near or far to one level. True by default.
	AutomaticGain bool `toml:"automatic_gain"`

	// HalfDuplex lets house and visitor be heard in turns when the echo cannot be cancelled. True by default.
	HalfDuplex bool `toml:"half_duplex"`

	// Prompts names a WAV file to be played instead of a tone: door-open = "/boot/firmware/come-in.wav". Empty by default.
	Prompts map[string]string `toml:"prompts"`
}

// DefaultSound is the part of an empty [sound] table that is Sound's.
func DefaultSound() Sound {
	return Sound{Country: "DE", Duck: 10, EchoCanceller: true, NoiseSuppression: true, AutomaticGain: true, HalfDuplex: true}
}

// maxEchoDelay is the longest way that the echo canceller follows.
const maxEchoDelay = 500 * time.Millisecond

// maxGain bounds the gains of Sound, in dB either way.
const maxGain = 40

// Check returns every fault of the table; the names of prompts are for the caller to judge.
func (s Sound) Check() []ConfigFault {
	var faults []ConfigFault
	if _, err := tone.ForCountry(s.Country); err != nil {
		faults = append(faults, ConfigFault{"country", s.Country, "one of " + strings.Join(tone.Countries(), ", ")})
	}
	gains := map[string]float64{"microphone_gain": s.MicrophoneGain, "speaker_gain": s.SpeakerGain, "tone_gain": s.ToneGain}
	if s.EchoDelay < 0 || s.EchoDelay > maxEchoDelay {
		faults = append(faults, ConfigFault{"echo_delay", s.EchoDelay.String(), fmt.Sprintf("a time from 0s to %v", maxEchoDelay)})
	}
	for name, gain := range s.Volumes {
		gains["volumes."+name] = gain
	}
	if s.Duck < 0 || s.Duck > maxGain || s.Duck != s.Duck {
		faults = append(faults, ConfigFault{"duck", fmt.Sprint(s.Duck), "a number of dB from 0 to 40"})
	}
	for _, key := range slices.Sorted(maps.Keys(gains)) {
		if g := gains[key]; g < -maxGain || g > maxGain || g != g {
			faults = append(faults, ConfigFault{key, fmt.Sprint(g), "a number of dB from -40 to 40"})
		}
	}
	return faults
}
