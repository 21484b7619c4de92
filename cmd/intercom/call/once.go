package call

import (
	"slices"
	"time"
)

// sameKey is how far apart the ways of one key may be: a telephone that sends it both as RFC 4733 and as INFO does so at
// once, and a finger takes longer for the same key twice.
const sameKey = 200 * time.Millisecond

// sameSound is the same where one of the ways is the sound itself, which waits in the jitter buffer before it is listened to.
const sameSound = 700 * time.Millisecond

// wayInband is that of keys that are heard in the sound.
const wayInband = "inband"

// once makes one stream of keys out of the ways that they come in, so that a key sent by two ways counts once. It keeps
// the keys of the last 700 ms. A telephone that has another way than the sound is not heard by its sound any more: what
// leaks there is the echo of a key. The zero value is ready.
type once struct {
	presses []press
	named   bool // a key came by another way than the sound
}

// press is one key that was counted, and the ways by which it was heard.
type press struct {
	key  byte
	at   time.Time
	ways []string
}

// window is how long the key may come by further ways.
func (p *press) window() time.Duration {
	if slices.Contains(p.ways, wayInband) {
		return sameSound
	}
	return sameKey
}

// counts tells whether a key is a new one: each press is heard at most once by each way, so two presses that both come by
// two ways are two.
func (o *once) counts(now time.Time, key byte, way string) bool {
	o.presses = slices.DeleteFunc(o.presses, func(p press) bool { return now.Sub(p.at) > sameSound })
	if way != wayInband {
		o.named = true
	} else if o.named {
		return false
	}
	for i := range o.presses {
		if p := &o.presses[i]; p.key == key && !slices.Contains(p.ways, way) && now.Sub(p.at) <= p.window() {
			p.ways = append(p.ways, way)
			return false
		}
	}
	o.presses = append(o.presses, press{key, now, []string{way}})
	return true
}
