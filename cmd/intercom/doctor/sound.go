package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"intercom/board"
	"intercom/cmd/intercom/configfile"
)

// sound tells which cards there are, what they can do, and which is taken.
func sound(_ context.Context, s Subject) []Finding {
	card := s.Config.Sound.Card
	if card == "none" || card == "null" || card == "wav" {
		return []Finding{note("sound.card", "", "The configuration wants card = %q: no sound card is used.", card)}
	}
	for _, device := range s.glob("dev/snd/control*") {
		f, err := s.Files.Open(device)
		if errors.Is(err, fs.ErrPermission) {
			return []Finding{fault("sound.card", "sudo usermod -aG audio $USER and log in again; or sudo intercom doctor", "/%s may not be opened.", device)}
		}
		if err == nil {
			_ = f.Close() // nothing was written
		}
	}
	cards, err := s.Cards()
	if err != nil {
		return []Finding{fault("sound.card", "Install the package for this board, which has its drivers built in.", "%s", configfile.Plain(err))}
	}
	var all []Finding
	for _, c := range cards {
		all = append(all, ok("sound.cards", "%s", cardText(c)))
	}
	f, id := chosen(s, card, cards)
	all = append(all, f)
	if id != "" {
		all = append(all, mixer(s, id)...)
	}
	return all
}

// mixer tells of what is switched off or turned down on the card that is taken.
func mixer(s Subject, card string) []Finding {
	const id = "sound.mixer"
	controls, err := s.Mixer(card)
	if err != nil {
		return []Finding{skipped(id, "", "The mixer of %q does not say how it is set: %s", card, configfile.Plain(err))}
	}
	var all []Finding
	for _, c := range controls {
		if f, silent := silenced(card, c); silent {
			all = append(all, f)
		}
	}
	switch {
	case len(controls) == 0:
		return []Finding{ok(id, "the card %q has no mixer", card)}
	case all == nil:
		return []Finding{ok(id, "the mixer of %q has %d controls; no volume is at its least, and no loudspeaker is switched off", card, len(controls))}
	}
	return all
}

// silenced tells of a control that leaves nothing to hear: Master, PCM, Speaker, Headphone, Mic and Capture are the names that ALSA gives to
// what lies on the way (Documentation/sound/designs/control-names.rst).
func silenced(card string, c board.MixerControl) (Finding, bool) {
	onTheWay := false
	for _, name := range []string{"Master Playback", "PCM Playback", "Speaker Playback", "Capture Volume", "Capture Switch", "Mic Capture"} {
		onTheWay = onTheWay || strings.HasPrefix(c.Name, name)
	}
	if !onTheWay || !c.Writable || len(c.Values) == 0 {
		return Finding{}, false
	}
	for _, v := range c.Values {
		if v > c.Min {
			return Finding{}, false
		}
	}
	value := "80%"
	if c.Kind == "switch" {
		value = "on"
	}
	return warning("sound.mixer", fmt.Sprintf("If the station is silent: [sound.mixer] %q = %q; a card that the firmware knows is set when the station starts.", c.Name, value),
		"%q of the card %q is %s.", c.Name, card, c.Value()), true
}

func cardText(c board.SoundInfo) string {
	name := c.Name
	if c.ID != "" {
		name = fmt.Sprintf("%s (card = %q)", c.Name, c.ID)
	}
	return fmt.Sprintf("%s: microphone %s; loudspeaker %s", name, board.SoundSummary(c.Capture), board.SoundSummary(c.Playback))
}

// chosen tells which card the station takes, and why.
func chosen(s Subject, want string, cards []board.SoundInfo) (f Finding, id string) {
	const about = "sound.card"
	if len(cards) == 0 {
		return fault(about, fmt.Sprintf("Plug the USB card in; a HAT needs its dtoverlay line in %s, such as dtoverlay=wm8960-soundcard.", s.bootConfig()),
			"There is no sound card."), ""
	}
	microphone, loudspeaker, err := board.ChooseCard(s.Config.Sound.SoundConfig, cards)
	if err != nil {
		return fault(about, `Write a part of a card's name in [sound]; "intercom sound list" shows them.`, "%s", configfile.Plain(err)), ""
	}
	why := fmt.Sprintf("card = %q is a part of its name", want)
	if want == "default" || want == "" {
		why = `card = "default", and it has both microphone and loudspeaker`
	}
	if microphone.Name != loudspeaker.Name {
		return warning(about, "Name the card that has both in [sound].", "The microphone would be that of %q, the loudspeaker that of %q: their clocks differ, and echo is not cancelled well.",
			microphone.Name, loudspeaker.Name), ""
	}
	return ok(about, "%s is taken: %s", microphone.Name, why), microphone.ID
}

// usbSound tells of USB cards that may be put to sleep.
func usbSound(_ context.Context, s Subject) []Finding {
	var all []Finding
	for _, bus := range s.glob("proc/asound/card[0-9]*/usbbus") {
		name := path.Base(path.Dir(bus))
		link, err := fs.ReadLink(s.Files, "sys/class/sound/"+name)
		if err != nil {
			continue
		}
		// …/usb1/1-1 (the device) /1-1:1.0 (its interface) /sound/card1
		device := path.Dir(path.Dir(path.Dir(path.Join("sys/class/sound", link))))
		if s.read(device+"/power/control") != "auto" {
			continue
		}
		id := s.read("proc/asound/" + name + "/id")
		rule := fmt.Sprintf(`ACTION=="add", SUBSYSTEM=="usb", ATTR{idVendor}=="%s", ATTR{idProduct}=="%s", ATTR{power/control}="on"`, s.read(device+"/idVendor"), s.read(device+"/idProduct"))
		all = append(all, note("sound.usb-sleep", "Write into /etc/udev/rules.d/90-intercom-usb.rules: "+rule,
			"The system may put the USB card %q to sleep while nothing plays; the first word of a call can be lost.", strings.TrimSpace(id)))
	}
	return all
}
