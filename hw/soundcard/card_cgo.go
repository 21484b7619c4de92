//go:build cgo

package soundcard

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/gen2brain/malgo"
)

// backends are miniaudio's, by their numbers in its C header (malgo counts the last one wrongly): all that drive hardware,
// without the null device that miniaudio would fall back to in silence.
func backends() []malgo.Backend {
	return []malgo.Backend{malgo.BackendWasapi, malgo.BackendCoreaudio, malgo.BackendPulseaudio, malgo.BackendAlsa, malgo.BackendJack}
}

// Possible tells whether this build can open sound cards.
const Possible = true

// periods is how many periods of 10 ms the card's buffer holds: what a late callback may cost before it is heard.
const periods = 3

// Card is a sound card through miniaudio.
type Card struct {
	o     Options
	name  string
	alsa  []string
	rate  int
	xruns atomic.Uint64

	closing atomic.Bool
	context *malgo.AllocatedContext
	device  *malgo.Device
	blocks  *blocks // set before the device is started

	mu      sync.Mutex
	started bool
	closed  bool
}

// Open opens the card that the options name, silent until Start.
func Open(o Options) (*Card, error) { return open(o, backends()) }

func open(o Options, b []malgo.Backend) (*Card, error) {
	c := &Card{o: o.withDefaults()}
	var err error
	if c.context, err = malgo.InitContext(b, malgo.ContextConfig{}, c.hear); err != nil {
		return nil, fmt.Errorf("soundcard: no sound system found: %w", err)
	}
	if err := c.open(); err != nil {
		return nil, errors.Join(err, c.release())
	}
	return c, nil
}

func (c *Card) open() error {
	microphone, speaker, err := c.find()
	if err != nil {
		return err
	}
	cfg := config(c.o.Rate)
	if microphone != nil {
		cfg.Capture.DeviceID = microphone.Pointer()
		defer free(cfg.Capture.DeviceID)
	}
	if speaker != nil {
		cfg.Playback.DeviceID = speaker.Pointer()
		defer free(cfg.Playback.DeviceID)
	}
	c.device, err = malgo.InitDevice(c.context.Context, cfg, malgo.DeviceCallbacks{Data: c.data, Stop: c.stopped})
	if err != nil {
		return fmt.Errorf("soundcard: %s cannot be opened: %w%s", c.name, err, holders("/proc", c.alsa))
	}
	c.rate = int(c.device.SampleRate())
	return nil
}

// config asks for mono at the card's own rate, where miniaudio mixes and repeats channels but does not resample, or at one in Hz.
func config(rate int) malgo.DeviceConfig {
	cfg := malgo.DefaultDeviceConfig(malgo.Duplex)
	cfg.SampleRate = uint32(rate)
	cfg.PeriodSizeInMilliseconds = uint32(Period.Milliseconds())
	cfg.Periods = periods
	cfg.NoFixedSizedCallback = 1 // it would delay what is played by a period; blocks does not
	cfg.Capture.Format, cfg.Capture.Channels = malgo.FormatS16, 1
	cfg.Playback.Format, cfg.Playback.Channels = malgo.FormatS16, 1
	return cfg
}

// find looks the wanted card up; nil ids leave the choice to the system.
func (c *Card) find() (microphone, speaker *malgo.DeviceID, err error) {
	captures, capture, err := c.entries(malgo.Capture, "microphones")
	if err != nil {
		return nil, nil, err
	}
	plays, playback, err := c.entries(malgo.Playback, "loudspeakers")
	if err != nil {
		return nil, nil, err
	}
	if len(capture)+len(playback) == 0 {
		if err := denied("/dev/snd", openControl); err != nil {
			return nil, nil, err
		}
	}
	m, s, err := choices{capture, playback}.pick(c.o.Card)
	if err != nil {
		return nil, nil, err
	}
	if m == nil || s == nil {
		c.name = "the computer's default card"
		return nil, nil, nil
	}
	c.name = s.name
	if m.name != s.name {
		c.name = m.name + " / " + s.name
	}
	c.alsa = slices.Compact(slices.DeleteFunc([]string{m.alsa, s.alsa}, func(id string) bool { return id == "" }))
	return &captures[m.index].ID, &plays[s.index].ID, nil
}

