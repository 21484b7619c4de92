package demo

import (
	"sync"

	"intercom/cmd/intercom/wavcard"
)

// recorder is the loudspeaker of a simulated card: it keeps what is said between start and stop, a file each time.
type recorder struct {
	rate int // Hz

	mu   sync.Mutex
	file *wavcard.Speaker // nil while nothing is kept
}

func (r *recorder) start(file string) error {
	r.stop()
	s, err := wavcard.CreateSpeaker(file, r.rate)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.file = s
	return nil
}

func (r *recorder) stop() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil {
		return nil
	}
	err := r.file.Close()
	r.file = nil
	return err
}

// Write takes what the loudspeaker plays.
func (r *recorder) Write(samples []int16) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil {
		return nil
	}
	return r.file.Write(samples)
}
