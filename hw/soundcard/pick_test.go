package soundcard

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A Raspberry Pi with two sticks on USB and a card on its header.
var (
	stick1     = device{2, ":1,0", "USB PnP Sound Device, USB Audio", "Device"}
	stick2     = device{3, ":2,0", "USB PnP Sound Device, USB Audio", "Device_1"}
	hat        = device{4, ":3,0", "wm8960-hifi", "wm8960soundcard"}
	headphones = device{1, ":0,0", "bcm2835 Headphones", "Headphones"}
	hdmi       = device{5, ":4,0", "HDMI 0", "vc4hdmi0"}
	hdmi2      = device{6, ":4,1", "HDMI 1", "vc4hdmi0"}
	camera     = device{7, ":5,0", "C920, USB Audio", "C920"}
	loopback   = device{8, ":6,0", "Loopback PCM", "Loopback"}
	server     = device{0, "default", "Default Playback Device", ""}

	cards = choices{[]device{server, stick1, stick2, hat, camera}, []device{server, headphones, stick1, stick2, hat, hdmi, hdmi2}}
)

func TestPick(t *testing.T) {
	for want, index := range map[string]int{
		"Device": 2, "device": 2, "Device_1": 3, "wm8960": 4, "wm8960-hifi": 4,
	} {
		m, s, err := cards.pick(want)
		if err != nil {
			t.Errorf("%s: %v", want, err)
		} else if m == nil || s == nil || m.index != index || s.index != index {
			t.Errorf("%s picks %v and %v, want entry %d", want, m, s, index)
		}
	}
}

// Without a name it is a card with both sides, the same one in whatever order the kernel has found them; outputs to a screen and to
// headphones never.
func TestPickDefault(t *testing.T) {
	for name, c := range map[string]struct {
		capture, playback []device
		want              string
	}{
		"a stick beside the board's own outputs": {[]device{stick1}, []device{headphones, hdmi, stick1}, "Device"},
		"two sticks":                             {[]device{stick1, stick2}, []device{stick1, stick2}, "Device"},
		"two sticks, the other way round":        {[]device{stick2, stick1}, []device{stick2, stick1}, "Device"},
		"a camera that only records":             {[]device{camera, hat}, []device{hdmi, hat}, "wm8960soundcard"},
		"a card of software":                     {[]device{loopback, hat}, []device{loopback, hat}, "wm8960soundcard"},
		"a card of software alone":               {[]device{loopback}, []device{hdmi, loopback}, "Loopback"},
	} {
		m, s, err := choices{c.capture, c.playback}.pick("default")
		if err != nil || m == nil || s == nil || m.alsa != c.want || s.alsa != c.want {
			t.Errorf("%s: %v and %v, %v", name, m, s, err)
		}
	}
	sound := device{0, "alsa_output.pci", "Built-in Audio", ""}
	if m, s, err := (choices{[]device{sound}, []device{sound}}).pick("default"); m != nil || s != nil || err != nil {
		t.Errorf("of a sound server: %v and %v, %v; want its own choice", m, s, err)
	}
}

func TestPickSaysWhatThereIs(t *testing.T) {
	for _, c := range []struct {
		want  string
		there choices
		part  string
	}{
		{"USB", cards, `"USB" fits more than one card: "USB PnP Sound Device, USB Audio" (ALSA id "Device"), "USB PnP Sound Device, USB Audio" (ALSA id "Device_1")`},
		{"seeed", cards, `no card is called "seeed"; there are: "Default Playback Device", "USB PnP Sound Device, USB Audio" (ALSA id "Device")`},
		{"seeed", cards, `"bcm2835 Headphones" (ALSA id "Headphones"), which only plays`},
		{"\x1bquit", cards, `"\x1bquit"`},
		{"Headphones", cards, `"bcm2835 Headphones" (ALSA id "Headphones") only plays, it has no microphone; with both there are: `},
		{"vc4hdmi0", choices{nil, []device{hdmi, hdmi2}}, `only plays, it has no microphone; no card has both`},
		{"C920", cards, `only records, it has no loudspeaker`},
		{"default", choices{}, "there is no sound card on this computer"},
		{"Device", choices{}, "there is no sound card on this computer"},
		{"default", choices{nil, []device{headphones, hdmi, hdmi2}}, `no card has both a microphone and a loudspeaker; there are: "bcm2835 Headphones" (ALSA id "Headphones"), which only plays, "HDMI 0" (ALSA id "vc4hdmi0"), which only plays`},
		{"default", choices{[]device{camera}, []device{hdmi}}, `"C920, USB Audio" (ALSA id "C920"), which only records`},
		{"default", choices{nil, []device{server}}, "there is no microphone"},
	} {
		if m, s, err := c.there.pick(c.want); err == nil || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%q: %v and %v, %v, want %s in it", c.want, m, s, err, c.part)
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
