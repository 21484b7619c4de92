package station

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A witness watches events and actions and knows, by rules of its own, which calls had a right to open a door and what
// was typed in them since their answer.
type witness struct {
	t     *testing.T
	codes map[string]string // by door
	calls map[CallID]*witnessed
	last  CallID // placed or come in last
	came  int    // calls come in so far: no name is used twice

	confirm map[string]bool // targets that must press 1
	placed  []CallID
}

type witnessed struct {
	ours, trusted, accepted, answered, over bool
	confirm, lifted                         bool
	typed                                   string // since the last verdict
}

// sees an event before the station does.
func (w *witness) sees(e Event) {
	switch e := e.(type) {
	case Incoming:
		if w.calls[e.Call] == nil {
			w.calls[e.Call] = &witnessed{trusted: e.Trusted && e.From == household}
			w.last = e.Call
		}
	case Answered:
		if c := w.calls[e.Call]; c != nil && !c.over && (c.ours || c.trusted && c.accepted) {
			c.lifted, c.answered = true, c.answered || !c.confirm
		}
	case Ended:
		if c := w.calls[e.Call]; c != nil {
			c.over = true
		}
	case Digit:
		switch c := w.calls[e.Call]; {
		case c == nil || c.over:
		case c.answered:
			c.typed += string(rune(e.Digit))
		case c.lifted && e.Digit == '1':
			c.answered = true
		}
	}
}

// judges what the station did about an event.
func (w *witness) judges(e Event, actions []Action) {
	for _, a := range actions {
		switch a := a.(type) {
		case Dial:
			w.calls[a.Call] = &witnessed{ours: true, confirm: w.confirm[a.Target]}
			w.last = a.Call
			w.placed = append(w.placed, a.Call)
		case Answer:
			w.calls[a.Call].accepted = true
		case Hangup:
			if c := w.calls[a.Call]; c != nil {
				c.over = true
			}
		case Reject:
			w.calls[a.Call].over = true
		case Mix:
			if c := w.calls[a.Call]; a.Hears && (c == nil || !c.answered || c.over) {
				w.t.Fatalf("after %#v %s hears the visitor without having answered: %+v", e, a.Call, c)
			}
		case Open:
			w.opening(e, a)
		case Light:
			w.listed(a.Pattern, Lights())
		case Tone:
			w.listed(a.Name, Tones())
		}
	}
	if opens := of[Open](actions); len(opens) > 1 {
		w.t.Fatalf("one event opened %d doors", len(opens))
	}
}

func (w *witness) listed(name string, names []string) {
	if !slices.Contains(names, name) {
		w.t.Fatalf("%q is not in the list %q", name, names)
	}
}

func (w *witness) opening(e Event, open Open) {
	d, ok := e.(Digit)
	if !ok {
		w.t.Fatalf("%#v opened a door", e)
	}
	c := w.calls[d.Call]
	if c == nil || !c.answered {
		w.t.Fatalf("call %s opened a door without the right to", d.Call)
	}
	if open.For <= 0 || open.For > 30*time.Second {
		w.t.Fatalf("opened for %v", open.For)
	}
	code, ok := w.codes[open.Door]
	if !ok || !strings.HasSuffix(strings.TrimSuffix(c.typed, "#"), code) {
		w.t.Fatalf("%q opened %s", c.typed, open.Door)
	}
	c.typed = "" // each opening takes a whole code of its own
}

// play turns bytes into a life of the station: each pair is an event and what it is about, with some time before it.
func play(t *testing.T, cfg Config, script []byte) (s *Station, opened int) {
	w := &witness{t: t, codes: map[string]string{}, calls: map[CallID]*witnessed{}, confirm: map[string]bool{}}
	for _, g := range cfg.Groups {
		for _, step := range g.Steps {
			for _, target := range step.Call {
				w.confirm[target] = step.Confirm
			}
		}
	}
	for _, d := range cfg.Doors {
		w.codes[d.Name] = string(d.Code)
	}
	s = New(cfg)
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	step := func(e Event) {
		w.sees(e)
		actions := s.Step(now, e)
		w.judges(e, actions)
		opened += len(of[Open](actions))
		if d := s.Deadline(); !d.IsZero() && !d.After(now) {
			t.Fatalf("after %#v the deadline %v is not after %v", e, d, now)
		}
		for _, l := range of[Light](actions) {
			if l.Pattern != s.pattern() {
				t.Fatalf("the light shows %q while the state asks for %q", l.Pattern, s.pattern())
			}
		}
	}
	for ; len(script) >= 2; script = script[2:] {
		for _, e := range w.scene(script[0], script[1]) {
			step(e)
		}
		now = now.Add(elapsed(script[1]))
		if d := s.Deadline(); script[1]%5 == 0 && !d.IsZero() {
			now = d
			step(Tick{})
		}
	}
	return s, opened
}

// elapsed is some time, now and then negative.
func elapsed(b byte) time.Duration {
	return [...]time.Duration{0, time.Millisecond, 300 * time.Millisecond, time.Second, 4 * time.Second, 31 * time.Second, -time.Hour, 10 * time.Minute}[b/8%8*b%8]
}

