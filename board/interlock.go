package board

import (
	"errors"
	"fmt"
	"slices"
	"sync"
)

// ErrInterlocked says that a door stays shut because another one is not at rest. For errors.Is.
var ErrInterlocked = errors.New("the doors are interlocked")

// interlock keeps doors that must not be open together from leaving their rest together. A door's relay claims before it
// leaves its rest, the delay included, and frees when it is at rest again; a relay that does not obey keeps its claim.
type interlock struct {
	rivals map[string][]string

	mu   sync.Mutex
	busy map[string]bool
}

// newInterlock reads from the doors who excludes whom; it is mutual, whoever says so.
func newInterlock(doors []DoorConfig) *interlock {
	l := &interlock{rivals: map[string][]string{}, busy: map[string]bool{}}
	for _, d := range doors {
		for _, other := range d.Interlock {
			l.rivals[d.Name] = append(l.rivals[d.Name], other)
			l.rivals[other] = append(l.rivals[other], d.Name)
		}
	}
	return l
}

func (l *interlock) claim(door string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, rival := range l.rivals[door] {
		if l.busy[rival] {
			return fmt.Errorf("door %q is not at rest: %w", rival, ErrInterlocked)
		}
	}
	l.busy[door] = true
	return nil
}

func (l *interlock) free(door string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.busy, door)
}

// interlock refuses doors that there are not, and a door that waits for itself.
func (k *checker) interlock(path string, d DoorConfig, all []DoorConfig) {
	for i, other := range d.Interlock {
		switch {
		case other == d.Name:
			k.fault(fmt.Sprint(path, i), "name other doors only", "door %q is interlocked with itself", other)
		case !slices.ContainsFunc(all, func(o DoorConfig) bool { return o.Name == other }):
			k.fault(fmt.Sprint(path, i), "name one of [[door]]"+quotedDoors(all), "there is no door %q", other)
		}
	}
}
