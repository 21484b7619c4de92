package call

import (
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"intercom/media"
	"intercom/ua"
)

// Agent is the part of a user agent that calls are made with.
type Agent interface {
	Dial(ua.CallID, ua.Dial)
	Ring(ua.CallID)
	RingWith(ua.CallID, ua.Media)
	Answer(ua.CallID, ua.Media)
	Reject(id ua.CallID, status int, reason string)
	Hangup(ua.CallID)
	Follow(id, as ua.CallID, m ua.Media)
	Decline(id ua.CallID, status int, reason string)
	SendInfo(id ua.CallID, contentType string, body []byte)
}

// Config is what a switchboard offers in every call.
type Config struct {
	Local  netip.Addr    // address that media sockets are bound to; the zero Addr means all of them
	Codecs []string      // in order of preference: "G722", "PCMA", "PCMU"
	Ptime  time.Duration // length of the sound in one packet
	Mux    bool          // RTCP by the port of RTP is offered
	Inband bool          // keys are heard in the sound too
	Apart  bool          // a call has nothing of the sound before Join
	Log    *slog.Logger
}

// Switchboard gives every call of one user agent a media stream of its own. It belongs to one goroutine: only Digits and
// the streams themselves may be used by others.
type Switchboard struct {
	config Config
	agent  Agent
	engine *media.Engine
	legs   map[ua.CallID]*leg
	mute   map[ua.CallID]bool // callers who hear no ringing without an offer
	digits chan Digit
}

// Digit is one key pressed by the other side of an answered call.
type Digit struct {
	Call ua.CallID
	Rune byte   // '0' to '9', '*', '#', 'A' to 'D'
	Way  string // "rfc4733", "info", "inband"
}

// New returns a switchboard between agent and engine.
func New(agent Agent, engine *media.Engine, config Config) *Switchboard {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	return &Switchboard{
		config: config,
		agent:  agent,
		engine: engine,
		legs:   map[ua.CallID]*leg{},
		mute:   map[ua.CallID]bool{},
		digits: make(chan Digit, 16),
	}
}

// Digits is where the keys of all answered calls arrive, in order for each call.
func (s *Switchboard) Digits() <-chan Digit { return s.digits }

// Dial places a call; d.Media is filled in here.
func (s *Switchboard) Dial(id ua.CallID, d ua.Dial) error {
	l, err := s.open(id)
	if err != nil {
		return err
	}
	d.Media = s.offer(l)
	s.agent.Dial(id, d)
	return nil
}

// Follow places the call that the peer of another one asked for.
func (s *Switchboard) Follow(id, as ua.CallID) error {
	l, err := s.open(as)
	if err != nil {
		s.agent.Decline(id, 500, "")
		return err
	}
	s.agent.Follow(id, as, s.offer(l))
	return nil
}

// Ring tells a caller that it rings.
func (s *Switchboard) Ring(id ua.CallID) error {
	if !s.mute[id] {
		s.agent.Ring(id)
		return nil
	}
	l, err := s.open(id)
	if err != nil {
		return err
	}
	s.agent.RingWith(id, s.offer(l))
	return nil
}

// Answer takes an incoming call.
func (s *Switchboard) Answer(id ua.CallID) error {
	l, rang := s.legs[id]
	if !rang || !s.mute[id] {
		var err error
		if l, err = s.open(id); err != nil {
			s.agent.Reject(id, 500, "")
			return err
		}
	}
	s.agent.Answer(id, s.offer(l))
	return nil
}

// SendDigits presses keys in an answered call.
func (s *Switchboard) SendDigits(id ua.CallID, digits string) error {
	l, ok := s.legs[id]
	if !ok || !l.answered {
		return fmt.Errorf("digits for call %q, which is not up", id)
	}
	return l.stream.SendDigits(digits)
}

// Stats returns the figures of a call that is up, and false for any other.
func (s *Switchboard) Stats(id ua.CallID) (media.Stats, bool) {
	l, ok := s.legs[id]
	if !ok {
		return media.Stats{}, false
	}
	return l.stream.Stats(), true
}

// Silent calls f for each answered call from whose other side nothing has come lately, with the time.
func (s *Switchboard) Silent(f func(ua.CallID, time.Duration)) {
	for id, l := range s.legs {
		if d := l.stream.Silence(); l.answered && d >= time.Second {
			f(id, d)
		}
	}
}

// Ended is a call that is over, with its figures as they were at its end; zero for a call that never had a stream.
type Ended struct {
	Call  ua.CallID
	Media media.Stats
}

// Handle does for the media what e says of the call. At the end of a call it returns its figures.
func (s *Switchboard) Handle(e ua.Event) (Ended, bool) {
	switch e := e.(type) {
	case ua.Incoming:
		if e.RingNeedsOffer {
			s.mute[e.Call] = true
		}
	case ua.Early:
		// Who calls here is not heard before somebody answers, and hears nobody.
		if !s.mute[e.Call] {
			s.start(e.Call, e.Session, false)
		}
	case ua.Answered:
		s.start(e.Call, e.Session, true)
	case ua.Updated:
		s.update(e.Call, e.Session)
	case ua.Info:
		s.info(e)
	case ua.Ended:
		return s.end(e.Call), true
	}
	return Ended{}, false
}

// Idle tells whether there is no call, in whatever state.
func (s *Switchboard) Idle() bool { return len(s.legs) == 0 && len(s.mute) == 0 }

// Close ends all streams at once. The calls themselves are the user agent's to end.
func (s *Switchboard) Close() {
	for id := range s.legs {
		s.end(id)
	}
}

func (s *Switchboard) open(id ua.CallID) (*leg, error) {
	if _, taken := s.legs[id]; taken {
		return nil, fmt.Errorf("call %q has a media stream already", id)
	}
	stream, err := s.engine.Listen(s.config.Local)
	if err != nil {
		return nil, fmt.Errorf("no media port for call %q: %w", id, err)
	}
	if s.config.Apart {
		stream.Join(false, false)
	}
	l := newLeg(id, stream, s.digits)
	s.legs[id] = l
	return l, nil
}

func (s *Switchboard) start(id ua.CallID, session ua.Session, answered bool) {
	l, ok := s.legs[id]
	if !ok {
		return
	}
	l.answered = l.answered || answered
	if err := l.stream.Start(s.params(session, l.answered)); err != nil {
		s.config.Log.Error("the call has no sound", "call", string(id), "err", err)
	}
}

func (s *Switchboard) update(id ua.CallID, session ua.Session) {
	if l, ok := s.legs[id]; ok {
		s.start(id, session, l.answered)
	}
}

func (s *Switchboard) end(id ua.CallID) Ended {
	delete(s.mute, id)
	l, ok := s.legs[id]
	if !ok {
		return Ended{Call: id}
	}
	delete(s.legs, id)
	return Ended{Call: id, Media: l.close()}
}
