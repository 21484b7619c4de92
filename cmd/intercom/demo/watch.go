package demo

import (
	"time"

	"intercom/cmd/intercom/appliance"
	"intercom/cmd/intercom/call"
	"intercom/cmd/intercom/phone"
	"intercom/cmd/intercom/station"
	"intercom/ua"
)

// doorWatcher looks over the station's shoulder.
func (d *director) doorWatcher() appliance.Watcher {
	return appliance.Watcher{
		Event:  d.doorEvent,
		Action: d.doorAction,
		Message: func(t ua.Trace) {
			if d.atHouseSide(t.Remote) {
				d.write(func() { d.visit.rungs = append(d.visit.rungs, rungOf(t)) })
			}
		},
		Ended: d.doorEnded,
	}
}

// doorEnded notes the end of the call that was answered; of those that rang beside it there is nothing to tell.
func (d *director) doorEnded(e call.Ended) {
	d.write(func() {
		if d.talks == "" || d.talks == station.CallID(e.Call) {
			d.visit.door, d.ended.door = e.Media, true
		}
	})
}

func (d *director) doorEvent(at time.Time, e station.Event) {
	switch e := e.(type) {
	case station.ButtonPressed:
		d.scene.change(func(s *scene) { s.held[e.Button] = true })
		d.pressed()
	case station.ButtonReleased:
		d.scene.change(func(s *scene) { s.held[e.Button] = false })
	case station.Ringing:
		d.scene.change(func(s *scene) { s.call = "the house's telephone rings" })
	case station.Answered:
		d.scene.change(func(s *scene) { s.call, s.since = "talking to the house", at })
		d.write(func() { d.talks = e.Call })
		time.AfterFunc(visitorBegins, d.visitorSpeaks)
	case station.Ended:
		if d.isOver(e.Call) {
			d.scene.change(func(s *scene) { s.call, s.since = "none", time.Time{} })
		}
	case station.DoorOpened:
		d.scene.change(func(s *scene) { s.open[e.Door] = at })
		d.happens(at, "relay "+e.Door+" closes: the door is open", func() { d.opened = at })
	case station.DoorClosed:
		d.scene.change(func(s *scene) { delete(s.open, e.Door) })
		d.happens(at, "relay "+e.Door+" opens: the door is shut", func() { d.closed = at })
	}
}

func (d *director) doorAction(at time.Time, a station.Action) {
	switch a := a.(type) {
	case station.Dial:
		d.calls(a.Target)
	case station.Light:
		d.scene.change(func(s *scene) { s.light = a.Pattern })
		d.screen.say("door    light: %s", a.Pattern)
	case station.Tone:
		d.screen.say("door    loudspeaker: %s", a.Name)
	case station.Note:
		d.screen.say("door    %s", a)
	}
}

// pressed notes that the next call begins a visit.
func (d *director) pressed() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fresh = true
}

// calls opens the book at the first call of a press.
func (d *director) calls(target string) {
	d.mu.Lock()
	first := d.fresh
	d.mu.Unlock()
	if first {
		d.begin()
		d.scene.change(func(s *scene) { s.call = "calling " + target })
		return
	}
	d.scene.change(func(s *scene) { s.call += " and " + target })
}

// isOver tells whether a call that has ended was the one that counts.
func (d *director) isOver(id station.CallID) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.talks == "" || d.talks == id
}

// happens puts something that is no SIP message on the ladder and on the screen.
func (d *director) happens(at time.Time, what string, note func()) {
	d.screen.say("door    %s", what)
	d.write(func() {
		d.visit.rungs = append(d.visit.rungs, rung{at: at, label: what, event: true})
		note()
	})
}

func (d *director) visitorSpeaks() {
	if d.talkersSpeak() {
		d.screen.say("visitor speaks")
		d.visitor.speak()
	}
}

// phoneWatcher looks over the house's shoulder.
func (d *director) phoneWatcher() phone.Watcher {
	return phone.Watcher{
		Event: d.phoneEvent,
		Typed: func(string) { d.screen.say("house   types the door code") },
		Ended: func(e call.Ended) { d.write(func() { d.visit.house, d.ended.house = e.Media, true }) },
	}
}

func (d *director) phoneEvent(_ time.Time, e ua.Event) {
	switch e := e.(type) {
	case ua.Incoming:
		d.screen.say("house   the telephone rings: %q calls", e.FromName)
	case ua.Answered:
		d.screen.say("house   answers and speaks")
		d.house.speak()
	case ua.Ended:
		d.screen.say("house   the call is over")
	}
}
