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
	cfg.Doors = append(cfg.Doors, Door{Name: "stairs", Light: true, Pulse: time.Second, Then: "front", ThenAfter: time.Second})
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
	if got := st.opened(); len(got) != 1 {
		t.Errorf("the door behind the light opened without a code: %q", got)
	}
	st.wantsLight(LightInCall) // a light does not end the call
}

// The light of the stairs burns for minutes: its relay is held, and a key begins its time anew.
func TestALightBurnsForItsTime(t *testing.T) {
	stairs := func() Config {
		cfg := house()
		cfg.Doors = append(cfg.Doors, Door{Name: "stairs", Light: true, Pulse: 3 * time.Minute})
		cfg.Keys = []Key{{Keys: "*2", Does: KeyLights, Light: "stairs"}}
		return cfg
	}
	for _, c := range []struct {
		name string
		then func(*story)
		want []Action
	}{
		{"after the call", func(st *story) { st.pass(2 * time.Minute); st.out = nil; st.pass(time.Minute) }, []Action{Shut{"stairs"}}},
		{"not sooner", func(st *story) { st.pass(178 * time.Second) }, nil},
		{"switched on again", func(st *story) {
			st.pass(time.Minute)
			st.types("out-1", "*2")
			st.pass(178 * time.Second)
		}, nil},
		{"and the housing is opened", func(st *story) {
			st.s.cfg.Inputs = []Input{{Name: "housing", Use: UseTamper}}
			st.is(InputChanged{"housing", true})
			st.wants(Shut{"stairs"})
			st.pass(10 * time.Minute)
		}, nil},
		{"and other rules come that know no light", func(st *story) {
			st.ended("out-1", 200)
			cfg := house()
			cfg.Doors = append(cfg.Doors, Door{Name: "stairs", Pulse: time.Second})
			st.s.Reconfigure(cfg)
			st.pass(3 * time.Minute)
		}, []Action{Shut{"stairs"}}},
		{"and other rules come without its relay", func(st *story) {
			st.ended("out-1", 200)
			st.s.Reconfigure(house())
			st.pass(3 * time.Minute)
		}, nil},
		{"and the relay refuses", func(st *story) {
			st.is(NotOpened{Door: "stairs", Reason: "interlocked"})
			st.pass(3 * time.Minute)
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := tell(t, stairs())
			st.types(st.talk(), "*2")
			st.wants(Hold{"stairs"})
			c.then(st)
			if n := len(of[Shut](st.out)); n != len(c.want) || len(of[Open](st.all)) > 0 {
				t.Errorf("shut %d times:\n%s", n, listed(st.out))
			}
			st.wants(c.want...)
		})
	}
}

// What is no light is never held by a key or a code, however long its pulse is said to be.
func TestNoDoorIsHeldAsALightIs(t *testing.T) {
	cfg := house()
	cfg.Doors[0].Pulse = 3 * time.Minute
	cfg.Keys = []Key{{Keys: "*2", Does: KeyLights, Light: "front"}}
	st := tell(t, cfg)
	id := st.talk()
	st.types(id, "*2")
	st.types(id, frontCode+"#")
	if n := len(of[Hold](st.all)); n > 0 {
		t.Errorf("held:\n%s", listed(st.all))
	}
}

// Attack: a light burns for half an hour when a reload makes a door of its relay. The door is not held for the rest of that time.
func TestABurningLightThatBecomesADoorIsShut(t *testing.T) {
	cfg := house()
	cfg.Doors = append(cfg.Doors, Door{Name: "yard", Light: true, Pulse: LongestLight})
	cfg.Keys = []Key{{Keys: "*2", Does: KeyLights, Light: "yard"}}
	st := tell(t, cfg)
	id := st.talk()
	st.types(id, "*2")
	st.is(DoorOpened{"yard"})
	st.ended(id, 0)
	cfg.Keys, cfg.Doors[2] = nil, Door{Name: "yard", Pulse: time.Second}
	st.s.Reconfigure(cfg)
	if st.s.AtRest() {
		t.Error("with a door's relay closed it is at rest")
	}
	st.out = nil
	st.pass(0)
	st.wants(Shut{"yard"})
	st.is(DoorClosed{"yard"})
	if !st.s.AtRest() {
		t.Error("with all relays open it is not at rest")
	}
}
