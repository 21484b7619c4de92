package mixer

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// Cards are known by what they are, not by the order in which they were found.
func TestProfileOf(t *testing.T) {
	for _, c := range []struct{ id, driver, components, want string }{
		{"wm8960soundcard", "wm8960-soundcard", "", "wm8960"},
		{"seeed2micvoicec", "seeed-2mic-voic", "", "respeaker2mic"},
		{"IQaudIOCODEC", "IQaudIOCODEC", "", "codeczero"},
		{"Zero", "Zero", "", "codeczero"},
		{"sndrpigooglevoi", "RPi-simple", "", "voicehat"},
		{"Device", "USB-Audio", "USB1b3f:2008", "cm108"},
		{"Device_1", "USB-Audio", "USB0d8c:0014", "cm108"},
		{"Set", "USB-Audio", "USB0d8c:000c", "cm108"},
		{"Audio", "USB-Audio", "USB0d8c:0012", "cm108"},
		{"Jabra", "USB-Audio", "USB0b0e:0420", ""},
		{"Device", "Loopback", "", ""},
		{"vc4hdmi", "vc4-hdmi", "", ""},
		{"Headphones", "bcm2835_headpho", "", ""},
	} {
		if got := (&Card{ID: c.id, Driver: c.driver, Components: c.components}).ProfileOf(); got != c.want {
			t.Errorf("%+v is %q", c, got)
		}
	}
}

// A stick with the switches wrong, as it comes: the profile mends it, and the configuration goes before the profile.
func TestApply(t *testing.T) {
	f := stick()
	c := introduced(t, f)
	name, faults := c.Apply(Settings{Controls: map[string]string{"Speaker playback volume": "-1dB"}})
	if name != "cm108" || faults != nil {
		t.Fatalf("%q, %v", name, faults)
	}
	for control, want := range map[string][]int{"Mic Playback Switch": {0}, "Speaker Playback Switch": {1}, "Auto Gain Control": {0},
		"Speaker Playback Volume": {36, 36}, "Mic Capture Volume": {25}, "Mic Playback Volume": {8}} {
		if got := f.values(control); !slices.Equal(got, want) {
			t.Errorf("%s is %v, want %v", control, got, want)
		}
	}
	if name, faults := introduced(t, stick()).Apply(Settings{Profile: None}); name != "" || faults != nil {
		t.Errorf("none is %q, %v", name, faults)
	}
	if name, faults := introduced(t, newFake("Jabra", "USB-Audio")).Apply(Settings{}); name != "" || faults != nil {
		t.Errorf("an unknown card is %q, %v", name, faults)
	}
}

// What goes wrong is told in full, and keeps nothing else from being set.
func TestApplyWrongly(t *testing.T) {
	f := stick()
	_, faults := introduced(t, f).Apply(Settings{Profile: "wm8960", Controls: map[string]string{"Speaker": "1", "Auto Gain Control": "off"}})
	if err := errors.Join(faults...); err == nil || !strings.Contains(err.Error(), `profile wm8960: mixer: Device has no control "Capture Switch"`) ||
		!strings.Contains(err.Error(), `no control "Speaker"`) || strings.Contains(err.Error(), "ALC Function") {
		t.Error(err)
	}
	if f.values("Auto Gain Control")[0] != 0 {
		t.Error("the rest was not set")
	}
	_, faults = introduced(t, f).Apply(Settings{Profile: "loud", Controls: map[string]string{"Auto Gain Control": "on"}})
	if len(faults) != 1 || !strings.Contains(faults[0].Error(), "there are: wm8960, respeaker2mic") || f.values("Auto Gain Control")[0] != 1 {
		t.Error(faults)
	}
}

// Each profile on a card with the controls, ranges and scales that its driver has (sound/soc/codecs/wm8960.c, da7213.c): every
// setting is one that the card takes.
func TestProfilesFitTheirCards(t *testing.T) {
	for name, f := range map[string]*fake{"wm8960": wm8960Card("wm8960soundcard"), "respeaker2mic": wm8960Card("seeed2micvoicec"), "codeczero": da7213Card()} {
		c := introduced(t, f)
		if got, faults := c.Apply(Settings{}); got != name || faults != nil {
			t.Errorf("%s: %q, %v", name, got, faults)
		}
		p, _ := c.choose(name)
		for _, s := range p.settings {
			if f.values(s.control) == nil {
				t.Errorf("%s: the card has no %q", name, s.control)
			}
		}
	}
	f := wm8960Card("wm8960soundcard")
	if _, faults := introduced(t, f).Apply(Settings{}); faults != nil {
		t.Fatal(faults)
	}
	// As in Waveshare's state file.
	for control, want := range map[string]int{"Capture Volume": 39, "Speaker Playback Volume": 109, "Playback Volume": 255,
		"ADC PCM Capture Volume": 195, "Left Input Boost Mixer LINPUT1 Volume": 3, "Left Output Mixer PCM Playback Switch": 1} {
		if got := f.values(control)[0]; got != want {
			t.Errorf("%s is %d, want %d", control, got, want)
		}
	}
	f = da7213Card()
	if _, faults := introduced(t, f).Apply(Settings{}); faults != nil {
		t.Fatal(faults)
	}
	// As in Raspberry Pi's state file.
	for control, want := range map[string]int{"Mic 2 Volume": 5, "Mixin PGA Volume": 7, "ADC Volume": 114, "DAC Volume": 112, "Lineout Volume": 48} {
		if got := f.values(control)[0]; got != want {
			t.Errorf("%s is %d, want %d", control, got, want)
		}
	}
}

