package vboard_test

import (
	"strings"
	"testing"
	"time"

	"intercom/test/vboard"
)

// Sparks on the wire of a button, shorter than the contact must be steady, ring nobody; a finger does.
func TestSparksRingNobody(t *testing.T) {
	live(t, func(t testing.TB, arch vboard.Arch) {
		const most = 20 * time.Millisecond // half of the 50 ms that a contact must be steady, and the kernel's part of it
		b := vboard.Boot(t, wired(t, arch, config))
		phone := telephone(b, "-auto")
		p := station(b)
		for range 100 {
			began := time.Now()
			b.Set(vboard.Bell, false)
			b.Set(vboard.Bell, true)
			if d := time.Since(began); d > most {
				t.Skipf("a spark of %v is none: this computer does too much else", d)
			}
		}
		ring(b, phone)
		if n := strings.Count(p.Output(), "msg=pressed"); n != 1 {
			t.Errorf("pressed %d times, want 1:\n%s", n, p.Output())
		}
	})
}

// A button that is held for a minute is told as stuck, once; in virtual time the minute is short.
func TestAStuckButtonIsTold(t *testing.T) {
	arms(t, func(t testing.TB, arch vboard.Arch) {
		o := wired(t, arch, config)
		o.Virtual = true
		b := vboard.Boot(t, o)
		p := station(b)
		b.Set(vboard.Bell, false)
		p.Await("pressed", soon)
		p.Await("stuck", time.Minute)
	})
}