// entries lists what there is in one direction.
func (c *Card) entries(kind malgo.DeviceType, what string) ([]malgo.DeviceInfo, []device, error) {
	infos, err := c.devices(kind)
	if err != nil {
		return nil, nil, fmt.Errorf("soundcard: the %s cannot be listed: %w", what, err)
	}
	list := make([]device, len(infos))
	for i, info := range infos {
		id := idOf(info)
		list[i] = device{index: i, id: id, name: info.Name(), alsa: alsaID("/proc/asound", id)}
	}
	return infos, list, nil
}

// devices lists what there is in one direction, but for the device that is no card.
func (c *Card) devices(kind malgo.DeviceType) ([]malgo.DeviceInfo, error) {
	all, err := c.context.Devices(kind)
	return slices.DeleteFunc(all, func(i malgo.DeviceInfo) bool { return idOf(i) == nowhere }), err
}

// nowhere is what ALSA calls the device that throws away what it is given; every computer has it.
const nowhere = "null"

func idOf(i malgo.DeviceInfo) string {
	id, _, _ := strings.Cut(string(i.ID[:]), "\x00")
	return id
}

// Rate is in Hz.
func (c *Card) Rate() int { return c.rate }

// Period is in samples.
func (c *Card) Period() int { return c.rate / 100 }

// String names the card for people.
func (c *Card) String() string { return describe(c.name, c.rate) }

// ALSA lists the ids of the cards that it is made of: one, none if a sound server is in between, two if microphone and
// loudspeaker are apart.
func (c *Card) ALSA() []string { return slices.Clone(c.alsa) }

// Xruns counts how often the card had nothing to play or lost what it heard.
func (c *Card) Xruns() uint64 { return c.xruns.Load() }

// Start has process called once a period, on the driver's own thread, until Close. It must neither block nor call the
// card.
func (c *Card) Start(process func(play, capture []int16)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return errors.New("soundcard: it is closed")
	case c.started:
		return errors.New("soundcard: " + c.String() + " is started already")
	}
	c.blocks = newBlocks(c.Period(), process)
	if err := c.device.Start(); err != nil {
		return fmt.Errorf("soundcard: %s cannot be started: %w", c, err)
	}
	c.started = true
	return nil
}

// Close ends the periods, waits for the last one and gives the card back.
func (c *Card) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	c.closing.Store(true)
	var err error
	if c.started { // ma_device_uninit alone would wait for sound from a card that gives none
		err = c.device.Stop()
	}
	c.device.Uninit()
	return errors.Join(err, c.release())
}

func (c *Card) release() error {
	err := c.context.Uninit()
	c.context.Free()
	return err
}

// data is called by the driver's thread.
func (c *Card) data(play, capture []byte, frames uint32) {
	if frames == 0 || len(play) == 0 || len(capture) == 0 {
		return
	}
	c.blocks.run(samples(play), samples(capture))
}

// samples sees the driver's bytes as what they are. miniaudio gives native byte order and aligned buffers.
func samples(b []byte) []int16 {
	return unsafe.Slice((*int16)(unsafe.Pointer(&b[0])), len(b)/2)
}

func (c *Card) stopped() {
	if !c.closing.Load() {
		c.o.OnFault(fmt.Errorf("soundcard: %s has stopped by itself", c.name))
	}
}

// hear gets the driver's log; it is the only place where miniaudio tells of an xrun.
func (c *Card) hear(message string) {
	if strings.Contains(message, "EPIPE") {
		c.xruns.Add(1)
	}
	c.o.Log.Debug("sound driver", "says", strings.TrimSpace(message))
}
