package station

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// Each rung of the ladder is climbed from the bottom: every further thing must cover all that went before.
func TestLightLadder(t *testing.T) {
	cfg := house()
	cfg.Accounts = []string{"box"}
	st := tell(t, cfg)
	st.wantsLight(LightNotRegistered)
	st.is(Registration{Account: "box", OK: true})
	st.wantsLight(LightReady)
	st.is(Registration{Account: "box", Reason: "403 Forbidden"})
	st.wantsLight(LightNotRegistered)
	st.is(Network{Up: false})
	st.wantsLight(LightNoNetwork)
	st.is(Fault{Kind: ConfigFault, Text: "line 3"})
	st.wantsLight(LightConfigFault)
	st.is(Fault{Kind: HardwareFault, Text: "no sound card"})
	st.wantsLight(LightHardwareFault)
	id := st.talk()
	st.types(id, "1111111111111111111111111")
	st.wantsLight(LightInCall)
	st.ended(id, 200)
	st.wantsLight(LightLockedOut)
	st.pass(3 * time.Second)
	st.press("bell")
	st.wantsLight(LightCalling)
	st.ended("out-2", 486)
	st.wantsLight(LightCalling)
	st.ended("out-3", 486)
	st.wantsLight(LightNoAnswer)
	st.pass(3 * time.Second)
	st.press("bell")
	st.ringing("out-4")
	st.wantsLight(LightRinging)
	st.is(DoorOpened{"front"})
	st.is(DoorOpened{"garage"})
	st.wantsLight(LightDoorOpen)
	st.is(DoorClosed{"front"})
	st.wantsLight(LightDoorOpen)
	st.is(DoorClosed{"garage"})
	st.wantsLight(LightRinging)

	st.press("bell")
	st.pass(3 * time.Second)
	st.press("bell")
	st.pass(10 * time.Minute)
	st.wantsLight(LightHardwareFault)
	st.is(Fault{Kind: HardwareFault, Gone: true})
	st.wantsLight(LightConfigFault)
	st.is(Fault{Kind: ConfigFault, Gone: true})
	st.wantsLight(LightNoNetwork)
	st.is(Network{Up: true})
	st.wantsLight(LightNotRegistered)
	st.is(Registration{Account: "box", OK: true})
	st.wantsLight(LightReady)
}

func TestLightIsShownOnlyWhenItChanges(t *testing.T) {
	st := tell(t, house())
	st.talk()
	st.pass(5 * time.Minute)
	lights := of[Light](st.all)
	if len(slices.Compact(slices.Clone(lights))) != len(lights) {
		t.Errorf("%v", lights)
	}
}

func TestRegistrationIsToldWhenItChanges(t *testing.T) {
	cfg := house()
	cfg.Accounts = []string{"box"}
	st := tell(t, cfg)
	for range 3 {
		st.is(Registration{Account: "box", OK: true})
		st.pass(5 * time.Minute)
	}
	if n := len(of[Note](st.all)); n != 1 {
		t.Errorf("%d notes about one registration", n)
	}
	st.is(Registration{Account: "box", Reason: "401 Unauthorized"})
	if n, ok := noteOf(st.all, "not registered"); !ok || n.String() != `not registered account=box err="401 Unauthorized"` {
		t.Errorf("says %q", n)
	}
}

// Without a registration, or with nothing but faults, the bell still rings.
func TestFaultsDoNotSilenceTheBell(t *testing.T) {
	cfg := house()
	cfg.Accounts = []string{"box"}
	st := tell(t, cfg)
	st.is(Network{Up: false})
	st.is(Fault{Kind: ConfigFault})
	st.is(Fault{Kind: HardwareFault})
	st.types(st.talk(), frontCode)
	st.wants(Open{Door: "front", For: 3 * time.Second})
}

// With tell_state the door hears when the station can call and when it no longer can, once each and never in a call.
func TestTheStateIsToldByTones(t *testing.T) {
	for _, wanted := range []bool{true, false} {
		s := New(Config{TellState: wanted, Accounts: []string{"house"}})
		var heard []string
		step := func(e Event) {
			for _, a := range s.Step(time.Unix(0, 0), e) {
				if tone, ok := a.(Tone); ok {
					heard = append(heard, tone.Name)
				}
			}
		}
		for _, e := range []Event{
			Tick{}, Registration{Account: "house", OK: true}, Registration{Account: "house", OK: true}, Network{}, Network{Up: true},
			Registration{Account: "house", Reason: "no answer"}, Registration{Account: "house", OK: true},
		} {
			step(e)
		}
		want := fmt.Sprint([]string{Ready, NetworkLost, Ready, NetworkLost, Ready})
		if !wanted {
			want = "[]"
		}
		if fmt.Sprint(heard) != want {
			t.Errorf("tell_state %v: heard %v, want %v", wanted, heard, want)
		}
	}
}
