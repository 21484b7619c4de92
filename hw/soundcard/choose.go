package soundcard

import "slices"

// Choose tells which of the cards that List has found Open would take.
func Choose(want string, all []Info) (microphone, loudspeaker Info, err error) {
	if microphone, err = choose(want, "microphone", all, func(i Info) bool { return len(i.Capture) > 0 }); err != nil {
		return Info{}, Info{}, err
	}
	loudspeaker, err = choose(want, "loudspeaker", all, func(i Info) bool { return len(i.Playback) > 0 })
	return microphone, loudspeaker, err
}

func choose(want, what string, all []Info, has func(Info) bool) (Info, error) {
	var some []Info
	var list []device
	for _, i := range all {
		if has(i) {
			list = append(list, device{index: len(some), name: i.Name, alsa: i.ID})
			some = append(some, i)
		}
	}
	d, err := pick(Options{Card: want}.withDefaults().Card, what, list)
	switch {
	case err != nil:
		return Info{}, err
	case d != nil:
		return some[d.index], nil
	}
	return some[max(0, slices.IndexFunc(some, func(i Info) bool { return i.Default }))], nil
}
