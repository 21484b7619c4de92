package soundcard

import (
	"strings"
	"testing"
)

func TestChoose(t *testing.T) {
	mono := []Format{{Rate: 48000, Channels: 1}}
	cards := []Info{
		{Name: "USB Audio", ID: "Device", Capture: mono, Playback: mono},
		{Name: "HDMI", ID: "vc4hdmi", Playback: mono, Default: true},
	}
	server := []Info{
		{Name: "Webcam", Capture: mono},
		{Name: "Headset", Capture: mono, Default: true},
		{Name: "Screen", Playback: mono},
	}
	for _, c := range []struct {
		want                           string
		all                            []Info
		microphone, loudspeaker, fault string
	}{
		{"", cards, "USB Audio", "USB Audio", ""},
		{"default", cards, "USB Audio", "USB Audio", ""},
		{"device", cards, "USB Audio", "USB Audio", ""},
		{"default", server, "Headset", "Screen", ""},
		{"hdmi", cards, "", "", "no microphone"},
		{"wm8960", cards, "", "", `"USB Audio" (ALSA id "Device")`},
		{"default", nil, "", "", "no sound card"},
	} {
		m, l, err := Choose(c.want, c.all)
		if c.fault != "" {
			if err == nil || !strings.Contains(err.Error(), c.fault) {
				t.Errorf("%q: %v, want %q", c.want, err, c.fault)
			}
			continue
		}
		if err != nil || m.Name != c.microphone || l.Name != c.loudspeaker {
			t.Errorf("%q: %q and %q, %v", c.want, m.Name, l.Name, err)
		}
	}
}
