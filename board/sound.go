package board

import (
	"log/slog"

	"intercom/hw/soundcard"
)

// nullRate is that of card "null" on a real board, Hz.
const nullRate = 8000

// OpenCard opens a card of this computer: "default", one by its name, or "null". Card "none" is a nil Sound.
func OpenCard(c SoundConfig, log *slog.Logger, fault func(error)) (Sound, error) {
	switch c.Card {
	case "none":
		return nil, nil
	case "null":
		return sound(soundcard.NewPaced(soundcard.PacedOptions{Name: "null", Rate: nullRate}))
	}
	return openCard(c, 0, log, fault)
}

// SteadyCard opens a card that is waited for while it is not there, and that comes back when it was unplugged. Changed is
// told why there is no sound, and with nil when there is again.
func SteadyCard(c SoundConfig, log *slog.Logger, changed func(error)) (Sound, error) {
	if c.Card == "none" || c.Card == "null" || !soundcard.Possible {
		return OpenCard(c, log, changed)
	}
	return soundcard.NewSteady(soundcard.SteadyOptions{
		Open: func(rate int, lost func(error)) (soundcard.Driver, error) {
			return openCard(c, rate, log, lost)
		},
		Changed: changed, Log: log,
	}), nil
}

// openCard opens a real card, and sets its mixer before anything is played.
func openCard(c SoundConfig, rate int, log *slog.Logger, lost func(error)) (soundcard.Driver, error) {
	card, err := soundcard.Open(soundcard.Options{Card: c.Card, Rate: rate, OnFault: lost, Log: log})
	if err != nil {
		return nil, err
	}
	for _, id := range card.ALSA() {
		setMixer(c, id, orDefault(log, slog.New(slog.DiscardHandler)))
	}
	return card, nil
}

// SoundInfo is one sound card of this computer.
type SoundInfo = soundcard.Info

// SoundSummary says in short what a side of a card can do.
func SoundSummary(formats []soundcard.Format) string { return soundcard.Summary(formats) }

// Cards lists the sound cards of this computer.
func Cards(log *slog.Logger) ([]SoundInfo, error) { return soundcard.List(log) }

// sound keeps a nil card from becoming a Sound that is not nil.
func sound[S soundcard.Driver](s S, err error) (soundcard.Driver, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}
