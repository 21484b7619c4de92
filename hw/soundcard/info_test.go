package soundcard

import (
	"fmt"
	"testing"
)

func TestCardsAreJoinedFromTheirSides(t *testing.T) {
	in, out := []Format{{48000, 1, "S16"}}, []Format{{48000, 2, "S16"}, {}}
	got := join(
		[]Info{{Name: "USB Audio", ID: "Device", Capture: in, Default: true}, {Name: "Webcam", ID: "C920", Capture: in}},
		[]Info{{Name: "HDMI", ID: "vc4hdmi", Playback: out}, {Name: "HDMI 1", ID: "vc4hdmi", Playback: in}, {Name: "USB Audio", ID: "Device", Playback: out}, {Name: "USB Audio", ID: "Device_1", Playback: out}},
	)
	want := []Info{
		{"USB Audio", "Device", true, in, out},
		{"HDMI", "vc4hdmi", false, nil, out},
		{"USB Audio", "Device_1", false, nil, out},
		{"Webcam", "C920", false, in, nil},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got\n%v, want\n%v", got, want)
	}
	for i, complete := range []bool{true, false, false, false} {
		if got[i].Complete() != complete {
			t.Errorf("%s: complete %v", got[i].Name, !complete)
		}
	}
}

func TestSummary(t *testing.T) {
	for want, f := range map[string][]Format{
		"none":                             nil,
		"S16, 48000 Hz, 1 channel":         {{48000, 1, "S16"}},
		"any rate, any number of channels": {{}},
		"S16 S32, 8000 to 96000 Hz, 1 to 2 channels": {{48000, 2, "S16"}, {8000, 1, "S32"}, {96000, 2, "S16"}},
	} {
		if got := Summary(f); got != want {
			t.Errorf("%v is summed up as %q, want %q", f, got, want)
		}
	}
}
