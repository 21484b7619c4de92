package soundcard

import (
	"fmt"
	"slices"
	"strings"
)

// Info is one card of this computer, as List finds it.
type Info struct {
	Name    string
	ID      string // its ALSA id, empty if it has none
	Default bool   // the system takes this one if no card is named

	// Capture and Playback are what the microphone and the loudspeaker can do; none means that the card has no such side.
	Capture, Playback []Format
}

// Complete tells whether the card has both a microphone and a loudspeaker.
func (i Info) Complete() bool { return len(i.Capture) > 0 && len(i.Playback) > 0 }

// Format is one way in which a card takes or gives samples.
type Format struct {
	Rate, Channels int    // Hz; 0 for any
	Sample         string // "S16", "S24", "S32", "F32", "U8"; empty for any
}

// Summary says in short what a side of a card can do: "S16 S32, 44100 to 48000 Hz, 1 to 2 channels".
func Summary(all []Format) string {
	if len(all) == 0 {
		return "none"
	}
	var words []string
	low, high := all[0], all[0]
	for _, f := range all {
		if f.Sample != "" && !slices.Contains(words, f.Sample) {
			words = append(words, f.Sample)
		}
		low.Rate, high.Rate = min(low.Rate, f.Rate), max(high.Rate, f.Rate)
		low.Channels, high.Channels = min(low.Channels, f.Channels), max(high.Channels, f.Channels)
	}
	parts := []string{between(low.Rate, high.Rate, "rate", "Hz"), between(low.Channels, high.Channels, "number of channels", "channels")}
	if len(words) > 0 {
		parts = append([]string{strings.Join(words, " ")}, parts...)
	}
	return strings.Join(parts, ", ")
}

func between(low, high int, what, unit string) string {
	switch {
	case low == 0:
		return "any " + what
	case low == high:
		return fmt.Sprintf("%d %s", high, strings.TrimSuffix(unit, singular(high)))
	}
	return fmt.Sprintf("%d to %d %s", low, high, unit)
}

// singular is what one thing's unit does without.
func singular(n int) string {
	if n == 1 {
		return "s"
	}
	return ""
}

// join puts what drivers list by direction together by card, complete cards first. Of an ALSA card with several devices the first of
// each direction counts: that is the one that is opened.
func join(capture, playback []Info) []Info {
	var all []Info
	for _, one := range append(slices.Clone(capture), playback...) {
		i := slices.IndexFunc(all, one.sameCard)
		if i < 0 {
			all = append(all, one)
			continue
		}
		if len(all[i].Capture) == 0 {
			all[i].Capture = one.Capture
		}
		if len(all[i].Playback) == 0 {
			all[i].Playback = one.Playback
		}
		all[i].Default = all[i].Default || one.Default
	}
	slices.SortStableFunc(all, func(a, b Info) int {
		switch {
		case a.Complete() != b.Complete() && a.Complete():
			return -1
		case a.Complete() != b.Complete():
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return all
}

func (i Info) sameCard(other Info) bool {
	if i.ID != "" || other.ID != "" {
		return i.ID == other.ID
	}
	return i.Name == other.Name
}
