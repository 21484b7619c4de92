package ua

import (
	"container/heap"
	"time"
)

// timer is one deadline in the loop. It is part of what it wakes.
type timer struct {
	at   time.Time
	pos  int // in the heap, plus one; 0 means not in it
	fire func()
}

// timers are all deadlines, the earliest first.
type timers []*timer

func (t timers) Len() int           { return len(t) }
func (t timers) Less(i, j int) bool { return t[i].at.Before(t[j].at) }
func (t timers) Swap(i, j int) {
	t[i], t[j] = t[j], t[i]
	t[i].pos, t[j].pos = i+1, j+1
}

func (t *timers) Push(x any) {
	e := x.(*timer)
	*t = append(*t, e)
	e.pos = len(*t)
}

func (t *timers) Pop() any {
	last := len(*t) - 1
	e := (*t)[last]
	(*t)[last] = nil
	*t = (*t)[:last]
	e.pos = 0
	return e
}

// set moves a timer to a deadline; the zero time takes it out.
func (t *timers) set(e *timer, at time.Time) {
	e.at = at
	switch {
	case at.IsZero() && e.pos > 0:
		heap.Remove(t, e.pos-1)
	case at.IsZero():
	case e.pos > 0:
		heap.Fix(t, e.pos-1)
	default:
		heap.Push(t, e)
	}
}

// next is the earliest deadline, the zero time if there is none.
func (t timers) next() time.Time {
	if len(t) == 0 {
		return time.Time{}
	}
	return t[0].at
}

// due takes out one timer that has come, nil if none has.
func (t *timers) due(now time.Time) *timer {
	if len(*t) == 0 || (*t)[0].at.After(now) {
		return nil
	}
	return heap.Pop(t).(*timer)
}
