package phone

import (
	"strings"
	"sync"
	"time"

	"intercom/media/tone"
)

// keypad lets keys be heard: while one is pressed, its two frequencies take the place of what the microphone hears. It is a
// stage of the media engine, so all calls hear them.
type keypad struct {
	rate int // Hz, that of the engine

	mu      sync.Mutex
	pressed []*tone.Generator // the first one is being heard
}

// How long a key is heard, and how long nothing is before the next. ITU-T Q.24 has receivers take keys of 40 ms with pauses
// of 40 ms.
const (
	keyTime  = 100 * time.Millisecond
	keyPause = 80 * time.Millisecond
)

// The levels of the two groups, in dBm0. ITU-T Q.23 leaves them to administrations; the high group is a little louder, as
// lines take more of it away.
const (
	lowLevel  = -9
	highLevel = -7
)

// press queues keys.
func (k *keypad) press(digits string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, d := range digits {
		k.pressed = append(k.pressed, tone.NewGenerator(keyTone(d), k.rate))
	}
}

// keyTone is the sound of a key (ITU-T Q.23 §6) and the pause after it.
func keyTone(key rune) tone.Tone {
	rows, columns := [...]float64{697, 770, 852, 941}, [...]float64{1209, 1336, 1477, 1633}
	at := strings.IndexRune("123A456B789C*0#D", key)
	pair := []tone.Sine{{Hz: rows[at/4], Level: lowLevel}, {Hz: columns[at%4], Level: highLevel}}
	return tone.Tone{Name: string(key), Parts: []tone.Part{{Sines: pair, For: keyTime}, {For: keyPause}}, Times: 1}
}

// Process replaces the microphone's block while a key is pressed.
func (k *keypad) Process(near, _ []int16) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for len(near) > 0 && len(k.pressed) > 0 {
		near = near[k.pressed[0].Read(near):]
		if k.pressed[0].Done() {
			k.pressed = k.pressed[1:]
		}
	}
}
