package mixer

import "strings"

// profiles are the cards that are known. The ways through a codec are those of its driver (sound/soc/codecs in the kernel); the
// levels are those of the maker's own state file where there is one, but that what the firmware does by itself (gain, gate) is
// left to it: two that regulate work against each other, and an echo canceller wants a level that stays.
func profiles() []profile {
	return []profile{
		{"wm8960", isCalled("wm8960soundcard"), wm8960("12dB", "-12dB")},
		{"respeaker2mic", isCalled("seeed2micvoicec", "seeedvoicecard"), wm8960("12dB", "-6dB")},
		{"codeczero", isCalled("IQaudIOCODEC", "Zero"), codecZero()},
		{"cm108", isCM108, cm108()},
		{"voicehat", isCalled("sndrpigooglevoi"), nil}, // its chips have neither volumes nor switches
	}
}

// wm8960 leads the microphones at LINPUT1 and RINPUT1 to the converters, and the converters to speaker and headphone.
// Waveshare's wm8960_asound.state: microphones 12 dB behind a boost of 29 dB, outputs -12 dB. Seeed's for the ReSpeaker has 30 dB
// and +6 dB: speech at an arm's length is then cut off.
func wm8960(capture, playback string) []setting {
	return []setting{
		{"Capture Switch", "on", false},
		{"Capture Volume", capture, false},
		{"ADC PCM Capture Volume", "0dB", false},
		{"Left Boost Mixer LINPUT1 Switch", "on", false},
		{"Right Boost Mixer RINPUT1 Switch", "on", false},
		{"Left Input Boost Mixer LINPUT1 Volume", "29dB", false},
		{"Right Input Boost Mixer RINPUT1 Volume", "29dB", false},
		{"Left Input Mixer Boost Switch", "on", false},
		{"Right Input Mixer Boost Switch", "on", false},
		{"ALC Function", "Off", true},
		{"Noise Gate Switch", "off", true},
		{"Left Output Mixer PCM Playback Switch", "on", false},
		{"Right Output Mixer PCM Playback Switch", "on", false},
		{"Left Output Mixer Boost Bypass Switch", "off", true}, // the visitor would hear himself
		{"Right Output Mixer Boost Bypass Switch", "off", true},
		{"Playback Volume", "0dB", false},
		{"Headphone Playback Volume", playback, false},
		{"Speaker Playback Volume", playback, false},
		{"Speaker DC Volume", "4", true},
		{"Speaker AC Volume", "4", true},
	}
}

// codecZero leads the microphone on the board (MIC2 of its DA7213) to both channels, and the converters to the line output that
// drives the speaker's amplifier: Raspberry Pi's Codec_Zero_OnboardMIC_record_and_SPK_playback.state.
func codecZero() []setting {
	return []setting{
		{"Onboard MIC Switch", "on", true},
		{"Mic 1 Switch", "off", true},
		{"Aux Switch", "off", true},
		{"Mic 2 Amp Source MUX", "Differential", true},
		{"Mic 2 Switch", "on", false},
		{"Mic 2 Volume", "24dB", false},
		{"Mixin Left Mic 2 Switch", "on", false},
		{"Mixin Right Mic 2 Switch", "on", false},
		{"Mixin PGA Switch", "on", false},
		{"Mixin PGA Volume", "6dB", false},
		{"ADC Switch", "on", false},
		{"ADC Volume", "1.5dB", false},
		{"ALC Switch", "off", true},
		{"DAI Left Source MUX", "ADC Left", true},
		{"DAI Right Source MUX", "ADC Right", true},
		{"DAC Left Source MUX", "DAI Input Left", true},
		{"DAC Right Source MUX", "DAI Input Right", true},
		{"DAC Mono Switch", "on", true},
		{"DAC Volume", "0dB", false},
		{"Mixout Left DAC Left Switch", "on", false},
		{"Mixout Right DAC Right Switch", "on", false},
		{"Headphone Switch", "off", true},
		{"Lineout Volume", "0dB", false},
		{"Lineout Switch", "on", false},
	}
}

// cm108 is for sticks on USB, whose descriptors say which of these there are and what they are called (sound/usb/mixer.c). "Mic
// Playback" is the side tone: the microphone by way of the loudspeaker, which howls at a door.
func cm108() []setting {
	return []setting{
		{"Mic Playback Switch", "off", true},
		{"Sidetone Playback Switch", "off", true},
		{"Auto Gain Control", "off", true},
		{"Mic Capture Switch", "on", true},
		{"Mic Capture Volume", "70%", true},
		{"Speaker Playback Switch", "on", true},
		{"Speaker Playback Volume", "80%", true},
		{"Headphone Playback Switch", "on", true},
		{"Headphone Playback Volume", "80%", true},
		{"PCM Playback Switch", "on", true},
		{"PCM Playback Volume", "80%", true},
	}
}

// isCM108 knows C-Media's sticks by the number of their maker, and those of others that look alike by their id.
func isCM108(c *Card) bool {
	return c.Driver == "USB-Audio" && (strings.HasPrefix(c.Components, "USB0d8c:") || isCalled("Device", "Set")(c))
}
