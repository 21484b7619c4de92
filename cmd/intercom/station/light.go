package station

import (
	"log/slog"
	"strconv"
)

// The patterns of the station's light.
const (
	LightBooting       = "booting"
	LightDoorOpen      = "door-open"
	LightCalling       = "calling"
	LightRinging       = "ringing"
	LightInCall        = "in-call"
	LightNoAnswer      = "no-answer"
	LightLockedOut     = "locked-out"
	LightHardwareFault = "hardware-fault"
	LightConfigFault   = "config-fault"
	LightNoNetwork     = "no-network"
	LightNotRegistered = "not-registered"
	LightReady         = "ready"
)

// pattern is the light as a function of the state, and of nothing else. The ladder, from the top: what the visitor
// waits for stands above what the caretaker should know, and of the caretaker's matters the one that explains the
// others stands first. LightBooting is shown by whoever starts the station, before its first step.
func (s *Station) pattern() string {
	switch {
	case s.anyOpen():
		return LightDoorOpen
	case s.visit != nil:
		return s.visit.pattern()
	case !s.unansweredTill.IsZero():
		return LightNoAnswer
	case s.limiter.locked(s.now):
		return LightLockedOut
	case s.faults[HardwareFault], s.faults[SoundFault]:
		return LightHardwareFault
	case s.faults[ConfigFault]:
		return s.configFault()
	case s.offline:
		return LightNoNetwork
	case !s.allRegistered():
		return LightNotRegistered
	}
	return LightReady
}

// configFault blinks the digits of the line at fault, if it is one.
func (s *Station) configFault() string {
	if s.faultLine == 0 {
		return LightConfigFault
	}
	return LightConfigFault + " " + strconv.Itoa(s.faultLine)
}

func (v *visit) pattern() string {
	switch {
	case v.talking(), v.has(answering):
		return LightInCall
	case v.has(offered), v.has(alerting), v.has(confirming):
		return LightRinging
	}
	return LightCalling
}

// show changes the light if the state asks for another pattern.
func (s *Station) show() {
	if p := s.pattern(); p != s.light {
		s.light = p
		s.do(Light{p})
	}
}

// tellState plays a tone when the station can call, or no longer can. During a call whoever stands at the door has other
// worries.
func (s *Station) tellState() {
	can := !s.offline && s.allRegistered()
	if !s.cfg.TellState || can == s.toldState || s.visit != nil {
		return
	}
	s.toldState = can
	if can {
		s.do(Tone{Ready})
	} else {
		s.do(Tone{NetworkLost})
	}
}

func (s *Station) allRegistered() bool {
	for _, ok := range s.registered {
		if !ok {
			return false
		}
	}
	return true
}

// registration notes changes only: an account refreshes all day long.
func (s *Station) registration(e Registration) {
	was, known := s.registered[e.Account]
	if known && was == e.OK && e.OK {
		return
	}
	s.registered[e.Account] = e.OK
	if e.OK {
		s.note("registered", slog.String("account", e.Account))
	} else {
		s.warn("not registered", slog.String("account", e.Account), slog.String("err", e.Reason))
	}
}

func (s *Station) network(up bool) {
	if s.offline == !up {
		return
	}
	s.offline = !up
	if up {
		s.note("the network is back")
	} else {
		s.warn("the network is gone")
	}
}

func (s *Station) fault(e Fault) {
	s.faults[e.Kind] = !e.Gone
	if e.Kind == ConfigFault {
		s.faultLine = e.Line
	}
	if e.Gone {
		s.note("fault is gone", slog.String("err", e.Text))
	} else {
		s.warn("fault", slog.String("err", e.Text))
	}
}

// Lights lists the names of all patterns.
func Lights() []string {
	return []string{LightBooting, LightDoorOpen, LightCalling, LightRinging, LightInCall, LightNoAnswer, LightLockedOut,
		LightHardwareFault, LightConfigFault, LightNoNetwork, LightNotRegistered, LightReady}
}
