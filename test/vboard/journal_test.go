package vboard

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestAwaitFindsWhatWasAndWhatComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j, is := newJournal[int](), func(want int) func(int) bool { return func(n int) bool { return n == want } }
		j.add(1)
		j.add(2)
		if _, n, err := j.await(0, time.Second, make(chan struct{}), is(2)); n != 1 || err != nil {
			t.Errorf("what was: entry %d, %v", n, err)
		}
		go func() {
			time.Sleep(time.Minute)
			j.add(3)
		}()
		if _, n, err := j.await(2, time.Hour, make(chan struct{}), is(3)); n != 2 || err != nil {
			t.Errorf("what comes: entry %d, %v", n, err)
		}
	})
}

func TestAwaitGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j, over, never := newJournal[int](), make(chan struct{}), func(int) bool { return false }
		began := time.Now()
		if _, _, err := j.await(0, time.Minute, over, never); err == nil || time.Since(began) != time.Minute {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		time.AfterFunc(time.Second, func() { close(over) })
		if _, _, err := j.await(0, time.Hour, over, never); err == nil || time.Since(began) > 2*time.Minute {
			t.Errorf("when the board had ended: %v", err)
		}
	})
}
