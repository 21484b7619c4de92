package sound

import (
	"errors"
	"strings"
	"testing"

	"intercom/board"
)

// knobs is a mixer in memory.
type knobs struct {
	all     []board.MixerControl
	profile string
	err     error
}

func (k *knobs) Controls() ([]board.MixerControl, error) { return k.all, k.err }
func (k *knobs) ProfileOf() string                       { return k.profile }

func (k *knobs) Set(control, value string) error {
	for i := range k.all {
		if strings.EqualFold(k.all[i].Name, control) && value == "on" {
			k.all[i].Values = []int{1}
			return nil
		}
	}
	return errors.New("no such control")
}

func newKnobs() *knobs {
	return &knobs{profile: "cm108", all: []board.MixerControl{
		{Name: "Speaker Playback Switch", Kind: "switch", Writable: true, Values: []int{0}},
		{Name: "Jack", Kind: "switch", Values: []int{1}},
	}}
}

func TestMixerIsListed(t *testing.T) {
	var out strings.Builder
	if err := ListMixer(&out, "Device", newKnobs()); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(strings.Fields(out.String()), " ")
	if want := `Device: 2 controls, profile cm108 "Speaker Playback Switch" off off or on "Jack" on can only be read`; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if got := MixerSummary(&knobs{}); got != "0 controls, no profile fits" {
		t.Error(got)
	}
	gone := &knobs{err: errors.New("pulled out")}
	if got := MixerSummary(gone); got != "pulled out" {
		t.Error(got)
	}
	if err := ListMixer(&out, "Device", gone); err == nil {
		t.Error("a card that is gone was listed")
	}
}

func TestControlIsSet(t *testing.T) {
	var out strings.Builder
	if err := SetMixer(&out, newKnobs(), "speaker playback switch", "on"); err != nil || !strings.Contains(out.String(), `"Speaker Playback Switch"`) ||
		!strings.Contains(out.String(), " on ") {
		t.Errorf("%v, %q", err, out.String())
	}
	if err := SetMixer(&out, newKnobs(), "Speaker", "on"); err == nil {
		t.Error("a control that is not there was set")
	}
}
