package station

import (
	"testing"
	"time"
)

func TestTheMenuOfKeys(t *testing.T) {
	cfg := house()
	cfg.Keys = []Key{
		{Keys: "*1", Does: KeyProlongs}, {Keys: "*2", Does: KeyMutes}, {Keys: "*31", Does: KeyLouder}, {Keys: "*32", Does: KeySofter},
		{Keys: "*9", Does: KeyHangsUp},
	}
	st := tell(t, cfg)
	id := st.talk()
	st.pass(100 * time.Second)
	st.types(id, "*1")
	st.pass(100 * time.Second)
	st.wantsLight(LightInCall)
	st.types(id, "*2")
	st.wants(Mix{Call: id, Heard: true})
	st.types(id, "*2")
	st.wants(Mix{Call: id, Heard: true, Hears: true})
	st.types(id, "*31*32")
	st.wants(Volume{volumeStep}, Volume{0})
	st.types(id, "*32")
	st.types(id, "*3"+frontCode) // no key of the menu: a star, and then a code that begins with a wrong digit
	st.wants(Tone{WrongCode})
	st.types(id, "*"+frontCode)
	st.wants(Open{Door: "front", For: 3 * time.Second})
	st.types(id, "1*9")
	st.wants(Hangup{Call: id}, Tone{CallEnded}, Volume{0}, Light{LightReady})
}

func TestTheMenuIsForWhoHasAnswered(t *testing.T) {
	cfg := house()
	cfg.Keys = []Key{{Keys: "*9", Does: KeyHangsUp}}
	st := tell(t, cfg)
	st.press("bell")
	st.is(Early{"out-1"})
	st.out = nil
	st.types("out-1", "*9")
	st.types("out-7", "*9")
	st.wantsNothing()
}

func TestALightIsSwitchedByKeyAndADoorIsNot(t *testing.T) {
	cfg := house()
	cfg.Doors = append(cfg.Doors, Door{Name: "stairs", Light: true, Pulse: time.Second})
	cfg.Keys = []Key{{Keys: "*2", Does: KeyLights, Light: "stairs"}, {Keys: "*3", Does: KeyLights, Light: "front"}}
	st := tell(t, cfg)
	id := st.talk()
	st.types(id, "*2")
	st.wants(Open{Door: "stairs", For: time.Second})
	st.is(DoorOpened{"stairs"})
	st.wantsLight(LightInCall)
	st.is(DoorClosed{"stairs"})
	st.types(id, "*3")
	if got := st.opened(); len(got) != 1 {
		t.Errorf("switched %q", got)
	}
	st.pass(time.Minute)
	st.wantsLight(LightInCall) // a light does not end the call
}
