package soundcard

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// device is one entry of the driver's list, in one direction.
type device struct {
	index int    // in the driver's list
	id    string // the driver's, such as ":1,0"
	name  string
	alsa  string // the card's ALSA id, such as "Device"; empty if it has none
}

func (d device) String() string {
	if d.alsa != "" {
		return fmt.Sprintf("%q (ALSA id %q)", d.name, d.alsa)
	}
	return strconv.Quote(d.name)
}

// same tells whether two entries are of one card.
func (d device) same(other device) bool {
	if d.alsa != "" || other.alsa != "" {
		return d.alsa == other.alsa
	}
	return d.name == other.name
}

// choices are the entries of both directions.
type choices struct{ capture, playback []device }

// pick finds the microphone and the loudspeaker that want means: by their card's ALSA id, by a whole name, or by a part of either.
// Letter case does not count. "default" is a card that has both; nil leaves the choice to a sound server, where there is one.
func (c choices) pick(want string) (microphone, speaker *device, err error) {
	if len(c.capture)+len(c.playback) == 0 {
		return nil, nil, errors.New("soundcard: there is no sound card on this computer")
	}
	if want == "default" {
		return c.pickDefault()
	}
	microphones, speakers := matching(c.capture, want), matching(c.playback, want)
	if len(microphones) > 0 && len(speakers) > 0 {
		microphones, speakers = both(microphones, speakers)
	}
	switch {
	case len(microphones)+len(speakers) == 0:
		return nil, nil, fmt.Errorf("soundcard: no card is called %q; there are: %s", want, c)
	case len(microphones) == 0:
		return nil, nil, fmt.Errorf("soundcard: %s only plays, it has no microphone; %s", speakers[0], c.complete())
	case len(speakers) == 0:
		return nil, nil, fmt.Errorf("soundcard: %s only records, it has no loudspeaker; %s", microphones[0], c.complete())
	case !oneCard(microphones) || !oneCard(speakers):
		return nil, nil, fmt.Errorf("soundcard: %q fits more than one card: %s", want, choices{microphones, speakers})
	}
	return &microphones[0], &speakers[0], nil
}

// pickDefault takes the one card that has both sides. Of several it takes always the same, whatever the order in which the kernel
// has found them: the first by its id, a card that is only software last. Outputs to a screen and to headphones have no
// microphone, and are so never taken.
func (c choices) pickDefault() (microphone, speaker *device, err error) {
	if !slices.ContainsFunc(slices.Concat(c.capture, c.playback), func(d device) bool { return d.alsa != "" }) {
		switch {
		case len(c.capture) == 0:
			return nil, nil, errors.New("soundcard: there is no microphone on this computer")
		case len(c.playback) == 0:
			return nil, nil, errors.New("soundcard: there is no loudspeaker on this computer")
		}
		return nil, nil, nil
	}
	microphones, speakers := both(c.capture, c.playback)
	microphones = slices.DeleteFunc(slices.Clone(microphones), func(d device) bool { return d.alsa == "" })
	if len(microphones) == 0 || !microphones[0].in(speakers) {
		return nil, nil, fmt.Errorf("soundcard: no card has both a microphone and a loudspeaker; there are: %s", c)
	}
	first := slices.MinFunc(microphones, func(a, b device) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), strings.Compare(a.alsa, b.alsa))
	})
	return &first, &speakers[slices.IndexFunc(speakers, first.same)], nil
}

// rank puts cards last that are only software.
func (d device) rank() int {
	if d.alsa == "Loopback" || d.alsa == "Dummy" {
		return 1
	}
	return 0
}

func (d device) in(list []device) bool { return slices.ContainsFunc(list, d.same) }

// matching are the entries that a name means: those that are called so in full, or else those that have it in their name.
func matching(list []device, want string) []device {
	full := having(list, func(d device) bool { return strings.EqualFold(d.alsa, want) || strings.EqualFold(d.name, want) })
	if len(full) > 0 {
		return full
	}
	part := strings.ToLower(want)
	return having(list, func(d device) bool {
		return strings.Contains(strings.ToLower(d.name), part) || strings.Contains(strings.ToLower(d.alsa), part)
	})
}

// both keeps the entries of cards that are in both lists; if there is none, all of them.
func both(capture, playback []device) (microphones, speakers []device) {
	microphones = having(capture, func(d device) bool { return d.in(playback) })
	speakers = having(playback, func(d device) bool { return d.in(capture) })
	if len(microphones) == 0 {
		return capture, playback
	}
	return microphones, speakers
}

func having(list []device, fits func(device) bool) []device {
	var found []device
	for _, d := range list {
		if fits(d) {
			found = append(found, d)
		}
	}
	return found
}

// oneCard says whether all are devices of one ALSA card; its first is then the one that is meant.
func oneCard(list []device) bool {
	for _, d := range list[1:] {
		if d.alsa == "" || d.alsa != list[0].alsa {
			return false
		}
	}
	return true
}

// complete says which cards would do.
func (c choices) complete() string {
	microphones, speakers := both(c.capture, c.playback)
	if len(microphones) == 0 || !microphones[0].in(speakers) {
		return "no card has both"
	}
	return "with both there are: " + choices{microphones, speakers}.String()
}

// String names all cards, each once, and what is missing of one that has not both sides.
func (c choices) String() string {
	var names []string
	for i, d := range c.capture {
		switch {
		case d.in(c.capture[:i]):
		case d.in(c.playback):
			names = append(names, d.String())
		default:
			names = append(names, d.String()+", which only records")
		}
	}
	for i, d := range c.playback {
		if !d.in(c.playback[:i]) && !d.in(c.capture) {
			names = append(names, d.String()+", which only plays")
		}
	}
	return strings.Join(names, ", ")
}

// alsaID looks up the id of the card in a driver's device id: ":1,0" and "hw:1,0" are of card 1, whose id is in
// /proc/asound/card1/id. The number changes with the order in which cards are found, the id does not.
func alsaID(proc, id string) string {
	_, number, ok := strings.Cut(id, ":")
	if !ok {
		return ""
	}
	number, _, _ = strings.Cut(number, ",")
	if name, ok := strings.CutPrefix(number, "CARD="); ok {
		return name
	}
	if _, err := strconv.ParseUint(number, 10, 8); err != nil {
		return ""
	}
	text, err := os.ReadFile(proc + "/card" + number + "/id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}
