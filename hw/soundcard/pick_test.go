package soundcard

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var cards = []device{
	{0, "default", "Default Playback Device", ""},
	{1, ":0,0", "bcm2835 Headphones", "Headphones"},
	{2, ":1,0", "USB PnP Sound Device, USB Audio", "Device"},
	{3, ":2,0", "USB PnP Sound Device, USB Audio", "Device_1"},
	{4, ":3,0", "wm8960-hifi", "wm8960soundcard"},
	{5, ":4,0", "HDMI 0", "vc4hdmi0"},
	{6, ":4,1", "HDMI 1", "vc4hdmi0"},
}

func TestPick(t *testing.T) {
	for want, index := range map[string]int{
		"Device": 2, "device": 2, "Device_1": 3, "wm8960": 4, "wm8960-hifi": 4, "Headphones": 1, "vc4hdmi0": 5,
	} {
		d, err := pick(want, "loudspeaker", cards)
		if err != nil {
			t.Errorf("%s: %v", want, err)
		} else if d == nil || d.index != index {
			t.Errorf("%s picks %v, want entry %d", want, d, index)
		}
	}
	if d, err := pick("default", "loudspeaker", cards); d != nil || err != nil {
		t.Errorf("default picks %v, %v; want the system's choice", d, err)
	}
}

func TestPickSaysWhatThereIs(t *testing.T) {
	for want, part := range map[string]string{
		"USB":      `"USB PnP Sound Device, USB Audio" (ALSA id "Device_1")`,
		"seeed":    `(ALSA id "wm8960soundcard")`,
		"\x1bquit": `"\x1bquit"`,
	} {
		if _, err := pick(want, "microphone", cards); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q: %v, want %s in it", want, err, part)
		}
	}
	for _, want := range []string{"default", "Device"} {
		if _, err := pick(want, "microphone", nil); err == nil {
			t.Errorf("%q was found in an empty list", want)
		}
	}
}

func TestALSAIDOfADriversDevice(t *testing.T) {
	proc := t.TempDir()
	if err := os.Mkdir(filepath.Join(proc, "card1"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(proc, "card1", "id"), []byte("Device\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{
		":1,0": "Device", "hw:1,0": "Device", ":1": "Device", "hw:CARD=Set,DEV=0": "Set",
		":2,0": "", "default": "", "": "", ":../../etc": "", "alsa_output.usb": "", ":1/../card1,0": "",
	} {
		if got := alsaID(proc, id); got != want {
			t.Errorf("alsaID(%q) is %q, want %q", id, got, want)
		}
	}
}
