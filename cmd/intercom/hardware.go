package main

import (
	"errors"
	"log/slog"

	"intercom/board"
	"intercom/board/sim"
	"intercom/cmd/intercom/guard"
	"intercom/cmd/intercom/wavcard"
	"intercom/configs"
)

// hardware is the board that the station runs on, real or simulated.
type hardware struct {
	*board.Board
	face    *sim.Board       // buttons to press and lights to see; nil on a real board
	speaker *wavcard.Speaker // nil if nothing is recorded
	guard   *guard.Guard     // nil if there is no relay to guard
	log     *slog.Logger     // nil on a simulated board
}

func openHardware(config configs.Config, log *slog.Logger) (*hardware, error) {
	config.Board.Log = log
	if config.Board.Model == "sim" {
		return openSim(config)
	}
	g, unguarded := startGuard(config.Board, log)
	if g != nil {
		config.Board.OnRelay = g.Tell
	}
	b, err := board.Open(config.Board)
	if err != nil {
		if g != nil {
			g.Stop(false)
		}
		return nil, err
	}
	if unguarded != nil {
		log.Error("nobody puts the relays to rest if this program dies", "err", unguarded)
	}
	return &hardware{Board: b, guard: g, log: log}, nil
}

// openSim opens a simulated board, with WAV files before its card "wav".
func openSim(config configs.Config) (_ *hardware, err error) {
	h := &hardware{}
	c := sim.Config{Board: config.Board, Rate: sim.DefaultRate}
	if sound := config.Sound; sound.Card == "wav" {
		if sound.Microphone != "" {
			if c.Microphone, err = wavcard.OpenMicrophone(sound.Microphone, c.Rate); err != nil {
				return nil, err
			}
		}
		if sound.Speaker != "" {
			if h.speaker, err = wavcard.CreateSpeaker(sound.Speaker, c.Rate); err != nil {
				return nil, err
			}
			c.Speaker = h.speaker
		}
	}
	if h.face, err = sim.New(c); err != nil {
		return nil, errors.Join(err, h.closeSpeaker())
	}
	h.Board = h.face.Board
	return h, nil
}

// Close puts the board to rest and then completes the recording. If anything fails, the guard tries what it can.
func (h *hardware) Close() error {
	err := h.Board.Close()
	if h.guard != nil {
		h.guard.Stop(err == nil)
		if err == nil {
			err = forgetRelays()
		}
	}
	h.tellXruns()
	return errors.Join(err, h.closeSpeaker())
}

// tellXruns says how often the sound was broken because this computer was late.
func (h *hardware) tellXruns() {
	if s := h.Board.Sound(); h.log != nil && s != nil && s.Xruns() > 0 {
		h.log.Warn("the sound card has run dry or over: this computer has too much else to do", "times", s.Xruns())
	}
}

func (h *hardware) closeSpeaker() error {
	if h.speaker == nil {
		return nil
	}
	return h.speaker.Close()
}
