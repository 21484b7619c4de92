package boardtest

import "time"

func (b *bench) pressesInOrder() {
	for range 3 {
		b.Contact("front", true)
		b.wait(200 * time.Millisecond)
		b.Contact("garden", true)
		b.wait(200 * time.Millisecond)
		b.Contact("front", false)
		b.wait(200 * time.Millisecond)
		b.Contact("garden", false)
		b.wait(200 * time.Millisecond)
		b.wantEvents("two buttons", "button down front", "button down garden", "button up front", "button up garden")
	}
}

// sparkle closes a contact 50 times for so long, in 5 s.
func (b *bench) sparkle(name string, d time.Duration) {
	for range 50 {
		b.Contact(name, true)
		b.wait(d)
		b.Contact(name, false)
		b.wait(100*time.Millisecond - d)
	}
}

func (b *bench) spikes() {
	b.sparkle("front", 2*time.Millisecond)
	b.wantEvents("spikes")
	for _, w := range b.Board.Buttons() {
		// A kernel that debounces too keeps some of the shortest for itself.
		if n := w.Stats().Glitches; w.Name == "front" && (n > 50 || n < 50 && b.slack == 0) {
			b.Errorf("%d glitches counted, want 50", n)
		}
	}
}

func (b *bench) stuck() {
	b.Contact("garden", true)
	b.wait(10 * time.Minute)
	b.Contact("garden", false)
	b.wait(time.Second)
	b.wantEvents("held for minutes", "button down garden", "button stuck garden", "button up garden")
}

func (b *bench) inputs() {
	for range 3 {
		for _, in := range []struct {
			name   string
			closed bool
		}{{"shut", true}, {"exit", false}, {"lid", false}} {
			b.Contact(in.name, !in.closed)
			b.wait(100 * time.Millisecond)
			b.wantEvents("no longer at rest", "input on "+in.name)
			b.wait(b.ages / 6)
			if in.name == "exit" {
				b.wait(b.ages)
				b.wantEvents("held for minutes", "button stuck exit")
			}
			b.wantEvents("nothing has changed")
			b.Contact(in.name, in.closed)
			b.wait(100 * time.Millisecond)
			b.wantEvents("at rest again", "input off "+in.name)
		}
	}
}

func (b *bench) sparks() {
	b.sparkle("exit", 10*time.Millisecond)
	b.wantEvents("sparks")
	for _, in := range b.Board.Inputs() {
		if n := in.Stats().Glitches; in.Name == "exit" && n != 50 {
			b.Errorf("%d glitches counted, want 50", n)
		}
	}
}

func (b *bench) unreadEvents() {
	for range 400 {
		b.Contact("front", true)
		b.wait(100 * time.Millisecond)
		b.Contact("front", false)
		b.wait(100 * time.Millisecond)
	}
	b.open("front", time.Second)
	b.wantCurrent("with all events unread", "front", true)
	b.wait(1001 * time.Millisecond)
	b.wantCurrent("with all events unread", "front", false)
}
