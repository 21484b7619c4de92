package vboard_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"intercom/media/align"
	"intercom/media/resample"
	"intercom/media/voice"
	"intercom/media/wav"
	"intercom/test/vboard"
)

// A visit in real time: pressed, answered, the code typed, the door open for its time and shut again.
func TestVisit(t *testing.T) {
	live(t, func(t testing.TB, arch vboard.Arch) {
		b := vboard.Boot(t, wired(t, arch, audible(config)))
		phone := telephone(b, "-auto")
		p := station(b)
		t.Logf("the telephone rings %v after the button was pressed, 80 ms of which the station waits", ring(b, phone).Round(time.Millisecond))
		phone.Await(`"event":"answered"`, soon)
		phone.Input("dtmf 73914#")
		closed := b.AwaitEdge(vboard.Relay1, 0, soon)
		wantPulse(t, b, closed, 1, time.Second, 500*time.Millisecond)
		stop(t, p)
		wantEdges(t, "after the visit", b, vboard.Relay1, 2)
	})
}

// A conversation in virtual time, in which no busy computer can break it: each hears the other without a hole, and nothing runs dry.
func TestConversation(t *testing.T) {
	arms(t, func(t testing.TB, arch vboard.Arch) {
		length := 60 * time.Second
		if arch == vboard.ARMHF {
			length = 10 * time.Second // each of its instructions takes longer to emulate
		}
		o := wired(t, arch, audible(config))
		o.Virtual = true
		o.Files = append(o.Files, speech(t, "/visitor.wav", visitor(), cardRate), speech(t, "/house.wav", house(), phoneRate))
		b := vboard.Boot(t, o)
		phone := telephone(b, "-auto", "-mic", "/house.wav", "-record", "/tmp/house.wav")
		p := station(b)
		ring(b, phone)
		phone.Await(`"event":"answered"`, soon)
		began := time.Now()
		talk := b.Start(benchPath, "talk", "/visitor.wav", "/tmp/door.wav", fmt.Sprint(length.Seconds()))
		if said := talk.Await("talked", 10*time.Minute); !strings.Contains(said.Text, "talked: 0 xruns") {
			t.Errorf("the far end of the card: %s", said.Text)
		}
		t.Logf("%v of conversation took %v", length, time.Since(began).Round(time.Second))
		stop(t, p)
		if strings.Contains(p.Output(), "has run dry or over") {
			t.Errorf("the station's end of the card had xruns:\n%s", p.Output())
		}
		talk.Input("enough")
		if status := talk.Wait(soon); status != 0 {
			t.Errorf("the far end of the card: status %d: %s", status, talk.Output())
		}
		phone.Input("quit")
		phone.Wait(soon)
		wantHeard(t, "the house hears the visitor", visitor(), length, fetch(t, b, "/tmp/house.wav"))
		wantHeard(t, "the visitor hears the house", house(), length, fetch(t, b, "/tmp/door.wav"))
	})
}

const (
	cardRate  = 48000 // of the loopback, Hz
	phoneRate = 16000 // of a headset without a card, Hz
	seconds   = 60    // of what everybody has to say
)

func visitor() voice.Talker { return voice.New(1, 120) }
func house() voice.Talker   { return voice.New(2, 210) }

// speech is a file with what somebody says.
func speech(t testing.TB, path string, who voice.Talker, rate int) vboard.File {
	t.Helper()
	var b seekBuffer
	w, err := wav.NewWriter(&b, rate)
	if err == nil {
		err = w.Write(atRate(t, who.Speak(seconds, compareRate), compareRate, rate))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return vboard.File{Path: path, Text: string(b.content)}
}

// seekBuffer is a file in memory.
type seekBuffer struct {
	content []byte
	at      int
}

func (s *seekBuffer) Write(p []byte) (int, error) {
	if more := s.at + len(p) - len(s.content); more > 0 {
		s.content = append(s.content, make([]byte, more)...)
	}
	s.at += copy(s.content[s.at:], p)
	return len(p), nil
}

func (s *seekBuffer) Seek(offset int64, whence int) (int64, error) {
	from := map[int]int{0: 0, 1: s.at, 2: len(s.content)}[whence]
	s.at = from + int(offset)
	return int64(s.at), nil
}

// fetch gets a recording from the board.
func fetch(t testing.TB, b *vboard.Board, path string) recording {
	t.Helper()
	samples, rate, err := wav.Read(bytes.NewReader(b.Fetch(benchPath, path)))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return recording{samples, rate}
}

type recording struct {
	samples []int16
	rate    int
}

// compareRate is at which a talker and a recording are compared, Hz.
const compareRate = 16000

// atRate brings sound to another rate. A talker has to speak at one: at another the same words are another waveform.
func atRate(t testing.TB, samples []int16, from, to int) []int16 {
	t.Helper()
	if from == to {
		return samples
	}
	c, err := resample.New(from, to)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]int16, c.Len(len(samples)))
	return out[:c.Process(out, samples)]
}

// wantHeard says that a recording has what somebody said, as the same waveform and without a hole, but for the first and the last
// moments: one began before the other was there.
func wantHeard(t testing.TB, what string, who voice.Talker, length time.Duration, r recording) {
	t.Helper()
	const edge = 2 * compareRate
	spoken := who.Speak(length.Seconds(), compareRate)
	a := align.Align(spoken[edge:len(spoken)-edge], atRate(t, r.samples, r.rate, compareRate), compareRate)
	text := fmt.Sprintf("correlation %.3f, %.1f %% found, gain %.1f dB, longest gap %v", a.Correlation, 100*a.Found, a.Gain, a.LongestGap())
	t.Logf("%s: %s", what, text)
	if a.Correlation < 0.98 || a.Found < 0.98 || a.LongestGap() > 0 {
		t.Errorf("%s: %s; want correlation 0.98, 98 %% found and no gap", what, text)
	}
}
