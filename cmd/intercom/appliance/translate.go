package appliance

import (
	"intercom/board"
	"intercom/cmd/intercom/call"
	"intercom/cmd/intercom/station"
	"intercom/ua"
)

// boardEvent steps the rules with what happened on the board.
func (a *Appliance) boardEvent(e board.Event) {
	switch e.Kind {
	case board.ButtonDown:
		a.step(station.ButtonPressed{Button: e.Name})
	case board.ButtonUp:
		a.step(station.ButtonReleased{Button: e.Name})
	case board.DoorOpened:
		a.step(station.DoorOpened{Door: e.Name})
	case board.DoorClosed:
		a.step(station.DoorClosed{Door: e.Name})
	case board.InputOn, board.InputOff:
		a.step(station.InputChanged{Input: e.Name, On: e.Kind == board.InputOn})
	case board.ButtonStuck:
		a.log.Warn("a button is stuck or held for long", "button", e.Name)
	case board.Fault:
		a.step(station.Fault{Kind: faultKind(e), Text: e.Err.Error()})
	case board.Mended:
		a.step(station.Fault{Kind: faultKind(e), Text: e.Name, Gone: true})
	}
}

// faultKind keeps the sound apart, which may come back by itself.
func faultKind(e board.Event) station.FaultKind {
	if e.Name == board.SoundPart {
		return station.SoundFault
	}
	return station.HardwareFault
}

// agentEvent lets the switchboard see to the media first, so that a call has its sound when the rules hear of it.
func (a *Appliance) agentEvent(e ua.Event) {
	if ended, ok := a.calls.Handle(e); ok && a.watch.Ended != nil {
		defer a.watch.Ended(ended)
	}
	switch e := e.(type) {
	case ua.Referred:
		a.transfer(e)
		return
	case ua.Incoming:
		if e.Replaces != "" {
			a.takeOver(e)
			return
		}
	}
	if e, ok := e.(ua.Answered); ok {
		if name, follows := a.succession.predecessor(e.Call); follows {
			a.step(station.Moved{Call: name})
			defer a.inherit(name)
		}
	}
	tell, over := a.succession.hear(e)
	if over != "" {
		a.agent.Hangup(over)
	}
	if e, ok := tell.(ua.Ended); ok {
		delete(a.mixes, station.CallID(e.Call))
	}
	if e := translate(tell); e != nil {
		a.step(e)
	}
}

// digit passes on a key of the telephone that the visitor talks to now.
func (a *Appliance) digit(d call.Digit) {
	if name, ok := a.succession.name(d.Call); ok {
		a.step(station.Digit{Call: name, Digit: d.Rune, Way: d.Way})
	}
}

// translate says an event of the user agent in the words of the rules; nil where the rules have no interest in it.
func translate(e ua.Event) station.Event {
	switch e := e.(type) {
	case ua.Registered:
		return station.Registration{Account: e.Account, OK: true}
	case ua.RegistrationFailed:
		return station.Registration{Account: e.Account, Reason: e.Err.Error()}
	case ua.Unregistered:
		return station.Registration{Account: e.Account, Reason: "unregistered"}
	case ua.Incoming:
		return station.Incoming{
			Call: station.CallID(e.Call), Account: e.Account, From: e.From, FromName: e.FromName, Asserted: e.Asserted, User: e.User, Trusted: e.Trusted, AtOnce: e.AtOnce,
		}
	case ua.Ringing:
		return station.Ringing{Call: station.CallID(e.Call)}
	case ua.Early:
		return station.Early{Call: station.CallID(e.Call)}
	case ua.Answered:
		return station.Answered{Call: station.CallID(e.Call)}
	case ua.Updated:
		return station.OnHold{Call: station.CallID(e.Call), On: !e.Session.Send}
	case ua.Ended:
		return station.Ended{Call: station.CallID(e.Call), Status: e.Status, Reason: e.Reason}
	}
	return nil
}
