package sound

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"intercom/board"
	"intercom/media"
	"intercom/media/voice"
	"intercom/media/wav"
)

// card is a sound card in a bubble, paced by its clock; hears makes what the microphone gives of what was played a period ago.
type card struct {
	rate  int
	hears func(played, capture []int16)
	stop  chan struct{}
	wg    sync.WaitGroup

	played []int16
	closed int
	refuse error
}

func newCard(hears func(played, capture []int16)) *card {
	return &card{rate: 8000, hears: hears, stop: make(chan struct{})}
}

func (c *card) Rate() int      { return c.rate }
func (c *card) Period() int    { return c.rate / 100 }
func (c *card) String() string { return "a card" }

func (c *card) Start(process func(play, capture []int16)) error {
	if c.refuse != nil {
		return c.refuse
	}
	c.wg.Go(func() {
		ticks := time.NewTicker(10 * time.Millisecond)
		defer ticks.Stop()
		play, capture := make([]int16, c.Period()), make([]int16, c.Period())
		for {
			select {
			case <-ticks.C:
				c.hears(play, capture)
				process(play, capture)
				c.played = append(c.played, play...)
			case <-c.stop:
				return
			}
		}
	})
	return nil
}

func (c *card) Close() error {
	c.closed++
	close(c.stop)
	c.wg.Wait()
	return nil
}

// wire hears what is played, so many dB louder.
func wire(dB float64) func(played, capture []int16) {
	gain := math.Pow(10, dB/20)
	return func(played, capture []int16) {
		for i, v := range played {
			capture[i] = int16(min(max(gain*float64(v), math.MinInt16), math.MaxInt16)) + int16(i%3) - 1
		}
	}
}

func deaf(_, capture []int16) { clear(capture) }

func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func TestLevelShowsALineAQuarterOfASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for want, value := range map[string]int16{"muted": 0, "-17.5 dBFS  peak  -20.5": 3083, "overdriven": math.MaxInt16} {
			c := newCard(func(_, capture []int16) {
				for i := range capture {
					capture[i] = value
				}
			})
			var out bytes.Buffer
			if err := Level(within(t, 1020*time.Millisecond), c, &out); err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(out.String(), want); n != 4 || strings.Count(out.String(), "\n") != 4 {
				t.Errorf("samples of %d: want 4 lines with %q, got\n%s", value, want, out.String())
			}
		}
	})
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("nobody reads") }

func TestLevelEndsWhenNobodyReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if err := Level(t.Context(), newCard(deaf), brokenPipe{}); err == nil || !strings.Contains(err.Error(), "nobody reads") {
			t.Error(err)
		}
	})
}

func TestRecordAndPlay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "a.wav")
		n := int16(0)
		c := newCard(func(_, capture []int16) {
			for i := range capture {
				n++
				capture[i] = n
			}
		})
		if err := Record(within(t, 1005*time.Millisecond), c, file); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		kept, rate, err := wav.Read(f)
		if err != nil || rate != 8000 || len(kept) != 8000 || kept[0] != 1 || kept[7999] != 8000 {
			t.Fatalf("%d samples of %d Hz kept, %v", len(kept), rate, err)
		}
		p := newCard(deaf)
		if err := Play(t.Context(), p, file); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(octets(p.played[:8000]), octets(kept)) || len(p.played) != 8000+samples(ringOut, 8000) {
			t.Errorf("%d samples are played", len(p.played))
		}
		if c.closed != 1 || p.closed != 1 {
			t.Error("a card is left open")
		}
	})
}

func octets(x []int16) (b []byte) {
	for _, v := range x {
		b = append(b, byte(v), byte(v>>8))
	}
	return b
}

func TestFilesThatAreNotThere(t *testing.T) {
	c := newCard(deaf)
	if err := Play(t.Context(), c, "/no/such.wav"); err == nil || c.closed != 1 {
		t.Errorf("%v, closed %d times", err, c.closed)
	}
	c = newCard(deaf)
	if err := Record(t.Context(), c, "/no/such/place.wav"); err == nil || c.closed != 1 {
		t.Errorf("%v, closed %d times", err, c.closed)
	}
}

func TestLoopIsASecondLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := int16(0)
		c := newCard(func(_, capture []int16) {
			for i := range capture {
				n++
				capture[i] = n
			}
		})
		if err := Loop(within(t, 1505*time.Millisecond), c); err != nil {
			t.Fatal(err)
		}
		if len(c.played) != 12000 || c.played[7999] != 0 || c.played[8000] != 1 || c.played[11999] != 4000 {
			t.Errorf("%d samples played, %v around the second", len(c.played), c.played[7998:8002])
		}
	})
}

