package appliance

import (
	"intercom/cmd/intercom/station"
	"intercom/ua"
)

// succession keeps a call one call for the rules while the telephone at its other end changes: the house transfers it, or
// another telephone takes it over. Then one call of the agent follows the other, and the rules go on with the name of the
// first.
type succession struct {
	names    map[ua.CallID]station.CallID // of successors
	current  map[station.CallID]ua.CallID // where it is not the first
	next     map[station.CallID]ua.CallID // the successor that is being called, or is calling
	waiting  map[station.CallID]ua.Ended  // how a call ended whose successor is not there yet
	left     map[ua.CallID]bool           // calls that have a successor and are about to end
	answered map[station.CallID]bool      // of which the rules know that they are up
}

func newSuccession() *succession {
	return &succession{
		names: map[ua.CallID]station.CallID{}, current: map[station.CallID]ua.CallID{}, next: map[station.CallID]ua.CallID{},
		waiting: map[station.CallID]ua.Ended{}, left: map[ua.CallID]bool{}, answered: map[station.CallID]bool{},
	}
}

// name is what the rules call a call of the agent, false for one that they do not hear of.
func (s *succession) name(id ua.CallID) (station.CallID, bool) {
	if _, ok := s.predecessor(id); ok || s.left[id] {
		return "", false
	}
	if name, ok := s.names[id]; ok {
		return name, true
	}
	return station.CallID(id), true
}

// predecessor is the call that a call of the agent is about to follow.
func (s *succession) predecessor(id ua.CallID) (station.CallID, bool) {
	for name, next := range s.next {
		if next == id {
			return name, true
		}
	}
	return "", false
}

// calls are the calls of the agent that end when the rules end theirs.
func (s *succession) calls(name station.CallID) []ua.CallID {
	ids := []ua.CallID{ua.CallID(name)}
	if id, ok := s.current[name]; ok {
		ids[0] = id
	}
	if next, ok := s.next[name]; ok {
		ids = append(ids, next)
	}
	return ids
}

// pending tells whether the successor of a call is being called, or is calling.
func (s *succession) pending(name station.CallID) bool {
	_, ok := s.next[name]
	return ok
}

// begin notes that next is to follow the call of the agent; false if another one is, or if the call is not the rules'.
func (s *succession) begin(id, next ua.CallID) bool {
	name, ok := s.name(id)
	if _, taken := s.next[name]; !ok || taken {
		return false
	}
	s.next[name] = next
	return true
}

// hear takes an event of the agent. It returns what the rules are to hear, nil for nothing, and a call that is to be hung
// up because its successor is there.
func (s *succession) hear(e ua.Event) (tell ua.Event, over ua.CallID) {
	switch e := e.(type) {
	case ua.Ringing:
		name, ok := s.name(e.Call)
		return only(ua.Ringing{Call: ua.CallID(name)}, ok), ""
	case ua.Early:
		name, ok := s.name(e.Call)
		return only(ua.Early{Call: ua.CallID(name)}, ok), ""
	case ua.Updated:
		name, ok := s.name(e.Call)
		return only(ua.Updated{Call: ua.CallID(name), Session: e.Session}, ok), ""
	case ua.Answered:
		return s.up(e)
	case ua.Ended:
		return s.ended(e), ""
	}
	return e, ""
}

func only(e ua.Event, ok bool) ua.Event {
	if !ok {
		return nil
	}
	return e
}

// up puts a successor in its place.
func (s *succession) up(e ua.Answered) (tell ua.Event, over ua.CallID) {
	name, follows := s.predecessor(e.Call)
	if follows {
		over = s.calls(name)[0]
		delete(s.next, name)
		if _, ended := s.waiting[name]; ended {
			delete(s.waiting, name)
			over = ""
		} else {
			s.left[over] = true
		}
		s.names[e.Call], s.current[name] = name, e.Call
	} else if name, follows = s.name(e.Call); !follows {
		return nil, ""
	}
	if s.answered[name] {
		return nil, over
	}
	s.answered[name] = true
	e.Call = ua.CallID(name)
	return e, over
}

// ended passes an end on unless somebody follows.
func (s *succession) ended(e ua.Ended) ua.Event {
	if name, ok := s.predecessor(e.Call); ok {
		delete(s.next, name)
		first, waits := s.waiting[name]
		if !waits {
			return nil // the call goes on as it was
		}
		return s.forget(name, first)
	}
	if s.left[e.Call] {
		delete(s.left, e.Call)
		return nil
	}
	name, _ := s.name(e.Call)
	if _, follows := s.next[name]; follows {
		s.waiting[name] = e
		return nil
	}
	return s.forget(name, e)
}

func (s *succession) forget(name station.CallID, e ua.Ended) ua.Event {
	delete(s.names, s.current[name])
	delete(s.current, name)
	delete(s.waiting, name)
	delete(s.answered, name)
	e.Call = ua.CallID(name)
	return e
}
