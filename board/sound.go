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
	return sound(soundcard.Open(soundcard.Options{Card: c.Card, OnFault: fault, Log: log}))
}

// SoundInfo is one sound card of this computer.
type SoundInfo = soundcard.Info

// SoundSummary says in short what a side of a card can do.
func SoundSummary(formats []soundcard.Format) string { return soundcard.Summary(formats) }

// Cards lists the sound cards of this computer.
func Cards(log *slog.Logger) ([]SoundInfo, error) { return soundcard.List(log) }

// sound keeps a nil card from becoming a Sound that is not nil.
func sound[S Sound](s S, err error) (Sound, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}
