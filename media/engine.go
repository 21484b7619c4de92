package media

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Engine mixes everything that is heard and hands the microphone to everybody who listens. All methods may be called from any
// goroutine.
type Engine struct {
	card   Card
	config Config
	ports  ports
	log    *slog.Logger
	rand   *lockedReader
	listen func(netip.AddrPort) (PacketConn, error)

	rate       int // Hz
	block      int // samples in 10 ms
	adapter    *adapter
	speakGain  float32
	chain      *microphone
	microphone meter
	speaker    meter
	clipped    atomic.Uint64
	volume     atomic.Uint32 // what calls are multiplied by at the loudspeaker, as the bits of a float32

	mu       sync.Mutex
	closed   bool
	nextPair int
	streams  []*Stream // replaced, never changed: the callback goes through the one that it found
	mixer    mixer

	sum    []int32 // used by the card's callback only, as are the two below
	mixed  []int16
	speech []int16
}

// NewEngine starts the card.
func NewEngine(card Card, o Options) (*Engine, error) {
	e, err := newEngine(card, o)
	if err != nil {
		return nil, err
	}
	if e.adapter, err = newAdapter(card, e.rate, e.block, e.process); err != nil {
		return nil, err
	}
	if err := card.Start(e.adapter.period); err != nil {
		return nil, fmt.Errorf("the sound card does not start: %w", err)
	}
	return e, nil
}

func newEngine(card Card, o Options) (*Engine, error) {
	if o.Config.Ports == "" && o.Config.Codecs == nil {
		o.Config = Default()
	}
	for _, fault := range o.Config.Check() {
		return nil, fault
	}
	if o.Rate == 0 {
		o.Rate = widest(o.Config.Codecs)
	}
	if o.Rate != 8000 && o.Rate != 16000 {
		return nil, fmt.Errorf("an engine rate of %d Hz: want 8000 or 16000", o.Rate)
	}
	p, err := parsePorts(o.Config.Ports)
	if err != nil {
		return nil, err
	}
	block := o.Rate / 100
	e := &Engine{
		card: card, config: o.Config, ports: p, log: o.Log, rand: &lockedReader{from: o.Rand}, listen: o.Listen,
		rate: o.Rate, block: block,
		speakGain: decibels(o.SpeakerGain), chain: newMicrophone(o.Rate, o),
		mixer: mixer{rate: o.Rate, gain: decibels(o.ToneGain), calls: 1, scratch: make([]int16, block)},
		sum:   make([]int32, block), mixed: make([]int16, block), speech: make([]int16, block),
	}
	e.SetVolume(0)
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	if o.Rand == nil {
		e.rand.from = rand.Reader
	}
	if e.listen == nil {
		e.listen = listenUDP
	}
	e.nextPair = int(e.random() * float64(p.pairs()))
	return e, nil
}

func (e *Engine) process(play, capture []int16) { e.period(time.Now(), play, capture) }

// period is one block: capture has what the microphone heard, play gets what the loudspeaker says. Nothing here allocates.
func (e *Engine) period(now time.Time, play, capture []int16) {
	e.mu.Lock()
	streams := e.streams
	e.mu.Unlock()
	clear(e.sum)
	gain := e.speakGain * e.chain.loud * math.Float32frombits(e.volume.Load())
	for _, s := range streams {
		if s.render(now, s.voice) {
			for i, v := range s.voice {
				e.sum[i] += int32(float32(v) * gain)
			}
		}
	}
	e.mu.Lock()
	e.mixer.duck(e.sum)
	e.mixer.add(e.sum)
	e.mu.Unlock()
	saturate(play, e.sum)
	e.clipped.Add(clipped(capture))
	copy(e.speech, capture)
	amplify(e.speech, e.chain.gain)
	if len(streams) > 0 { // between calls nobody listens
		e.chain.process(e.speech, play)
	}
	e.share(now, streams)
	e.speaker.feed(play, 0.010)
	e.microphone.feed(e.speech, 0.010)
}

// Levels are the levels of microphone and loudspeaker in dBFS, where 0 is a full-scale sine. They rise at once and fall by
// 20 dB a second, to −96 in silence.
func (e *Engine) Levels() (microphone, loudspeaker float64) {
	return e.microphone.level(), e.speaker.level()
}

// Clipped counts the samples at which the microphone was driven to the end of its scale: its gain in the mixer is too high.
func (e *Engine) Clipped() uint64 { return e.clipped.Load() }

// HalfDuplex reports that the echo at the loudspeaker and microphone cannot be cancelled, so that the two sides are heard in turns.
func (e *Engine) HalfDuplex() bool { return e.chain.hopeless.Load() }

// SetVolume makes the far ends louder or softer at the loudspeaker, by so many dB beside SpeakerGain.
func (e *Engine) SetVolume(db float64) { e.volume.Store(math.Float32bits(decibels(db))) }

// Rate is the sampling rate inside the engine in Hz.
func (e *Engine) Rate() int { return e.rate }

// Close ends all streams and then the card.
func (e *Engine) Close() error {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return errors.New("the media engine is closed already")
	}
	e.closed = true
	streams := e.streams
	e.mu.Unlock()
	for _, s := range streams {
		s.Close()
	}
	return e.card.Close()
}

// attach lets a stream take part, and reports whether the engine still does.
func (e *Engine) attach(s *Stream) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return false
	}
	e.streams = append(slices.Clone(e.streams), s)
	return true
}

func (e *Engine) detach(s *Stream) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.streams = slices.DeleteFunc(slices.Clone(e.streams), func(other *Stream) bool { return other == s })
}

// lockedReader lets streams share a source of chance that is not made for it.
type lockedReader struct {
	mu   sync.Mutex
	from io.Reader
}

func (r *lockedReader) Read(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return io.ReadFull(r.from, b)
}

// random is a number from 0 to 1, 1 excluded. Where chance fails a half is as good.
func (e *Engine) random() float64 {
	var b [4]byte
	if _, err := io.ReadFull(e.rand, b[:]); err != nil {
		return 0.5
	}
	return float64(binary.BigEndian.Uint32(b[:])) / (1 << 32)
}
