package station

import (
	"log/slog"
	"slices"
	"time"
)

// doorway is what the station knows of a door beside its configuration.
type doorway struct {
	pulled  bool      // the relay: it can be opened
	held    bool      // by its schedule
	unsure  bool      // whether the board does so: it may be another one
	ajar    bool      // the contact: it is open
	known   bool      // the contact has told
	letGo   time.Time // somebody may be on the way through it until then
	tooLong time.Time // open for too long then
	next    time.Time // the door behind it follows then
	dark    time.Time // a light that is held is let go then
}

// passing is how long after its relay is at rest again a door may be opened that somebody has taken hold of meanwhile.
const passing = 10 * time.Second

func (s *Station) doorway(name string) *doorway {
	w, ok := s.doorways[name]
	if !ok {
		w = &doorway{}
		s.doorways[name] = w
	}
	return w
}

// doorNamed is the configuration of a door, nil if there is none of that name.
func (s *Station) doorNamed(name string) *Door {
	i := slices.IndexFunc(s.cfg.Doors, func(d Door) bool { return d.Name == name })
	if i < 0 {
		return nil
	}
	return &s.cfg.Doors[i]
}

// pulse is how long the relay is pulled.
func (d Door) pulse() time.Duration {
	if d.Pulse <= 0 {
		return DefaultPulse
	}
	return d.Pulse
}

// letIn pulls a door's relay for whoever has the right to it: r says who and by which way. It reports whether it did.
func (s *Station) letIn(d Door, r Record) bool {
	r.Door = d.Name
	if reason := s.barred(d, r.Way); reason != "" {
		r.Kind, r.Reason = Denied, reason
		s.warn("the door stays shut", slog.String("door", d.Name), slog.String("err", reason))
		s.do(r, Tone{WrongCode})
		return false
	}
	pulse := d.pulse()
	w := s.doorway(d.Name)
	w.letGo = s.now.Add(pulse + passing)
	r.Kind = Opened
	s.note("opening", r.attrs()...)
	s.do(r)
	s.pull(d)
	s.do(Tone{DoorOpen})
	if d.Then != "" && s.doorNamed(d.Then) != nil {
		w.next = s.now.Add(d.ThenAfter)
	}
	return true
}

// pull has a relay closed for its time. That of a light may be longer than any pulse: it is held, and let go again.
func (s *Station) pull(d Door) {
	pulse := d.pulse()
	if !d.Light || pulse <= LongestPulse {
		s.do(Open{Door: d.Name, For: pulse})
		return
	}
	s.doorway(d.Name).dark = s.now.Add(pulse)
	s.do(Hold{d.Name})
}

// lightOut is due when a light has burnt for its time, or other rules have made a door of it; they may also have made nothing of it.
func (s *Station) lightOut(name string) {
	if s.doorNamed(name) != nil && !s.doorway(name).held {
		s.do(Shut{name})
	}
}

// barred says why a door stays shut that was asked for rightly; empty if it does not.
func (s *Station) barred(_ Door, way string) string {
	switch {
	case !s.tampered():
		return ""
	case way == ByExit && !s.cfg.TamperBlocksExit:
		return "" // who is inside must come out
	}
	return "the housing was opened"
}

// follow opens the door behind another one, for whoever has come through the first.
func (s *Station) follow(name string) {
	d := s.doorNamed(name)
	if d == nil {
		return
	}
	if behind := s.doorNamed(d.Then); behind != nil {
		second := *behind
		second.Then = "" // two steps, however doors name one another
		s.letIn(second, Record{Way: ByDoor, Reason: "after " + name})
	}
}

// door notes what a relay does. Whether the door stands open is for its contact to say.
func (s *Station) door(name string, open bool) {
	w := s.doorway(name)
	if w.pulled == open {
		return
	}
	w.pulled = open
	switch {
	case s.isLight(name):
		return
	case open:
		s.note("door unlocked", slog.String("door", name))
		return
	}
	w.letGo = s.now.Add(passing)
	s.note("door locked", slog.String("door", name))
}

// notOpened is told of a door that the board keeps shut.
func (s *Station) notOpened(e NotOpened) {
	w := s.doorway(e.Door)
	w.letGo, w.next, w.dark, w.held = time.Time{}, time.Time{}, time.Time{}, false
	s.warn("the door does not open", slog.String("door", e.Door), slog.String("err", e.Reason))
	s.do(Record{Kind: Denied, Door: e.Door, Reason: e.Reason}, Tone{WrongCode})
}

// ajar is told by a door's contact that it is open, or shut again.
func (s *Station) ajar(d Door, open bool) {
	w := s.doorway(d.Name)
	was, known := w.ajar, w.known
	w.ajar, w.known = open, true
	switch {
	case !open && was:
		s.shutAgain(d, w)
	case !open || was:
	case !known:
		w.tooLong = s.after(d.HeldOpen) // open when the station began: by whom nobody knows
	case w.pulled || s.now.Before(w.letGo):
		w.tooLong = s.after(d.HeldOpen)
		s.note("the door was opened", slog.String("door", d.Name))
		s.do(Record{Kind: ByHand, Door: d.Name})
		s.somebodyIsThere("the door was opened")
	default:
		w.tooLong = s.after(d.HeldOpen)
		s.forced(d)
		s.somebodyIsThere("the door was opened")
	}
}

// forced tells of a door that nobody has let go. Where it has a handle or a key that is everyday life.
func (s *Station) forced(d Door) {
	const text = "the door was opened by force, with a key, or from inside"
	s.do(Record{Kind: Forced, Door: d.Name})
	if !d.ForcedAlarm {
		s.note(text, slog.String("door", d.Name))
		return
	}
	s.warn(text, slog.String("door", d.Name))
	s.do(Tone{DoorAlarm})
}

func (s *Station) shutAgain(d Door, w *doorway) {
	w.tooLong = time.Time{}
	s.note("the door is shut again", slog.String("door", d.Name))
	s.do(Record{Kind: HasShut, Door: d.Name})
}

// openTooLong is due when a door has been open for longer than it should.
func (s *Station) openTooLong(name string) {
	w := s.doorway(name)
	switch {
	case !s.hasContact(name):
		return // other rules have come that know of none
	case w.held:
		w.tooLong = s.now.Add(time.Minute) // it is held open on purpose: asked again when that may be over
		return
	}
	s.warn("the door is held open", slog.String("door", name))
	s.do(Record{Kind: HeldOpen, Door: name}, Tone{DoorAlarm})
}

// after is a time from now on, none where the configuration wants none.
func (s *Station) after(d time.Duration) time.Time {
	if d <= 0 {
		return time.Time{}
	}
	return s.now.Add(d)
}

func (s *Station) doorTimers() []timer {
	var all []timer
	for name, w := range s.doorways {
		all = append(all,
			timer{at: &w.tooLong, fire: func() { s.openTooLong(name) }},
			timer{at: &w.next, fire: func() { s.follow(name) }},
			timer{at: &w.dark, fire: func() { s.lightOut(name) }})
	}
	return all
}

// anyOpen reports whether the relay of a door is closed.
func (s *Station) anyOpen() bool {
	for name, w := range s.doorways {
		if w.pulled && !s.isLight(name) {
			return true
		}
	}
	return false
}

func (s *Station) isLight(name string) bool {
	d := s.doorNamed(name)
	return d != nil && d.Light
}
