package board

import (
	"strings"
	"testing"

	"intercom/hw/soundcard"
)

// A card that is not there leaves the board with sound that is silence, and a fault that says what there is.
func TestACardThatIsNotThereIsWaitedFor(t *testing.T) {
	if !soundcard.Possible {
		t.Skip("this build has no driver for sound cards")
	}
	var told []error
	s, err := SteadyCard(SoundConfig{Card: "no such card"}, nil, func(err error) { told = append(told, err) })
	if err != nil || s == nil {
		t.Fatalf("%v, %v", s, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if len(told) != 1 || !strings.Contains(told[0].Error(), "soundcard: ") {
		t.Errorf("told %v", told)
	}
}

func TestCardsThatAreNone(t *testing.T) {
	if s, err := SteadyCard(SoundConfig{Card: "none"}, nil, nil); s != nil || err != nil {
		t.Errorf("none is %v, %v", s, err)
	}
	s, err := SteadyCard(SoundConfig{Card: "null"}, nil, nil)
	if err != nil || s.Rate() != nullRate {
		t.Errorf("null is %v, %v", s, err)
	}
}

// What the board tells of its sound: that it is gone, and that it is back.
func TestSoundThatIsMended(t *testing.T) {
	b := &Board{hw: mending{}}
	b.events.init(Config{}.logger())
	b.openSound(SoundConfig{})
	if e := <-b.Events(); e.Kind != Fault || e.Name != SoundPart || e.Err == nil {
		t.Errorf("first %+v", e)
	}
	if e := <-b.Events(); e.Kind != Mended || e.Name != SoundPart {
		t.Errorf("then %+v", e)
	}
}

// mending is hardware whose card goes and comes back at once.
type mending struct{ Hardware }

func (mending) Sound(_ SoundConfig, changed func(error)) (Sound, error) {
	changed(errUnplugged{})
	changed(nil)
	return nil, nil
}

type errUnplugged struct{}

func (errUnplugged) Error() string { return "unplugged" }
