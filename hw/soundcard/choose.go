package soundcard

import "slices"

// Choose tells which of the cards that List has found Open would take.
func Choose(want string, all []Info) (microphone, loudspeaker Info, err error) {
	var c choices
	for i, info := range all {
		d := device{index: i, name: info.Name, alsa: info.ID}
		if len(info.Capture) > 0 {
			c.capture = append(c.capture, d)
		}
		if len(info.Playback) > 0 {
			c.playback = append(c.playback, d)
		}
	}
	m, l, err := c.pick(Options{Card: want}.withDefaults().Card)
	if err != nil {
		return Info{}, Info{}, err
	}
	return chosen(m, c.capture, all), chosen(l, c.playback, all), nil
}

// chosen is the card of an entry; without one a sound server chooses its default.
func chosen(d *device, list []device, all []Info) Info {
	if d == nil {
		d = &list[max(0, slices.IndexFunc(list, func(d device) bool { return all[d.index].Default }))]
	}
	return all[d.index]
}
