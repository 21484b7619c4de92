// Package realtime is for stories that programs, sound cards and telephones play in real time: on a computer that pauses in the
// middle of one, or has too much else to do, what is late says nothing about the program. Such a story is told again; on a computer
// that is at its service it has one try, and a fault that comes now and then is seen.
package realtime

import "testing"

const tries = 3

// Try tells a story. It fails the test if the story fails while this computer is at its service, or fails three times. What the story
// hands to Cleanup is done before it is told again.
func Try(t testing.TB, story func(t testing.TB)) {
	t.Helper()
	try(t, story, watch)
}

func try(t testing.TB, story func(t testing.TB), watch func() func() strain) {
	t.Helper()
	for n := 1; ; n++ {
		strained := watch()
		told := &telling{TB: t}
		told.tell(story)
		had := strained()
		switch {
		case !told.Failed():
			return
		case had.bearable() || n == tries:
			t.FailNow()
		}
		t.Logf("once more: this computer had %v", had)
	}
}
