package demo

import (
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"sync"
	"time"

	"intercom/board"
	"intercom/board/sim"
	"intercom/cmd/intercom/station"
)

// director sets the scene, tells the talkers when to speak, and keeps what is known of the visit.
type director struct {
	opt         Options
	interactive bool
	scene       *scene
	screen      *screen
	visitor     *talker // before the door's microphone
	house       *talker // at the telephone
	atDoor      *recorder
	atHouse     *recorder
	levels      func() (microphone, loudspeaker float64)
	over        chan struct{} // told at the end of each visit; holds one

	mu      sync.Mutex
	visit   visit
	active  bool
	fresh   bool           // a button was pressed, and nobody called yet
	talks   station.CallID // the call that was answered
	closing bool
	ended   struct{ door, house bool }
	opened  time.Time
	closed  time.Time
}

// What is said, and when. The house speaks first; the visitor answers; then the house types the code.
const (
	houseSpeaks   = 2500 * time.Millisecond
	visitorBegins = 2700 * time.Millisecond
	visitorSpeaks = 3 * time.Second
	codeIsTyped   = 6 * time.Second
)

func newDirector(o Options, interactive bool) *director {
	var buttons, doors []string
	for _, b := range o.Config.Station.Buttons {
		buttons = append(buttons, b.Name)
	}
	for _, d := range o.Config.Station.Doors {
		doors = append(doors, d.Name)
	}
	d := &director{
		opt:         o,
		interactive: interactive,
		scene:       newScene(o.Config.Station.Name+", simulated board", buttons, doors),
		visitor:     newTalker(1, 190, visitorSpeaks, rate),
		house:       newTalker(2, 110, houseSpeaks, rate),
		atDoor:      &recorder{rate: rate},
		atHouse:     &recorder{rate: rate},
		over:        make(chan struct{}, 1),
	}
	var draw func() []string
	if interactive {
		draw = d.draw
	}
	d.screen = newScreen(o.Stdout, draw)
	return d
}

func (d *director) draw() []string {
	microphone, loudspeaker := -100.0, -100.0
	if d.levels != nil {
		microphone, loudspeaker = d.levels()
	}
	return d.scene.render(time.Now(), microphone, loudspeaker)
}

// openDoor builds the door's board. With a real sound card the visitor is whoever sits before it.
func (d *director) openDoor() (*sim.Board, error) {
	c := sim.Config{Board: d.opt.Config.Board, Rate: rate}
	c.Board.Log = d.opt.Log
	c.Board.Sound.Card = d.opt.Sound
	if d.talkersSpeak() {
		c.Microphone, c.Speaker = d.visitor, d.atDoor
	}
	door, err := sim.New(c)
	if err != nil {
		return nil, err
	}
	if err := soundFault(door); err != nil {
		return nil, errors.Join(err, door.Close())
	}
	return door, nil
}

// soundFault is what the board says of a card that it could not open. A station waits for its card; a demonstration of sound
// does not.
func soundFault(door *sim.Board) error {
	for door.Sound() != nil {
		select {
		case e := <-door.Events():
			if e.Kind == board.Fault && e.Name == board.SoundPart {
				return fmt.Errorf("the door has no sound: %w", e.Err)
			}
		default:
			return nil
		}
	}
	return errors.New("the door has no sound: choose a card that has a microphone and a loudspeaker")
}

func (d *director) talkersSpeak() bool { return d.opt.Sound == "wav" }

func (d *director) pulse() time.Duration { return d.opt.Config.Station.Doors[0].Pulse }

// begin opens the book of a new visit.
func (d *director) begin() {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.visit.number + 1
	d.visit = visit{number: n, houseHeard: d.wav(n, "house-heard")}
	d.active, d.closing, d.ended.door, d.ended.house = true, false, false, false
	d.opened, d.closed = time.Time{}, time.Time{}
	d.fresh, d.talks = false, ""
	if d.talkersSpeak() {
		d.visit.doorHeard = d.wav(n, "visitor-heard")
		d.record(d.atDoor, d.visit.doorHeard)
	}
	d.record(d.atHouse, d.visit.houseHeard)
}

func (d *director) record(r *recorder, file string) {
	if err := r.start(file); err != nil {
		d.screen.say("%v", err)
	}
}

func (d *director) wav(n int, what string) string {
	return filepath.Join(d.opt.Out, fmt.Sprintf("visit-%d-%s.wav", n, what))
}

// aftermath is how long the book stays open after the end, for the last response on the wire.
const aftermath = 300 * time.Millisecond

// write adds to the visit's book, and has it closed when both sides are done and the door is shut.
func (d *director) write(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.active {
		return
	}
	f()
	if d.complete() && !d.closing {
		d.closing = true
		time.AfterFunc(aftermath, d.closeBook)
	}
}

func (d *director) complete() bool {
	return d.ended.door && d.ended.house && d.opened.IsZero() == d.closed.IsZero()
}

func (d *director) closeBook() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.closing {
		return // the next visit has begun
	}
	d.active, d.closing = false, false
	d.visitor.hush()
	d.house.hush()
	d.atDoor.stop()
	d.atHouse.stop()
	d.report()
}

func (d *director) report() {
	d.screen.print(d.visit.text(d.opt.Config.SIP.Listen, d.opt.Phone))
	select {
	case d.over <- struct{}{}:
	default:
	}
}

func (d *director) verdict() verdict {
	d.mu.Lock()
	defer d.mu.Unlock()
	v := verdict{
		rate: rate, houseHeard: d.visit.houseHeard, doorHeard: d.visit.doorHeard,
		doorOpened: d.opened, doorClosed: d.closed, pulse: d.pulse(),
	}
	if d.talkersSpeak() {
		v.visitorSaid, v.houseSaid = d.visitor.utterance, d.house.utterance
	}
	return v
}

// atHouseSide tells whether a message of the door's user agent was exchanged with the telephone.
func (d *director) atHouseSide(remote netip.AddrPort) bool { return remote.String() == d.opt.Phone }
