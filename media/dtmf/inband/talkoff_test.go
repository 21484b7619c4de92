package inband

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"intercom/media/g722"
	"intercom/media/resample"
	"intercom/media/voice"
)

// prompts is where Debian's asterisk-core-sounds-en-g722 and its sisters in other languages put real talkers' sentences.
const prompts = "/usr/share/asterisk/sounds"

// No sentence of a real talker is taken for a digit.
func TestTalkOff(t *testing.T) {
	files := promptFiles(t)
	var spoken, spent time.Duration
	for i, name := range files {
		if (raceDetector || testing.Short()) && i%20 != 0 {
			continue // nothing here runs beside anything, and the race detector would take minutes
		}
		sound := narrow(t, name)
		began, d := time.Now(), newDetector(t, 8000)
		got := d.listen(sound)
		spent += time.Since(began)
		if len(got) != 0 {
			t.Errorf("%s is heard as %q", name, got)
		}
		spoken += time.Duration(len(sound)) * time.Second / 8000
	}
	t.Logf("%.0f minutes of speech, %.1f µs per 20 ms", spoken.Minutes(), float64(spent.Nanoseconds())/1e3/(spoken.Seconds()*50))
}

// The same with talkers that need no file.
func TestTalkOffOfMadeUpTalkers(t *testing.T) {
	for seed := range uint64(8) {
		if got := newDetector(t, 8000).listen(voice.New(seed, 80+20*float64(seed)).Speak(30, 8000)); len(got) != 0 {
			t.Errorf("talker %d is heard as %q", seed, got)
		}
	}
}

// A talker who goes on in the pauses neither hides the digits nor adds any; while a key is held the phone mutes the microphone.
func TestDigitsAmongSpeech(t *testing.T) {
	speech := voice.New(11, 120).Speak(30, 8000)
	g := newGenerator(t, 8000, Options{Tone: 80 * time.Millisecond})
	const code = "4711*0815#"
	for i := range len(code) {
		if err := g.Push(code[i : i+1]); err != nil {
			t.Fatal(err)
		}
		key := make([]int16, 640)
		g.Read(key)
		g.Read(make([]int16, 640))
		copy(speech[(2*i+1)*10000:], key)
	}
	if got := string(newDetector(t, 8000).listen(speech)); got != code {
		t.Errorf("heard %q, want %q", got, code)
	}
}

func promptFiles(t *testing.T) (files []string) {
	t.Helper()
	for _, pattern := range []string{"*/*.g722", "*/*/*.g722"} {
		found, err := filepath.Glob(filepath.Join(prompts, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		t.Skipf("no speech at %s; Debian's asterisk-core-sounds-en-g722 would put it there, and made-up talkers still speak", prompts)
	}
	slices.Sort(files)
	return files
}

// narrow reads a file of G.722 as the telephone would bring it, at 8 kHz.
func narrow(t *testing.T, name string) []int16 {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var d g722.Decoder
	wide := make([]int16, 2*len(raw))
	d.Decode(wide, raw)
	r, err := resample.New(g722.Rate, 8000)
	if err != nil {
		t.Fatal(err)
	}
	sound := make([]int16, r.Len(len(wide)))
	return sound[:r.Process(sound, wide)]
}
