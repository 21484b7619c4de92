package media

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/rtp"

	"intercom/media/dtmf"
	"intercom/media/jitter"
	"intercom/media/resample"
	"intercom/media/srtp"
)

// Stream is one call's sound, both directions. All methods may be called from any goroutine.
type Stream struct {
	engine  *Engine
	log     *slog.Logger
	pair    pair
	digits  chan Digit
	readers sync.WaitGroup

	mu      sync.Mutex
	started bool
	closed  bool
	params  Params
	in      receiver
	player  *jitter.Player
	out     sender
	keys    listener
	rtcp    reporter
	guard   srtp.Session          // of SRTP
	warned  bool                  // that nothing which comes is authentic
	up      []*resample.Resampler // each codec's rate to the engine's, nil if they are the same
	widen   *resample.Resampler   // comfort noise to the engine's rate, nil if that is its own
	down    *resample.Resampler   // the engine's rate to that of what is sent
	looped  netip.Addr            // where a collision of SSRCs came from before
	part    part                  // in the conversation
	prompt  *mixer                // what is said to this peer alone, nil if nothing ever was
	final   Stats

	voice   []int16 // of the peer in this period, at the engine's rate; used by the card's callback only
	plays   part    // the part in this period; likewise
	decoded []int16 // at the codec's rate
	lowered []int16 // the microphone at the codec's rate
	packet  []byte  // used by the card's callback only
	sealed  []byte  // the same, protected
}

// Listen opens a pair of ports for one stream, on one local address or, with the zero Addr, on all. Nothing is sent or heard
// before Start.
func (e *Engine) Listen(local netip.Addr) (*Stream, error) {
	p, err := e.bind(local)
	if err != nil {
		return nil, err
	}
	s, err := e.newStream(p)
	if err != nil {
		p.rtp.Close()
		p.rtcp.Close()
		return nil, err
	}
	s.readers.Add(2)
	go s.readRTP()
	go s.runRTCP()
	if !e.attach(s) {
		s.Close()
		return nil, errors.New("the media engine is closed")
	}
	return s, nil
}

func (e *Engine) newStream(p pair) (*Stream, error) {
	var random [22]byte
	if _, err := io.ReadFull(e.rand, random[:]); err != nil {
		return nil, fmt.Errorf("no random numbers for a stream: %w", err)
	}
	s := &Stream{
		engine:  e,
		log:     e.log,
		pair:    p,
		digits:  make(chan Digit, 64),
		in:      receiver{codecs: codecs()},
		part:    part{heard: true, hears: true},
		voice:   make([]int16, e.block),
		decoded: make([]int16, 2*jitter.MaxPayload),
		lowered: make([]int16, e.block*2+16),
		packet:  make([]byte, 0, 1500),
		sealed:  make([]byte, 0, 1600),
	}
	s.in.buffer = jitter.NewBuffer(jitter.Config{
		Clock: clockRate, MinDelay: e.config.JitterMin, MaxDelay: e.config.JitterMax, Fate: s.in.fates.Packet,
	})
	for _, c := range s.in.codecs {
		up, err := resampler(c.rate, e.rate)
		if err != nil {
			return nil, err
		}
		s.up = append(s.up, up)
	}
	var err error
	if s.widen, err = resampler(clockRate, e.rate); err != nil {
		return nil, err
	}
	s.in.noise.Seed = binary.BigEndian.Uint32(random[6:])
	s.player = jitter.NewPlayer(s.in.buffer, e.rate, s.decode)
	s.player.Describe(s.murmur)
	s.out = sender{
		// RFC 3550 §5.1: "The initial value of the sequence number SHOULD be random", and so of the timestamp.
		// In its lower half, so that the loss of the first packets of SRTP does not leave open how often it has begun anew.
		header:  rtp.Header{Version: 2, SSRC: binary.BigEndian.Uint32(random[0:]), SequenceNumber: binary.BigEndian.Uint16(random[4:]) & 0x7FFF, Timestamp: binary.BigEndian.Uint32(random[6:])},
		pending: make([]int16, 4*maxFrameTicks),
		digits:  dtmf.NewSender(dtmf.Options{ClockRate: clockRate}),
	}
	s.in.ours = s.out.header.SSRC
	// RFC 7022 §4.2: a short-term persistent CNAME is 96 random bits in base64.
	s.rtcp.cname = base64.StdEncoding.EncodeToString(random[10:22])
	return s, nil
}

// Port is the local RTP port; RTCP is at the next one.
func (s *Stream) Port() uint16 { return s.pair.port }

// Start begins to send and hear as p says. Called again it changes that in mid-call; the RTP clock and sequence go on.
func (s *Stream) Start(p Params) error {
	p, err := p.checked()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errors.New("the stream is closed")
	}
	now := time.Now()
	if err := s.protect(now, p); err != nil {
		return err
	}
	first, rate := !s.started, s.out.codec.rate
	s.in.negotiate(now, p)
	if !s.engine.config.SilenceSuppression {
		p.Noise = 0
	}
	s.out.negotiate(p)
	if s.out.codec.rate != rate {
		if s.down, err = resampler(s.engine.rate, s.out.codec.rate); err != nil {
			return err
		}
	}
	if err := s.keys.want(p.Inband && p.Recv, s.engine.rate); err != nil {
		return err
	}
	s.params, s.started = p, true
	if first {
		s.pair.rtcp.SetReadDeadline(now.Add(interval(s.engine.random(), true)))
	}
	return nil
}

// protect makes the stream SRTP or plain RTP. Keys that cannot be used leave it as it is.
func (s *Stream) protect(now time.Time, p Params) error {
	if !p.Keys.Protected() {
		s.in.unwrap = nil
		return nil
	}
	if err := s.guard.Rekey(now, p.Keys); err != nil {
		return fmt.Errorf("a stream to %v cannot be protected: %w", p.Remote, err)
	}
	s.in.unwrap = s.guard.UnprotectRTP
	return nil
}

// resampler converts between codec and engine, nil if there is nothing to do.
func resampler(from, to int) (*resample.Resampler, error) {
	if from == to {
		return nil, nil
	}
	return resample.New(from, to)
}

// SendDigits queues digits; each is sent for 100 ms with a pause of 60 ms after it, in place of the microphone.
func (s *Stream) SendDigits(digits string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed || !s.started:
		return fmt.Errorf("digits %q cannot be sent: the stream is not started", digits)
	case s.params.DTMF == 0:
		return fmt.Errorf("digits %q cannot be sent: the peer takes no telephone events", digits)
	}
	if err := s.out.digits.Push(digits); err != nil {
		return err
	}
	s.out.keys += uint64(len(digits))
	return nil
}

// Digits is where the keys that the peer pressed arrive, each once, as soon as it is known. It is closed by Close.
func (s *Stream) Digits() <-chan Digit { return s.digits }

// Silence is how long nothing has come from the peer, counted from Start, while something should: on hold it is 0.
func (s *Stream) Silence() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.in.silence(time.Now())
}

// Close ends the stream with a BYE (RFC 3550 §6.6) and returns its figures. When it returns no goroutine of the stream is
// left and Digits is closed. Closing twice does no harm.
func (s *Stream) Close() Stats {
	s.engine.detach(s)
	s.mu.Lock()
	if s.closed {
		defer s.mu.Unlock()
		return s.final
	}
	s.sendReport(time.Now(), true)
	s.closed, s.in.open = true, false
	s.final = s.figures()
	s.mu.Unlock()
	s.pair.rtp.Close()
	s.pair.rtcp.Close()
	s.readers.Wait()
	close(s.digits)
	return s.final
}
