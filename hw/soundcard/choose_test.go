package soundcard

import (
	"strings"
	"testing"
)

func TestChoose(t *testing.T) {
	mono := []Format{{Rate: 48000, Channels: 1}}
	all := []Info{
		{Name: "USB Audio", ID: "Device", Capture: mono, Playback: mono},
		{Name: "HDMI", ID: "vc4hdmi", Playback: mono, Default: true},
		{Name: "bcm2835-i2s", ID: "mic", Capture: mono, Default: true},
	}
	for _, c := range []struct{ want, microphone, loudspeaker, fault string }{
		{"", "mic", "vc4hdmi", ""},
		{"default", "mic", "vc4hdmi", ""},
		{"device", "Device", "Device", ""},
		{"USB", "Device", "Device", ""},
		{"hdmi", "", "", `no microphone is called "hdmi"`},
		{"wm8960", "", "", `"USB Audio" (ALSA id "Device")`},
	} {
		m, l, err := Choose(c.want, all)
		if c.fault != "" {
			if err == nil || !strings.Contains(err.Error(), c.fault) {
				t.Errorf("%q: %v, want %q", c.want, err, c.fault)
			}
			continue
		}
		if err != nil || m.ID != c.microphone || l.ID != c.loudspeaker {
			t.Errorf("%q: %q and %q, %v", c.want, m.ID, l.ID, err)
		}
	}
	if _, _, err := Choose("default", nil); err == nil {
		t.Error("chose a card of none")
	}
}
