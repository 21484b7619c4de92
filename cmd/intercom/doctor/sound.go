package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"intercom/board"
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
		return []Finding{fault("sound.card", "Install the package for this board, which has its drivers built in.", "%s", plain(err))}
	}
	var all []Finding
	for _, c := range cards {
		all = append(all, ok("sound.cards", "%s", cardText(c)))
	}
	return append(all, chosen(s, card, cards))
}

func cardText(c board.SoundInfo) string {
	name := c.Name
	if c.ID != "" {
		name = fmt.Sprintf("%s (card = %q)", c.Name, c.ID)
	}
	return fmt.Sprintf("%s: microphone %s; loudspeaker %s", name, board.SoundSummary(c.Capture), board.SoundSummary(c.Playback))
}

// chosen tells which card the station takes, and why.
func chosen(s Subject, want string, cards []board.SoundInfo) Finding {
	const id = "sound.card"
	if len(cards) == 0 {
		return fault(id, fmt.Sprintf("Plug the USB card in; a HAT needs its dtoverlay line in %s, such as dtoverlay=wm8960-soundcard.", s.bootConfig()),
			"There is no sound card.")
	}
	microphone, loudspeaker, err := board.ChooseCard(s.Config.Sound.SoundConfig, cards)
	if err != nil {
		return fault(id, `Write a part of a card's name in [sound]; "intercom sound list" shows them.`, "%s", plain(err))
	}
	why := fmt.Sprintf("card = %q is a part of its name", want)
	if want == "default" || want == "" {
		why = `card = "default", and it has both microphone and loudspeaker`
	}
	if microphone.Name != loudspeaker.Name {
		return warning(id, "Name the card that has both in [sound].", "The microphone would be that of %q, the loudspeaker that of %q: their clocks differ, and echo is not cancelled well.",
			microphone.Name, loudspeaker.Name)
	}
	return ok(id, "%s is taken: %s", microphone.Name, why)
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
