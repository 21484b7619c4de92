package network

import (
	"errors"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// kernel is a source that says what a test tells it.
type kernel struct {
	notices chan bool
	closed  chan struct{}
}

func (k *kernel) next() (bool, error) {
	select {
	case changed := <-k.notices:
		return changed, nil
	case <-k.closed:
		return false, errors.New("closed")
	}
}

func (k *kernel) Close() error { close(k.closed); return nil }

func TestWatcherTellsChangesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := &kernel{make(chan bool), make(chan struct{})}
		w := follow(k)
		told := func() bool {
			synctest.Wait()
			select {
			case <-w.Changes():
				return true
			default:
				return false
			}
		}
		if told() {
			t.Error("told before anything happened")
		}
		k.notices <- false
		if told() {
			t.Error("told of what is no change")
		}
		k.notices <- true
		k.notices <- true
		k.notices <- false
		if !told() {
			t.Error("not told")
		}
		if told() {
			t.Error("told twice")
		}
		k.notices <- true // which nobody reads
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
}
