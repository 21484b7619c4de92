package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"intercom/board"
	"intercom/cmd/intercom/sound"
)

func soundList(_ context.Context, _ soundFlags, s streams) (well bool, err error) {
	cards, err := board.Cards(nil)
	if err != nil {
		return false, err
	}
	return len(cards) > 0, sound.List(s.out, cards, mixerSummary)
}

func mixerSummary(id string) (summary string) {
	err := withMixer(id, func(m *board.MixerCard) error {
		summary = sound.MixerSummary(m)
		return nil
	})
	if err != nil {
		return err.Error()
	}
	return summary
}

// soundMixer lists the controls of all cards, or of one, or sets a control.
func soundMixer(_ context.Context, f soundFlags, s streams) (well bool, err error) {
	if len(f.args) == 0 {
		ids, err := board.MixerIDs()
		for _, id := range ids {
			err = errors.Join(err, listMixer(s.out, id))
		}
		if len(ids) == 0 && err == nil {
			fmt.Fprintln(s.out, "There is no sound card.")
		}
		return len(ids) > 0, err
	}
	id := f.args[0]
	if len(f.args) == 1 {
		return true, listMixer(s.out, id)
	}
	return true, withMixer(id, func(m *board.MixerCard) error { return sound.SetMixer(s.out, m, f.args[1], f.args[2]) })
}

func listMixer(out io.Writer, id string) error {
	return withMixer(id, func(m *board.MixerCard) error { return sound.ListMixer(out, id, m) })
}

func withMixer(id string, do func(*board.MixerCard) error) error {
	m, err := board.OpenMixer(id)
	if err != nil {
		return err
	}
	return errors.Join(do(m), m.Close())
}
