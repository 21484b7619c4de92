package board

import (
	"log/slog"

	"intercom/hw/mixer"
)

// setMixer sets volumes and switches of a card by its ALSA id. What cannot be set is told: the card may be silent, but it may as well
// be loud enough, and the bell rings in any case.
func setMixer(c SoundConfig, id string, log *slog.Logger) {
	card, err := mixer.Open(id)
	if err != nil {
		log.Warn("the mixer of the sound card is left as it is", "err", err)
		return
	}
	defer card.Close()
	profile, faults := card.Apply(mixer.Settings{Profile: c.MixerProfile, Controls: c.Mixer})
	for _, f := range faults {
		log.Warn("a control of the sound card is left as it is", "err", f)
	}
	log.Info("the mixer of the sound card is set", "card", id, "profile", orDefault(profile, mixer.None), "controls", len(c.Mixer))
}

// MixerControl is one volume or switch of a card.
type MixerControl = mixer.Control

// MixerCard is the mixer of a card.
type MixerCard = mixer.Card

// OpenMixer opens the mixer of a card by its ALSA id.
func OpenMixer(id string) (*MixerCard, error) { return mixer.Open(id) }

// MixerIDs lists the ALSA ids of the cards of this computer.
func MixerIDs() ([]string, error) { return mixer.IDs() }