func TestTestTellsWellFromIll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for want, hears := range map[string]func(_, _ []int16){"are well": wire(-10), "muted": deaf, "overdriven": wire(40)} {
			var out strings.Builder
			c := newCard(hears)
			well, err := Test(t.Context(), c, &out)
			if err != nil || well != (want == "are well") || !strings.Contains(out.String(), want) {
				t.Errorf("well %v, %v, want %q in\n%s", well, err, want, out.String())
			}
		}
	})
}

func TestTestThatIsBrokenOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if _, err := Test(within(t, time.Second), newCard(deaf), &strings.Builder{}); err == nil {
			t.Error("half a measurement was reported")
		}
	})
}

func TestACardThatDoesNotStart(t *testing.T) {
	c := newCard(deaf)
	c.refuse = errors.New("busy")
	if err := Loop(t.Context(), c); err == nil || !strings.Contains(err.Error(), "sound card: busy") || c.closed != 1 {
		t.Errorf("%v, closed %d times", err, c.closed)
	}
}

// A place is measured, then a visitor speaks into it.
func calibrate(t *testing.T, echo, speech float64) (well bool, out string) {
	t.Helper()
	words := voice.New(3, 120).Speak(speechTime.Seconds()+1, 8000)
	gain, opened := math.Pow(10, (speech-voice.Level)/20), 0
	open := func() (media.Card, error) {
		if opened++; opened == 1 {
			return newCard(wire(echo)), nil
		}
		rest := words
		return newCard(func(_, capture []int16) {
			for i := range capture {
				capture[i] = int16(gain*float64(rest[i])) + int16(i%3) - 1
			}
			rest = rest[len(capture):]
		}), nil
	}
	var b strings.Builder
	well, err := Calibrate(t.Context(), open, &b)
	if err != nil {
		t.Fatal(err)
	}
	return well, b.String()
}

func TestCalibration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			echo, speech float64
			well         bool
			want         string
		}{
			{-10, -20, true, "speaker_gain = 0.0\n"},
			{-10, -40, true, "speaker_gain = "},
			{10, -30, true, "speaker_gain = -1"},
			{-10, -90, false, "Nobody was heard"},
		} {
			well, out := calibrate(t, c.echo, c.speech)
			if well != c.well || !strings.Contains(out, c.want) || strings.Contains(out, "microphone_gain") != c.well {
				t.Errorf("echo %v dB, speech at %v dBFS: %v\n%s", c.echo, c.speech, well, out)
			}
		}
	})
}

func TestGains(t *testing.T) {
	for _, c := range []struct {
		why  string
		echo float64
		v    visitor
		want Gains
	}{
		{"all is well", -10, visitor{-20, -60, -6}, Gains{0, 0}},
		{"quiet microphone", -25, visitor{-35, -70, -20}, Gains{15, 0}},
		{"would be overdriven", -25, visitor{-35, -70, -10}, Gains{7, 0}},
		{"too loud", -10, visitor{-12, -60, -1}, Gains{-8, 0}},
		{"house drowns the visitor", 10, visitor{-20, -60, -6}, Gains{0, -4}},
		{"bounded", 40, visitor{-60, -90, -50}, Gains{20, -20}},
	} {
		if got := gains(c.echo, c.v); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.why, got, c.want)
		}
	}
}

func TestListNamesWhatToWrite(t *testing.T) {
	var none, some strings.Builder
	if err := List(&none, nil, nil); err != nil || !strings.Contains(none.String(), "no sound card") {
		t.Errorf("%q, %v", none.String(), err)
	}
	cards, err := board.Cards(nil)
	if err == nil && len(cards) > 0 {
		t.Log("this computer has", len(cards))
	}
	mixer := func(id string) string { return "the controls of " + id }
	if err := List(&some, []board.SoundInfo{{Name: "USB Audio", ID: "Device"}}, mixer); err != nil {
		t.Fatal(err)
	}
	want := "card = \"Device\": no microphone: would not do\n  USB Audio\n  microphone   none\n  loudspeaker  none\n  mixer        the controls of Device\n"
	if some.String() != want {
		t.Errorf("%q, want %q", some.String(), want)
	}
}
