package sound

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"intercom/board"
)

// Mixer is what is set on a card. board.MixerCard is one.
type Mixer interface {
	Controls() ([]board.MixerControl, error)
	ProfileOf() string
	Set(control, value string) error
}

// MixerSummary says in short what there is to set.
func MixerSummary(m Mixer) string {
	controls, err := m.Controls()
	profile := m.ProfileOf()
	switch {
	case err != nil:
		return err.Error()
	case profile == "":
		return fmt.Sprintf("%d controls, no profile fits", len(controls))
	}
	return fmt.Sprintf("%d controls, profile %s", len(controls), profile)
}

// ListMixer writes the controls of a card, each with its value and what it can be.
func ListMixer(out io.Writer, id string, m Mixer) error {
	controls, err := m.Controls()
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "%s: %s\n", id, MixerSummary(m)); err != nil {
		return err
	}
	for _, c := range controls {
		if err := writeControl(out, c); err != nil {
			return err
		}
	}
	return nil
}

func writeControl(out io.Writer, c board.MixerControl) error {
	can := c.Range()
	if !c.Writable {
		can = "can only be read"
	}
	_, err := fmt.Fprintf(out, "  %-44s %-24s %s\n", fmt.Sprintf("%q", c.Name), c.Value(), can)
	return err
}

// SetMixer sets one control of a card and writes what it is then.
func SetMixer(out io.Writer, m Mixer, control, value string) error {
	if err := m.Set(control, value); err != nil {
		return err
	}
	controls, err := m.Controls()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(controls, func(c board.MixerControl) bool { return strings.EqualFold(c.Name, control) })
	if i < 0 {
		return fmt.Errorf("the card has lost its control %q", control)
	}
	return writeControl(out, controls[i])
}