func (w *witness) scene(kind, about byte) []Event {
	calls := [...]CallID{w.last, w.last, w.last, w.last, w.earlier(about / 8), "out-1", "in-1", ""}
	call := calls[int(about)%len(calls)]
	switch kind % 16 {
	case 0, 1:
		return []Event{ButtonPressed{[...]string{"bell", "office", "cellar"}[about%3]}}
	case 2, 3:
		w.came++
		from := [...]string{household, household, household, stranger}[about%4]
		return []Event{Incoming{Call: CallID("in-" + strconv.Itoa(w.came)), From: from, Trusted: about%4 != 2}}
	case 4:
		return []Event{Ringing{call}}
	case 5:
		return []Event{Early{call}}
	case 6, 7:
		return []Event{Answered{call}}
	case 8:
		return []Event{Ended{Call: call, Status: 486}}
	case 9:
		return []Event{Digit{Call: call, Digit: "0123456789*#ABCD"[about%16]}}
	case 10:
		return typed(call, frontCode)
	case 11:
		return typed(call, garageCode[:3])
	case 12:
		return typed(call, garageCode[3:]+"#")
	case 13:
		return []Event{DoorOpened{"front"}, DoorClosed{"garage"}}
	case 14:
		return []Event{Registration{Account: "box", OK: about%2 == 0}, Network{Up: about%3 > 0}}
	}
	return []Event{Tick{}, Fault{Kind: HardwareFault, Gone: about%2 == 0}, DoorClosed{"front"}}
}

// earlier is one of the calls placed lately.
func (w *witness) earlier(about byte) CallID {
	n := len(w.placed) - 1 - int(about)%4
	if n < 0 {
		return ""
	}
	return w.placed[n]
}

// lives are the houses that random lives are played in.
func lives(n uint64) Config {
	cfg := house()
	switch n % 4 {
	case 1:
		cfg.AutoAnswer = true
	case 2:
		cfg = family(func(c *Config) {
			c.SecondCall, c.PressAgain = SecondJoins, PressAgainExtends
			c.Groups[0].Steps = append(c.Groups[0].Steps, Step{Call: []string{"sip:14@fritz.box"}, Delay: 5 * time.Second, Confirm: true})
			c.Buttons[0].Otherwise = []string{"sip:15@fritz.box"}
			c.Keys = []Key{{Keys: "*1", Does: KeyProlongs}, {Keys: "*2", Does: KeyMutes}}
		})
	case 3:
		cfg = family(func(c *Config) {
			c.SecondCall = SecondWaits
			c.Groups[0].Steps[0].Confirm = true
			c.Groups = append(c.Groups, Group{Name: "outer", RingLimit: 20 * time.Second, Steps: []Step{{Call: []string{"group:family", "sip:16@fritz.box"}}}})
			c.Buttons[0].Call = []string{"group:outer", "sip:17@fritz.box"}
			c.Buttons[1].LongPress, c.Buttons[1].DoublePress = []string{"group:family"}, []string{"sip:18@fritz.box"}
		})
	}
	return cfg
}

func typed(call CallID, keys string) []Event {
	var events []Event
	for i := range len(keys) {
		events = append(events, Digit{Call: call, Digit: keys[i]})
	}
	return events
}

func TestRandomLives(t *testing.T) {
	var opened [4]int
	for seed := range uint64(240) {
		r := rand.New(rand.NewPCG(seed, 1))
		script := make([]byte, 2000)
		for i := range script {
			script[i] = byte(r.Uint32())
		}
		_, n := play(t, lives(seed), script)
		opened[seed%4] += n
	}
	for house, n := range opened {
		if n < 20 {
			t.Errorf("in all lives of house %d only %d doors were opened: they prove little", house, n)
		}
	}
}

// Left alone, a station comes to rest: its deadlines move on and end.
func TestStationComesToRest(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 2))
		script := make([]byte, 400)
		for i := range script {
			script[i] = byte(r.Uint32())
		}
		s, _ := play(t, lives(seed), script)
		for n := 0; !s.Deadline().IsZero(); n++ {
			if n > 40 {
				t.Fatalf("seed %d: still not at rest after %d deadlines", seed, n)
			}
			s.Step(s.Deadline(), Tick{})
		}
		if s.visit != nil {
			t.Fatalf("seed %d: rests in a call", seed)
		}
	}
}

func FuzzStation(f *testing.F) {
	f.Add([]byte{0, 0, 6, 0, 10, 0}, byte(0))
	f.Add([]byte{2, 4, 0, 0, 6, 4, 11, 4, 12, 4}, byte(3))
	f.Add([]byte{2, 4, 6, 4, 10, 4, 8, 4, 10, 4}, byte(1))
	f.Add([]byte{0, 0, 6, 0, 10, 0, 2, 4, 6, 0, 10, 0}, byte(2))
	f.Fuzz(func(t *testing.T, script []byte, house byte) { play(t, lives(uint64(house)), script) })
}

func BenchmarkStep(b *testing.B) {
	s := New(house())
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s.Step(now, ButtonPressed{"bell"})
	s.Step(now, Answered{"out-1"})
	b.ReportAllocs()
	for b.Loop() {
		s.Step(now, Digit{Call: "out-1", Digit: '1'})
		s.Step(now, Digit{Call: "out-1", Digit: '*'})
	}
}
