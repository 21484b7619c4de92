package realtime

import (
	"runtime"
	"sync"
	"testing"
)

// telling is the test as a story sees it that may be told again: its failure is not yet the test's.
type telling struct {
	testing.TB

	mu       sync.Mutex
	failed   bool
	cleanups []func()
}

// tell runs the story and then its cleanups, each of which may end by FailNow.
func (t *telling) tell(story func(t testing.TB)) {
	await(func() { story(t) })
	for f := t.lastCleanup(); f != nil; f = t.lastCleanup() {
		await(f)
	}
}

// await runs f in a goroutine of its own, which it may end.
func await(f func()) {
	over := make(chan struct{})
	go func() {
		defer close(over)
		f()
	}()
	<-over
}

func (t *telling) lastCleanup() (f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := len(t.cleanups); n > 0 {
		f, t.cleanups = t.cleanups[n-1], t.cleanups[:n-1]
	}
	return f
}

// Cleanup has f done when the story is over, the last first.
func (t *telling) Cleanup(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cleanups = append(t.cleanups, f)
}

// Failed tells whether the story has failed this time.
func (t *telling) Failed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.failed
}

// Fail marks the story as failed.
func (t *telling) Fail() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failed = true
}

// FailNow marks the story as failed and ends it.
func (t *telling) FailNow() {
	t.Fail()
	runtime.Goexit()
}

// Error is Log and Fail.
func (t *telling) Error(args ...any) {
	t.TB.Helper()
	t.TB.Log(args...)
	t.Fail()
}

// Errorf is Logf and Fail.
func (t *telling) Errorf(format string, args ...any) {
	t.TB.Helper()
	t.TB.Logf(format, args...)
	t.Fail()
}

// Fatal is Log and FailNow.
func (t *telling) Fatal(args ...any) {
	t.TB.Helper()
	t.TB.Log(args...)
	t.FailNow()
}

// Fatalf is Logf and FailNow.
func (t *telling) Fatalf(format string, args ...any) {
	t.TB.Helper()
	t.TB.Logf(format, args...)
	t.FailNow()
}
