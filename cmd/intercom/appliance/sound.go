package appliance

import (
	"intercom/board"
	"intercom/cmd/intercom/station"
	"intercom/media"
)

// openSound makes the engine on the board's card, or on silence if there is none or it fails.
func (a *Appliance) openSound(o Options) error {
	sound := o.Config.Sound
	a.setSignals(sound.Sound)
	options := media.Options{
		Config: o.Config.RTP, Log: o.Log, Listen: o.ListenRTP,
		MicrophoneGain: sound.MicrophoneGain, SpeakerGain: sound.SpeakerGain, ToneGain: sound.ToneGain,
		EchoCanceller: sound.EchoCanceller, EchoDelay: sound.EchoDelay, NoiseSuppression: sound.NoiseSuppression,
		AutomaticGain: sound.AutomaticGain, HalfDuplex: sound.HalfDuplex,
	}
	if card := o.Board.Sound(); card != nil {
		engine, err := media.NewEngine(card, options)
		if err == nil {
			a.engine = engine
			return nil
		}
		a.log.Error("the sound card does not work: calls go on in silence", "err", err)
		a.pending = append(a.pending, station.Fault{Kind: station.HardwareFault, Text: err.Error()})
	}
	silence, err := board.OpenCard(board.SoundConfig{Card: "null"}, o.Log, nil)
	if err != nil {
		return err
	}
	a.engine, err = media.NewEngine(silence, options)
	return err
}
