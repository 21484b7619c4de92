package headset_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"intercom/cmd/intercom/phone/headset"
	"intercom/cmd/intercom/wavcard"
	"intercom/ua"
)

// card has its periods when the test says so. Its microphone hears sevens.
type card struct {
	process func(play, capture []int16)
	closed  bool
}

func (c *card) Rate() int   { return 8000 }
func (c *card) Period() int { return 4 }
func (c *card) Close() error {
	c.closed = true
	return nil
}

func (c *card) Start(process func(play, capture []int16)) error {
	c.process = process
	return nil
}

// desk is a headset whose engine plays what say holds and keeps what it is given.
type desk struct {
	*testing.T
	card    *card
	headset *headset.Headset
	say     []int16
	heard   []int16
}

func open(t *testing.T, microphone, record string) *desk {
	t.Helper()
	d := &desk{T: t, card: &card{}}
	var err error
	if d.headset, err = headset.New(d.card, microphone, record); err != nil {
		t.Fatal(err)
	}
	err = d.headset.Start(func(play, capture []int16) {
		copy(play, d.say)
		d.heard = slices.Clone(capture)
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// plays has one period in which the loudspeaker says four samples, and checks what the microphone hears meanwhile.
func (d *desk) plays(say int16, want ...int16) {
	d.Helper()
	d.say = []int16{say, say, say, say}
	d.card.process(make([]int16, 4), []int16{7, 7, 7, 7})
	if !slices.Equal(d.heard, want) {
		d.Errorf("the microphone hears %v, want %v", d.heard, want)
	}
}

func TestMicrophones(t *testing.T) {
	d := open(t, headset.Default, "")
	d.plays(1, 7, 7, 7, 7)
	d = open(t, headset.Silence, "")
	d.plays(1, 0, 0, 0, 0)
	d = open(t, headset.Loop, "")
	d.plays(1, 0, 0, 0, 0)
	d.plays(2, 1, 1, 1, 1)
	d.plays(3, 2, 2, 2, 2)
}

func TestAFileIsSaidFromItsBeginningInEachCall(t *testing.T) {
	file := filepath.Join(t.TempDir(), "said.wav")
	w, err := wavcard.CreateSpeaker(file, 8000)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write([]int16{11, 12, 13, 14, 15}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d := open(t, file, "")
	d.plays(1, 0, 0, 0, 0)
	d.headset.Follow(ua.Answered{Call: "in-1"})
	d.plays(1, 11, 12, 13, 14)
	d.plays(1, 15, 0, 0, 0)
	d.plays(1, 0, 0, 0, 0)
	d.headset.Follow(ua.Ended{Call: "in-1"})
	d.headset.Follow(ua.Answered{Call: "in-2"})
	d.plays(1, 11, 12, 13, 14)
}

func TestWhatIsHeardInCallsIsKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "heard.wav")
	d := open(t, headset.Silence, file)
	silence := []int16{0, 0, 0, 0}
	d.plays(1, silence...)
	d.headset.Follow(ua.Early{Call: "out-1"})
	d.plays(2, silence...)
	d.headset.Follow(ua.Answered{Call: "out-1"})
	d.headset.Follow(ua.Answered{Call: "in-1"})
	d.headset.Follow(ua.Ended{Call: "out-1"})
	d.plays(3, silence...)
	d.headset.Follow(ua.Ended{Call: "in-1"})
	d.plays(4, silence...)
	if err := d.headset.Close(); err != nil || !d.card.closed {
		t.Fatal(err, d.card.closed)
	}
	if got, err := wavcard.Samples(file, 8000); err != nil || !slices.Equal(got, []int16{2, 2, 2, 2, 3, 3, 3, 3}) {
		t.Errorf("kept %v, %v", got, err)
	}
}

func TestFilesThatCannotBe(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "no", "such.wav")
	for _, c := range []struct{ microphone, record, culprit string }{
		{missing, "", missing}, {headset.Silence, missing, missing}, {os.DevNull, "", os.DevNull},
	} {
		if _, err := headset.New(&card{}, c.microphone, c.record); err == nil || !strings.Contains(err.Error(), c.culprit) {
			t.Errorf("microphone %q, recording %q: %v, want an error that names the file", c.microphone, c.record, err)
		}
	}
}
