package boardtest

import (
	"time"

	"intercom/board"
)

func (b *bench) light() {
	shown := map[string]bool{}
	for _, pattern := range board.Patterns() {
		if err := b.Board.Light(board.StatusLight, pattern); err != nil {
			b.Fatal(err)
		}
		if got := b.Board.Shown(board.StatusLight); got != pattern {
			b.Errorf("asked for %s it says %s", pattern, got)
		}
		shown[b.watchLight()] = true
	}
	if len(shown) != len(board.Patterns()) {
		b.Errorf("%d patterns look like %d", len(board.Patterns()), len(shown))
	}
	if err := b.Board.Light(board.StatusLight, "disco"); err == nil {
		b.Error("an unknown pattern was accepted")
	}
	if err := b.Board.Light("porch", "ready"); err == nil {
		b.Error("an unknown light was accepted")
	}
}

// watchLight looks at the light for 5 s, each 20 ms; where looking takes time, each 50 ms.
func (b *bench) watchLight() string {
	b.settle()
	each := 20 * time.Millisecond
	if b.slack > 0 {
		each = 50 * time.Millisecond
	}
	seen := make([]byte, 5*time.Second/each)
	for i := range seen {
		seen[i] = '.'
		if b.Lit() {
			seen[i] = '#'
		}
		b.wait(each)
	}
	return string(seen)
}

func (b *bench) card() {
	s := b.Board.Sound()
	if s.Period() != s.Rate()/100 {
		b.Fatalf("%s: a period of %d samples", s, s.Period())
	}
	periods := make(chan int, 1000)
	if err := s.Start(func(play, capture []int16) { periods <- len(play) + len(capture) }); err != nil {
		b.Fatal(err)
	}
	b.wait(time.Second + time.Millisecond)
	if n, most := len(periods), 100+int(5*b.slack/(10*time.Millisecond)); n < 100 || n > most {
		b.Errorf("%d periods in a second, want 100 to %d", n, most)
	}
	if n := <-periods; n != 2*s.Period() {
		b.Errorf("a period has %d samples, want twice %d", n, s.Period())
	}
}

func (b *bench) closing() {
	b.open("front", 20*time.Second)
	if err := b.Board.Light(board.StatusLight, "ready"); err != nil {
		b.Fatal(err)
	}
	b.Contact("front", true)
	b.wait(time.Second)
	b.close()
	b.close()
	for range b.Board.Events() { // ends, since Close closed it
	}
	if b.Lit() {
		b.Error("the light is on after closing")
	}
	b.Contact("front", false)
	b.wait(time.Minute)
	b.wantCurrent("long after closing", "front", false)
}
