package sound

import (
	"fmt"
	"io"

	"intercom/board"
)

// List writes what the cards can do, those first that would do for a door station. Mixer says in short what there is to set on the
// card of an ALSA id.
func List(out io.Writer, cards []board.SoundInfo, mixer func(id string) string) error {
	if len(cards) == 0 {
		_, err := fmt.Fprintln(out, "There is no sound card.")
		return err
	}
	for _, c := range cards {
		name := c.ID
		if name == "" {
			name = c.Name
		}
		_, err := fmt.Fprintf(out, "card = %q: %s\n  %s\n  microphone   %s\n  loudspeaker  %s\n", name, verdict(c), c.Name,
			board.SoundSummary(c.Capture), board.SoundSummary(c.Playback))
		if err == nil && c.ID != "" {
			_, err = fmt.Fprintf(out, "  mixer        %s\n", mixer(c.ID))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func verdict(c board.SoundInfo) string {
	switch {
	case c.Complete() && c.Default:
		return "would do; the computer's default"
	case c.Complete():
		return "would do"
	case len(c.Capture) == 0:
		return "no microphone: would not do"
	}
	return "no loudspeaker: would not do"
}
