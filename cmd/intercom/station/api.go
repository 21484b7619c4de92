package station

import (
	"log/slog"
	"slices"
)

// ByAPI is the way of a program on this computer, which has been let in before it is heard here.
const ByAPI = "api"

type (
	// OpenAsked is a program that asks for a door. By is whose program it is.
	OpenAsked struct{ Door, By string }
	// CallAsked is a program that has somebody called as if a button did.
	CallAsked struct{ Target, By string }
	// HangUpAsked is a program that ends what goes on at the door.
	HangUpAsked struct{ By string }
)

func (OpenAsked) event()   {}
func (CallAsked) event()   {}
func (HangUpAsked) event() {}

// openAsked opens a door for a program. What keeps a door shut for others keeps it shut for programs.
func (s *Station) openAsked(e OpenAsked) {
	r := Record{Way: ByAPI, Person: e.By, Door: e.Door}
	if d := s.doorNamed(e.Door); d != nil {
		s.letIn(*d, r)
		return
	}
	r.Kind, r.Reason = Denied, "there is no such door"
	s.warn("a program asks for a door that there is not", r.attrs()...)
	s.do(r)
}

// callAsked calls somebody for a program, if nothing goes on at the door.
func (s *Station) callAsked(e CallAsked) {
	if s.visit != nil {
		s.note("not called for a program: the station is busy", slog.String("peer", e.Target))
		return
	}
	r := Record{Kind: Rang, Way: ByAPI, Person: e.By, Peer: e.Target}
	s.note("a program has somebody called", r.attrs()...)
	s.do(r)
	s.visit = &visit{}
	s.look([]string{e.Target})
}

func (s *Station) hangUpAsked(e HangUpAsked) {
	if s.visit != nil {
		s.hangUp("hung up by a program of " + e.By)
	}
}

// State is what a station is doing.
type State struct {
	Light      string
	Registered map[string]bool // by account
	Doors      []DoorState
	Calls      []CallState
	Locked     bool // no code is looked at
	Tampered   bool // no door opens
}

// DoorState is one door, or light, of a State.
type DoorState struct {
	Name    string
	Light   bool
	Pulled  bool // its relay is on
	Contact bool // it has one, which has told
	Ajar    bool // by its contact
}

// CallState is one call of a State.
type CallState struct {
	Call  CallID
	Peer  string
	State string // "calling", "ringing", "confirming", "offered", "waiting", "answering" or "answered"
}

// State says what the station is doing at the time of its last step.
func (s *Station) State() State {
	state := State{
		Light: s.light, Registered: map[string]bool{},
		Locked: s.limiter.locked(s.now), Tampered: s.tampered(),
	}
	for name, ok := range s.registered {
		state.Registered[name] = ok
	}
	for _, d := range s.cfg.Doors {
		w := s.doorway(d.Name)
		state.Doors = append(state.Doors, DoorState{Name: d.Name, Light: d.Light, Pulled: w.pulled, Contact: w.known && s.hasContact(d.Name), Ajar: w.ajar})
	}
	calls := s.queue
	if s.visit != nil {
		calls = append(append([]*call(nil), s.visit.calls...), s.queue...)
	}
	for _, c := range calls {
		state.Calls = append(state.Calls, CallState{c.id, c.peer, c.phase.String()})
	}
	return state
}

func (s *Station) hasContact(door string) bool {
	return slices.ContainsFunc(s.cfg.Inputs, func(in Input) bool { return in.Use == UseContact && in.Door == door })
}

func (p phase) String() string {
	return [...]string{dialling: "calling", alerting: "ringing", confirming: "confirming", offered: "offered", waiting: "waiting",
		answering: "answering", answered: "answered"}[p]
}
