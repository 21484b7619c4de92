package phone

import (
	"sync"

	"intercom/media/dtmf/inband"
)

// keypad lets keys be heard: while one is pressed, its two frequencies take the place of what the microphone hears. It is a
// stage of the media engine, so all calls hear them.
type keypad struct {
	mu    sync.Mutex
	sound *inband.Generator // nil until the engine's rate is known
}

// tune sets the engine's rate in Hz.
func (k *keypad) tune(rate int) (err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.sound, err = inband.NewGenerator(rate, inband.Options{})
	return err
}

// press queues keys.
func (k *keypad) press(digits string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.sound.Push(digits)
}

// Process replaces the microphone's block while a key is pressed.
func (k *keypad) Process(near, _ []int16) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.sound != nil {
		k.sound.Read(near)
	}
}
