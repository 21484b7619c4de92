package appliance

import (
	"context"
	"errors"
	"fmt"
	"time"

	"intercom/board"
	"intercom/cmd/intercom/call"
	"intercom/cmd/intercom/station"
	"intercom/ua"
)

// do carries out one action of the rules. What fails comes back to them as an event.
func (a *Appliance) do(action station.Action) {
	switch action := action.(type) {
	case station.Dial, station.Ring, station.Answer, station.Reject, station.Redirect, station.Hangup:
		a.doCall(action)
	case station.Mix, station.Prompt, station.StopPrompt, station.Volume, station.Tone, station.StopTone:
		a.doSound(action)
	case station.Open, station.Hold, station.Shut:
		a.doDoor(action)
	case station.Remember:
		a.remember(action.Memory)
	case station.Record:
		a.counts[action.Kind]++
		if a.watch.Record != nil {
			a.watch.Record(time.Now(), action)
		}
	case station.Light:
		if err := a.board.Light(board.StatusLight, action.Pattern); err != nil {
			a.log.Error("the light does not show", "pattern", action.Pattern, "err", err)
		}
	case station.Note:
		a.log.LogAttrs(context.Background(), action.Level, action.Text, action.Attrs...)
	}
}

func (a *Appliance) doCall(action station.Action) {
	var err error
	switch action := action.(type) {
	case station.Dial:
		a.dial(action)
	case station.Ring:
		err = a.calls.Ring(ua.CallID(action.Call))
	case station.Answer:
		err = a.calls.Answer(ua.CallID(action.Call))
	case station.Reject:
		a.agent.Reject(ua.CallID(action.Call), action.Status, "")
	case station.Redirect:
		a.agent.Redirect(ua.CallID(action.Call), action.To)
	case station.Hangup:
		a.hangUp(action)
	}
	if err != nil {
		a.fail(err)
	}
}

func (a *Appliance) doDoor(action station.Action) {
	switch action := action.(type) {
	case station.Open:
		err := a.board.OpenDoor(action.Door, action.For)
		switch {
		case errors.Is(err, board.ErrInterlocked): // as the house wanted it, and no fault
			a.pending = append(a.pending, station.NotOpened{Door: action.Door, Reason: err.Error()})
		case err != nil:
			a.fail(fmt.Errorf("door %q does not open: %w", action.Door, err))
		}
	case station.Hold:
		if err := a.board.HoldDoor(action.Door); err != nil {
			a.pending = append(a.pending, station.NotOpened{Door: action.Door, Reason: err.Error()})
		}
	case station.Shut:
		if err := a.board.CloseDoor(action.Door); err != nil {
			a.fail(fmt.Errorf("door %q does not shut: %w", action.Door, err))
		}
	}
}

func (a *Appliance) dial(d station.Dial) {
	err := a.calls.Dial(ua.CallID(d.Call), ua.Dial{Account: d.Account, Target: d.Target, DisplayName: d.DisplayName, AlertInfo: d.AlertInfo})
	if err == nil {
		return
	}
	a.log.Error("the call cannot be placed", "call", string(d.Call), "err", err)
	a.pending = append(a.pending, station.Ended{Call: d.Call, Reason: err.Error()})
	if a.watch.Ended != nil {
		a.watch.Ended(call.Ended{Call: ua.CallID(d.Call)})
	}
}

// fail tells the rules of a part that does not do its work.
func (a *Appliance) fail(err error) {
	a.pending = append(a.pending, station.Fault{Kind: station.HardwareFault, Text: err.Error()})
}
