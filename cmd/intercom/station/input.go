package station

// Input is what one of the board's contacts means to the rules.
type Input struct {
	Name string
	Use  string // UseContact, UseExit or UseTamper
	Door string // whose contact or exit button it is
}

// The uses of an Input.
const (
	UseContact = "contact" // on while the door is open
	UseExit    = "exit"    // on while the button on the inside is pressed
	UseTamper  = "tamper"  // on while the housing is open
)

// inputChanged takes what a contact says. The first word of each is how it is, not that it has changed: a button that is stuck
// when the station begins opens nothing.
func (s *Station) inputChanged(e InputChanged) {
	was, known := s.inputs[e.Input]
	s.inputs[e.Input] = e.On
	if known && was == e.On {
		return
	}
	for _, in := range s.cfg.Inputs {
		if in.Name != e.Input {
			continue
		}
		d := s.doorNamed(in.Door)
		switch open, all := s.anyOn(in.Use, in.Door); {
		case in.Use == UseTamper && (open || all):
			s.tamper(in, open)
		case d == nil:
		case in.Use == UseContact && all:
			s.ajar(*d, open)
		case in.Use == UseExit && e.On && known:
			s.exit(*d, in)
		}
	}
}

// anyOn reports whether any input of this use at a door is on, of two leaves or of a lid and a wall, and whether all of them have
// told how they are.
func (s *Station) anyOn(use, door string) (on, all bool) {
	all = true
	for _, in := range s.cfg.Inputs {
		if in.Use == use && (in.Door == door || use == UseTamper) {
			says, told := s.inputs[in.Name]
			on, all = on || says, all && told
		}
	}
	return on, all
}

// exit lets out who is inside. It asks nobody and counts as no code: a lock-out does not hold anybody in.
func (s *Station) exit(d Door, in Input) {
	d.Then = "" // whoever goes out needs no second door to come in by
	if s.letIn(d, Record{Way: ByExit, Input: in.Name}) {
		s.somebodyIsThere("somebody has gone to the door")
	}
}

// somebodyIsThere ends the ringing in the house: the visitor is being seen to.
func (s *Station) somebodyIsThere(why string) {
	if v := s.visit; v != nil && v.hunt != nil && !v.talking() {
		s.note(why, v.attrs()...)
		s.hangUp(why)
	}
}