func wm8960Card(id string) *fake {
	boost := words(tlvRange, 48, 0, 1, tlvScale, 8, 0, 1300, 2, 3, tlvScale, 8, 2000, 900)
	return newFake(id, "wm8960",
		level("Capture Volume", 0, 63, steps(-1725, 75, false), 23, 23),
		toggle("Capture Switch", 0, 0),
		level("Right Input Boost Mixer RINPUT1 Volume", 0, 3, boost, 0),
		level("Left Input Boost Mixer LINPUT1 Volume", 0, 3, boost, 0),
		level("Playback Volume", 0, 255, steps(-12750, 50, true), 255, 255),
		level("Headphone Playback Volume", 0, 127, steps(-12100, 100, true), 0, 0),
		level("Speaker Playback Volume", 0, 127, steps(-12100, 100, true), 0, 0),
		level("Speaker DC Volume", 0, 5, nil, 0),
		level("Speaker AC Volume", 0, 5, nil, 0),
		choice("ALC Function", 3, "Off", "Right", "Left", "Stereo"),
		toggle("Noise Gate Switch", 1),
		level("ADC PCM Capture Volume", 0, 255, steps(-9750, 50, true), 0, 0),
		toggle("Left Boost Mixer LINPUT1 Switch", 0), toggle("Right Boost Mixer RINPUT1 Switch", 0),
		toggle("Left Input Mixer Boost Switch", 0), toggle("Right Input Mixer Boost Switch", 0),
		toggle("Left Output Mixer PCM Playback Switch", 0), toggle("Right Output Mixer PCM Playback Switch", 0),
		toggle("Left Output Mixer Boost Bypass Switch", 1), toggle("Right Output Mixer Boost Bypass Switch", 1),
	)
}

func da7213Card() *fake {
	digital := words(tlvRange, 48, 0, 7, tlvMinMaxMute, 8, -7800, -7800, 8, 127, tlvScale, 8, -7800, 75)
	return newFake("IQaudIOCODEC", "IQaudIOCODEC",
		level("Mic 2 Volume", 0, 7, steps(-600, 600, false), 0),
		level("Mixin PGA Volume", 0, 15, steps(-450, 150, false), 0, 0),
		level("ADC Volume", 0, 127, digital, 0, 0),
		level("DAC Volume", 0, 127, digital, 0, 0),
		level("Lineout Volume", 0, 63, words(tlvScale, 8, -4800, 100), 0),
		toggle("Mic 1 Switch", 1), toggle("Mic 2 Switch", 0), toggle("Aux Switch", 1, 1), toggle("Mixin PGA Switch", 0, 0),
		toggle("ADC Switch", 0, 0), toggle("Headphone Switch", 1, 1), toggle("Lineout Switch", 0), toggle("DAC Mono Switch", 0, 0),
		toggle("ALC Switch", 1, 1), toggle("Onboard MIC Switch", 0),
		choice("Mic 2 Amp Source MUX", 1, "Differential", "MIC_P", "MIC_N"),
		toggle("Mixin Left Mic 2 Switch", 0), toggle("Mixin Right Mic 2 Switch", 0),
		choice("DAI Left Source MUX", 2, "ADC Left", "ADC Right", "DAI Input Left", "DAI Input Right"),
		choice("DAI Right Source MUX", 2, "ADC Left", "ADC Right", "DAI Input Left", "DAI Input Right"),
		choice("DAC Left Source MUX", 0, "ADC Output Left", "ADC Output Right", "DAI Input Left", "DAI Input Right"),
		choice("DAC Right Source MUX", 0, "ADC Output Left", "ADC Output Right", "DAI Input Left", "DAI Input Right"),
		toggle("Mixout Left DAC Left Switch", 0), toggle("Mixout Right DAC Right Switch", 0),
	)
}
