// Package loopback measures the way from a card's loudspeaker to its microphone, which is what an echo canceller has to
// undo: how long it takes, how loud it comes back, how long the room rings, how much the loudspeaker distorts. It plays
// exponential sweeps and takes the impulse response out of what it hears (A. Farina, Simultaneous measurement of impulse
// response and distortion with a swept-sine technique, AES 108, 2000).
package loopback

import "time"

// One measurement is a pause, then so many sweeps, each followed by a pause in which the room rings.
const (
	Sweeps    = 3
	pauseTime = 500 * time.Millisecond
	sweepTime = 1000 * time.Millisecond
	ringTime  = 700 * time.Millisecond
)

// Length is how long a measurement takes.
const Length = pauseTime + Sweeps*(sweepTime+ringTime)

// Level of the sweeps in dBFS, where 0 is a full-scale sine: loud speech.
const Level = -18.0

// The frequencies that are swept, Hz, as far as the card's rate reaches.
const (
	lowest  = 200.0
	highest = 7000.0
	usable  = 0.43 // of the rate
)
