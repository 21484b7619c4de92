package media

import (
	"fmt"
	"math"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"intercom/media/tone"
	"intercom/test/memnet"
)

// The voices of a conversation are sines, so that each can be found in what the others hear: Hz.
const (
	visitorHz = 500
	annaHz    = 1000
	bertHz    = 1500
	promptHz  = 2000
)

// humming is a card whose microphone hears a sine for ever.
func humming(hz float64) *fakeCard {
	second := sine(hz, -20)
	return newCard(8000, 80, func(n int, capture []int16) { copy(capture, second[n%100*80:]) })
}

// loudness is how loud a sine is in samples, in dBFS.
func loudness(x []int16, hz float64) float64 {
	var re, im float64
	for i, v := range x {
		re += float64(v) * math.Cos(2*math.Pi*hz*float64(i)/8000)
		im += float64(v) * math.Sin(2*math.Pi*hz*float64(i)/8000)
	}
	return 20 * math.Log10(2*math.Hypot(re, im)/float64(len(x))/32767+1e-6)
}

// conversation is a door and two telephones, each humming a tone of its own.
type conversation struct {
	t          *testing.T
	cards      [3]*fakeCard // of the door, Anna and Bert
	anna, bert *Stream      // the door's
	engines    []*Engine
}

func newConversation(t *testing.T) *conversation {
	c := &conversation{t: t, cards: [3]*fakeCard{humming(visitorHz), humming(annaHz), humming(bertHz)}}
	network := memnet.New(1)
	network.SetLinks(memnet.Link{Delay: time.Millisecond})
	door := newEngineOn(t, network.Host(doorAddr), c.cards[0], Options{})
	c.engines = append(c.engines, door)
	for i, ours := range []**Stream{&c.anna, &c.bert} {
		addr := netip.AddrFrom4([4]byte{192, 0, 2, byte(20 + i)})
		e := newEngineOn(t, network.Host(addr), c.cards[i+1], Options{})
		theirs := listenOn(t, e, addr)
		*ours = listenOn(t, door, doorAddr)
		c.engines = append(c.engines, e)
		if err := (*ours).Start(paramsTo(addr, theirs)); err != nil {
			t.Fatal(err)
		}
		if err := theirs.Start(paramsTo(doorAddr, *ours)); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// hears says for the door, Anna and Bert whom they have heard in the last second: v, a, b and p for the prompt.
func (c *conversation) hears() (heard [3]string) {
	time.Sleep(1500 * time.Millisecond)
	for i, card := range c.cards {
		all := card.heard()
		for _, voice := range []struct {
			name string
			hz   float64
		}{{"v", visitorHz}, {"a", annaHz}, {"b", bertHz}, {"p", promptHz}} {
			if loudness(all[len(all)-8000:], voice.hz) > -40 {
				heard[i] += voice.name
			}
		}
	}
	return heard
}

func (c *conversation) want(why string, want [3]string) {
	c.t.Helper()
	if got := c.hears(); got != want {
		c.t.Errorf("%s: door, Anna and Bert hear %q, want %q", why, got, want)
	}
}

func TestConversationOfSeveral(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newConversation(t)
		c.want("all together", [3]string{"ab", "vb", "va"})
		c.bert.Join(false, false)
		c.want("Bert is not there yet", [3]string{"a", "v", ""})
		prompt := tone.Tone{Name: "prompt", Parts: []tone.Part{{Sines: []tone.Sine{{Hz: promptHz, Level: -20}}, For: time.Minute}}}
		if err := c.bert.Play(Signal{Tone: prompt}); err != nil {
			t.Fatal(err)
		}
		c.want("Bert is asked for a key", [3]string{"a", "v", "p"})
		c.bert.Stop()
		c.bert.Join(true, false)
		c.want("Bert is heard and hears nothing", [3]string{"ab", "vb", ""})
		c.bert.Join(false, true)
		c.want("Bert listens", [3]string{"a", "v", "va"})
		c.bert.Join(true, true)
		c.want("all together again", [3]string{"ab", "vb", "va"})
		c.engines[0].SetVolume(-40)
		c.want("the house is soft at the door", [3]string{"", "vb", "va"})
		if f := c.bert.Stats(); f.Sent < 400 {
			t.Errorf("Bert was sent %d packets: a pause may look like the end", f.Sent)
		}
		for _, e := range c.engines {
			e.Close()
		}
	})
}

// BenchmarkConversation is one period of an engine for 1, 2 and 4 streams that all hear each other, without their codecs and
// packets.
func BenchmarkConversation(b *testing.B) {
	for _, n := range []int{1, 2, 4} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			e, err := newEngine(&handCard{rate: 16000, samples: 160}, Options{Rate: 16000})
			if err != nil {
				b.Fatal(err)
			}
			var streams []*Stream
			for range n {
				s, err := e.newStream(pair{})
				if err != nil {
					b.Fatal(err)
				}
				s.plays = part{heard: true, hears: true}
				streams = append(streams, s)
			}
			now := time.Now()
			b.ReportAllocs()
			for b.Loop() {
				e.share(now, streams)
			}
		})
	}
}
