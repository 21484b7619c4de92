package appliance

import (
	"slices"
	"testing"

	"intercom/board"
	"intercom/cmd/intercom/station"
	"intercom/media"
)

// The rules name lights and tones; the board and the media must have them.
func TestEveryLightHasAPattern(t *testing.T) {
	for _, light := range station.Lights() {
		if !slices.Contains(board.Patterns(), light) {
			t.Errorf("the board has no pattern %q", light)
		}
	}
}

func TestEveryToneIsHeard(t *testing.T) {
	s, faults := newSignals(media.DefaultSound())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	for _, name := range station.Tones() {
		tone, ok := s.tones[name]
		if !ok || len(tone.Parts) == 0 {
			t.Errorf("the tone %q is silence", name)
		}
		if lasting := name == station.Ringback || name == station.Alert || name == station.PressOne; lasting != (tone.Times == 0) {
			t.Errorf("the tone %q ends by itself: %v", name, tone.Times != 0)
		}
	}
}

func TestAPromptThatCannotBeReadIsToldAndItsToneStays(t *testing.T) {
	sound := media.DefaultSound()
	sound.Prompts = map[string]string{station.DoorOpen: "/nowhere/come-in.wav"}
	s, faults := newSignals(sound)
	if len(faults) != 1 {
		t.Errorf("faults %v, want one about the file", faults)
	}
	if _, ok := s.prompts[station.DoorOpen]; ok {
		t.Error("a prompt without a file")
	}
	if _, ok := s.tones[station.DoorOpen]; !ok {
		t.Error("no tone in the place of the prompt")
	}
}
