package appliance

import (
	"fmt"

	"intercom/ua"
)

// RFC 3261 §21.6.2, §21.4.24.
const (
	decline  = 603
	busyHere = 486
)

// transfer calls whom the house sends the visitor to. The agent has seen to it that only those ask who may.
func (a *Appliance) transfer(e ua.Referred) {
	a.moved++
	next := ua.CallID(fmt.Sprintf("moved-%d", a.moved))
	if !a.succession.begin(e.Call, next) {
		a.agent.Decline(e.Call, decline, "")
		return
	}
	a.log.Info("the house transfers the call", "call", string(e.Call), "peer", e.Target)
	if err := a.calls.Follow(e.Call, next); err != nil {
		a.succession.hear(ua.Ended{Call: next})
		a.log.Error("the call cannot be transferred", "call", string(e.Call), "err", err)
	}
}

// takeOver lets another telephone take the place of the one that the visitor talks to.
func (a *Appliance) takeOver(e ua.Incoming) {
	if !a.succession.begin(e.Replaces, e.Call) {
		a.agent.Reject(e.Call, busyHere, "")
		return
	}
	a.log.Info("another telephone takes the call", "call", string(e.Replaces), "peer", e.From)
	if err := a.calls.Answer(e.Call); err != nil {
		a.succession.hear(ua.Ended{Call: e.Call})
		a.log.Error("the call cannot be taken over", "call", string(e.Replaces), "err", err)
	}
}
