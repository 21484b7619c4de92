package appliance

import (
	"intercom/cmd/intercom/station"
	"intercom/ua"
)

// elsewhere is what a telephone hears that rang when another was lifted (RFC 3326 §2).
func elsewhere() ua.Cause {
	return ua.Cause{Protocol: "SIP", Code: 200, Text: "Call completed elsewhere"}
}

func (a *Appliance) doSound(action station.Action) {
	switch action := action.(type) {
	case station.Mix:
		a.mix(action)
	case station.Prompt:
		a.prompt(action)
	case station.StopPrompt:
		a.calls.Hush(a.succession.calls(action.Call)[0])
	case station.Volume:
		a.engine.SetVolume(action.Level)
	case station.Tone:
		if err := a.signals.play(a.engine, action.Name); err != nil {
			a.log.Error("a tone is not heard", "tone", action.Name, "err", err)
		}
	case station.StopTone:
		a.engine.Stop()
	}
}

func (a *Appliance) hangUp(h station.Hangup) {
	for _, id := range a.succession.calls(h.Call) {
		if h.Elsewhere {
			a.agent.HangupBecause(id, elsewhere())
		} else {
			a.agent.Hangup(id)
		}
	}
	delete(a.mixes, h.Call)
}

// mix keeps what a call has of the sound for those that may follow it.
func (a *Appliance) mix(m station.Mix) {
	a.mixes[m.Call] = m
	a.calls.Join(a.succession.calls(m.Call)[0], m.Heard, m.Hears)
}

// inherit gives a call that has taken another's place what that one had of the sound.
func (a *Appliance) inherit(name station.CallID) {
	if m, ok := a.mixes[name]; ok {
		a.mix(m)
	}
}

func (a *Appliance) prompt(p station.Prompt) {
	if err := a.calls.Say(a.succession.calls(p.Call)[0], a.signals.signal(p.Name)); err != nil {
		a.log.Error("a prompt is not heard", "tone", p.Name, "err", err)
	}
}
