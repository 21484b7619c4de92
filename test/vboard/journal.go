package vboard

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// journal is what has happened, in order. It forgets nothing, so that nobody who looks late misses anything.
type journal[T any] struct {
	mu   sync.Mutex
	all  []T
	more chan struct{} // closed and replaced with every entry
}

func newJournal[T any]() *journal[T] { return &journal[T]{more: make(chan struct{})} }

func (j *journal[T]) add(entry T) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.all = append(j.all, entry)
	close(j.more)
	j.more = make(chan struct{})
}

// read returns the entries from number from on, and what is closed when there are more.
func (j *journal[T]) read(from int) ([]T, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.all[min(from, len(j.all)):]), j.more
}

// await waits for the first entry from number from on that matches, and returns its number too. It gives up after a time, by the
// clock of the computer that runs the tests, and when over is closed.
func (j *journal[T]) await(from int, within time.Duration, over <-chan struct{}, match func(T) bool) (entry T, number int, err error) {
	late := time.After(within)
	for {
		entries, more := j.read(from)
		for _, e := range entries {
			if match(e) {
				return e, from, nil
			}
			from++
		}
		if over == nil {
			return entry, 0, fmt.Errorf("before the board ended")
		}
		select {
		case <-more:
		case <-late:
			return entry, 0, fmt.Errorf("within %v", within)
		case <-over:
			over = nil // look a last time
		}
	}
}
