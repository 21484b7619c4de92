package media

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"intercom/media/dtmf/inband"
	"intercom/media/voice"
	"intercom/test/memnet"
)

// dialling is a resident who presses keys that can only be heard, so long after the beginning.
func dialling(t *testing.T, after time.Duration, keys string) []int16 {
	t.Helper()
	g, err := inband.NewGenerator(8000, inband.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Push(keys); err != nil {
		t.Fatal(err)
	}
	said := make([]int16, int(after.Seconds()*8000))
	for g.Busy() {
		block := make([]int16, 80)
		g.Read(block)
		said = append(said, block...)
	}
	return append(said, make([]int16, 8000)...)
}

// heardKeys is what the door hears of a resident in a call that lasts as long as he speaks; set changes how it begins, and
// answered is when the call is answered.
func heardKeys(t *testing.T, resident []int16, set func(*Params), answered time.Duration) (keys string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		k := newCall(t, memnet.Link{Delay: 2 * time.Millisecond}, speaking(8000, nil), speaking(8000, resident), Options{})
		later := k.doorParams
		set(&k.doorParams)
		k.start()
		if answered > 0 {
			time.Sleep(answered)
			later.Inband = true
			if err := k.door.Start(later); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Duration(len(resident))*time.Second/8000 - answered)
		k.end()
		keys = pressed(k.door)
	})
	return keys
}

func on(p *Params)  { p.Inband = true }
func off(p *Params) { p.Inband = false }

func TestKeysAreHeardInTheSoundIfThatIsWanted(t *testing.T) {
	resident := dialling(t, time.Second, "2580#*AD")
	if got := heardKeys(t, resident, on, 0); got != "2580#*AD" {
		t.Errorf("heard %q", got)
	}
	if got := heardKeys(t, resident, off, 0); got != "" {
		t.Errorf("heard %q, which nobody wanted", got)
	}
}

// What is pressed before the call is answered opens nothing, not even if it is still to be heard after: a whole code right
// before, a key that is held, and what waits in the jitter buffer.
func TestKeysBeforeTheAnswerAreNotHeardInTheSound(t *testing.T) {
	for after := 100 * time.Millisecond; after <= 1000*time.Millisecond; after += 50 * time.Millisecond {
		if got := heardKeys(t, dialling(t, after, "2"), off, after+20*time.Millisecond); got != "" {
			t.Errorf("%q, pressed %v after the beginning and 20 ms before the answer, was heard", got, after)
		}
	}
	if got := heardKeys(t, dialling(t, 1200*time.Millisecond, "2580"), off, 500*time.Millisecond); got != "2580" {
		t.Errorf("heard %q of what was pressed long after the answer", got)
	}
}

// On hold no key is heard.
func TestNoKeysAreHeardOnHold(t *testing.T) {
	held := func(p *Params) { p.Inband, p.Recv = true, false }
	if got := heardKeys(t, dialling(t, time.Second, "2580"), held, 0); got != "" {
		t.Errorf("heard %q on hold", got)
	}
}

func TestTalkersPressNoKeys(t *testing.T) {
	for seed := range uint64(8) {
		if got := heardKeys(t, voice.New(seed, 90+20*float64(seed)).Speak(30, 8000), on, 0); got != "" {
			t.Errorf("talker %d pressed %q", seed, got)
		}
	}
}

func TestListeningDoesNotAllocate(t *testing.T) {
	var l listener
	if err := l.want(true, 8000); err != nil {
		t.Fatal(err)
	}
	sound := dialling(t, 0, "123456789")
	if n := testing.AllocsPerRun(10, func() {
		for block := range slices.Chunk(sound, 160) {
			l.hear(block, 8000, func(Digit) {})
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
